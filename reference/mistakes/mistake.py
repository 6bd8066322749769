"""What a known mistake is, and the small edits of a right network that mistakes are made of."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from reference.dimensions import Dimensions
from reference.kuzu import CONVS, HIDDEN_CONV, HIDDEN_FULL

DEFAULTS = {
    "NetLin": Dimensions(),
    "NetFull": Dimensions(hidden=(HIDDEN_FULL,)),
    "NetConv": Dimensions(CONVS, (HIDDEN_CONV,)),
}


@dataclass(frozen=True)
class Mistake:
    """One known mistake.

    Args:
        id: unique name, e.g. `netfull-relu-for-tanh`.
        network: `NetLin`, `NetFull` or `NetConv`.
        sentence: what a student reads: what the network does, what was asked, what to change.
        build: makes the mistaken network with given sizes; its `parameters()` come in the order
            of use. Raises ValueError where these sizes do not fit the mistake.
        default: a typical instance, on which the marking scheme is tested.
        fails: ids of the checks that it must fail.
    """

    id: str
    network: str
    sentence: str
    build: Callable[[Dimensions], nn.Module]
    default: Dimensions
    fails: tuple[str, ...]


class UnusedLayer(nn.Module):
    """Passes its input on and holds a layer that nothing ever uses."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Linear(10, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` itself, any shape."""
        return x


def replaced(network: nn.Sequential, **layers: nn.Module) -> nn.Sequential:
    """The network with the layers of these names exchanged."""
    if unknown := layers.keys() - dict(network.named_children()).keys():
        raise ValueError(f"no layer is called {', '.join(sorted(unknown))}")
    return nn.Sequential(OrderedDict(network.named_children()) | layers)


def without(network: nn.Sequential, *names: str) -> nn.Sequential:
    """The network with the layers of these names left out."""
    return replaced(network, **{name: nn.Identity() for name in names})


def before_log_softmax(network: nn.Sequential, layer: nn.Module) -> nn.Sequential:
    """The network with one more layer on the logits."""
    return replaced(network, log_softmax=nn.Sequential(layer, nn.LogSoftmax(dim=1)))


def without_bias(network: nn.Sequential) -> nn.Sequential:
    """The network with the bias of every layer removed."""
    for layer in network:
        if isinstance(layer, nn.Linear | nn.Conv2d):
            layer.register_parameter("bias", None)
    return network
