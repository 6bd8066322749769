"""Small networks in the many ways that people write them, for tests to capture."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from reference.kuzu import NetConv, NetFull, NetLin


class Net(nn.Module):
    """A network whose forward is a function, so that a test shows all of it."""

    def __init__(
        self, forward: Callable[["Net", torch.Tensor], torch.Tensor], **layers: nn.Module
    ) -> None:
        super().__init__()
        self.function = forward
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(self, x)


def flat(x: torch.Tensor) -> torch.Tensor:
    return x.flatten(1)


def linear() -> nn.Linear:
    return nn.Linear(784, 10)


class TransposedLinear(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(784, 10) / 28)
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(flat(x) @ self.weight + self.bias, dim=1)


class PlainTensors(nn.Module):
    """Forgets nn.Parameter, so that no optimiser finds the weights."""

    def __init__(self) -> None:
        super().__init__()
        trained = nn.Linear(784, 10)
        self.weight, self.bias = trained.weight.detach(), trained.bias.detach()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(flat(x) @ self.weight.t() + self.bias, dim=1)


class SharedLayer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.out = nn.Linear(784, 784), nn.Linear(784, 784), linear()
        self.second.weight = self.first.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(self.out(self.second(torch.tanh(self.first(flat(x))))), dim=1)


def masked(net: Net, x: torch.Tensor) -> torch.Tensor:
    out = net.get_submodule("fc")(flat(x))
    out[out > 0.5] = 1
    return F.log_softmax(out, dim=1)


def listed(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = flat(x)
    for layer in net.children():
        x = layer(x)
    return F.log_softmax(x, dim=1)


def residual(net: Net, x: torch.Tensor) -> torch.Tensor:
    h = torch.tanh(net.get_submodule("a")(flat(x)))
    h = h + torch.tanh(net.get_submodule("b")(h))
    return F.log_softmax(net.get_submodule("c")(h), dim=1)


def in_place(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = F.relu_(net.get_submodule("conv")(x))
    return F.log_softmax(net.get_submodule("fc")(flat(x)), dim=1)


def heaviside(net: Net, x: torch.Tensor) -> torch.Tensor:
    h = net.get_submodule("a")(flat(x))
    h = h * torch.heaviside(h.detach(), torch.tensor(1.0))
    return F.log_softmax(net.get_submodule("b")(h), dim=1)


def normalised(net: Net, x: torch.Tensor) -> torch.Tensor:
    x -= 0.5
    return F.log_softmax(net.get_submodule("fc")(flat(x)), dim=1)


def in_place_net() -> Net:
    return Net(in_place, conv=nn.Conv2d(1, 4, 5), fc=nn.Linear(4 * 24 * 24, 10))


def normed_net() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 5),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout2d(0.2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(576, 10),
        nn.LogSoftmax(1),
    )


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "NetLin": NetLin,
    "NetFull": NetFull,
    "NetConv": NetConv,
    "batch norm and dropout": normed_net,
    "in-place relu": in_place_net,
    "index put": lambda: Net(masked, fc=linear()),
    "heaviside": lambda: Net(heaviside, a=nn.Linear(784, 20), b=nn.Linear(20, 10)),
    "x @ W + b": TransposedLinear,
    "module list": lambda: Net(listed, a=nn.Linear(784, 20), act=nn.Tanh(), b=nn.Linear(20, 10)),
    "shared weights": SharedLayer,
    "residual": lambda: Net(
        residual, a=nn.Linear(784, 20), b=nn.Linear(20, 20), c=nn.Linear(20, 10)
    ),
    "changes its images": lambda: Net(normalised, fc=linear()),
}
