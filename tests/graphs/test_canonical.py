"""However a network is written, its canonical form and fingerprint are the same."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from grader.capturing.trusted_capture import captured
from grader.errors import CaptureError
from grader.graphs.canonical import canonical, fingerprint, order_of_use, weights_digest
from grader.graphs.network import Network
from grader.graphs.replay import Replay

Forward = Callable[["Net", torch.Tensor], torch.Tensor]


class Net(nn.Module):
    """Two convolutions and two linear layers; a spelling says how they are used."""

    def __init__(self, forward: Forward) -> None:
        super().__init__()
        self.function = forward
        self.conv = nn.Conv2d(1, 4, 5)
        self.fc = nn.Linear(4 * 12 * 12, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(self, x)


def net(forward: Forward) -> Network:
    return captured(lambda: Net(forward), "Net")


def plain(
    *,
    relu: Callable[[torch.Tensor], torch.Tensor] = F.relu,
    pool: Callable[[torch.Tensor], torch.Tensor] = lambda x: F.max_pool2d(x, 2),
    flat: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.view(x.size(0), -1),
    linear: Callable[[Net, torch.Tensor], torch.Tensor] = lambda net, x: net.fc(x),
    end: Callable[[torch.Tensor], torch.Tensor] = lambda x: F.log_softmax(x, dim=1),
) -> Forward:
    return lambda net, x: end(linear(net, flat(pool(relu(net.conv(x))))))


def bare_relu(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = net.conv(x)
    F.relu_(x)
    return F.log_softmax(net.fc(F.max_pool2d(x, 2).flatten(1)), dim=1)


def relu_of_alias(net: Net, x: torch.Tensor) -> torch.Tensor:
    first = net.conv(x)
    first.mul_(1).relu_()
    return F.log_softmax(net.fc(F.max_pool2d(first, 2).flatten(1)), dim=1)


SAME: dict[str, Forward] = {
    "reshape": plain(flat=lambda x: x.reshape(-1, 576)),
    "torch.flatten": plain(flat=lambda x: torch.flatten(x, 1)),
    "nn.Flatten": plain(flat=nn.Flatten()),
    "flatten in two goes": plain(flat=lambda x: x.flatten(2).flatten(1)),
    "unsqueeze and squeeze": plain(flat=lambda x: x.unsqueeze(1).flatten(2).squeeze(1)),
    "nn.ReLU": plain(relu=nn.ReLU()),
    "in-place nn.ReLU": plain(relu=nn.ReLU(inplace=True)),
    "relu_": plain(relu=lambda x: x.relu_()),
    "relu_ whose result is not used": bare_relu,
    "clamp": plain(relu=lambda x: x.clamp(min=0)),
    "threshold": plain(relu=lambda x: F.threshold(x, 0, 0)),
    "relu twice": plain(relu=lambda x: F.relu(F.relu(x))),
    "relu again after pooling": plain(pool=lambda x: F.relu(F.max_pool2d(x, 2))),
    "nn.MaxPool2d": plain(pool=nn.MaxPool2d(2)),
    "pool with stride": plain(pool=nn.MaxPool2d(kernel_size=(2, 2), stride=2)),
    "F.linear": plain(linear=lambda net, x: F.linear(x, net.fc.weight, net.fc.bias)),
    "addmm": plain(linear=lambda net, x: torch.addmm(net.fc.bias, x, net.fc.weight.t())),
    "x @ W.T + b": plain(linear=lambda net, x: x @ net.fc.weight.T + net.fc.bias),
    "b + x @ W.t()": plain(
        linear=lambda net, x: net.fc.bias + torch.matmul(x, net.fc.weight.permute(1, 0))
    ),
    "dim=-1": plain(end=lambda x: x.log_softmax(-1)),
    "nn.LogSoftmax()": plain(end=nn.LogSoftmax(dim=1)),
    "idle dropout": plain(flat=lambda x: F.dropout(x.flatten(1), 0.0)),
    "contiguous and clone": plain(flat=lambda x: x.contiguous().clone().flatten(1)),
    "cast to the same type": plain(flat=lambda x: x.float().flatten(1)),
    "detached images": lambda net, x: plain()(net, x.detach()),
}

DIFFERENT: dict[str, Forward] = {
    "no relu": plain(relu=lambda x: x),
    "leaky relu": plain(relu=F.leaky_relu),
    "relu up to 6": plain(relu=F.relu6),
    "clamp at another value": plain(relu=lambda x: x.clamp(min=0.1)),
    "clamp on both sides": plain(relu=lambda x: x.clamp(0, 1)),
    "relu before the convolution": lambda net, x: plain(relu=lambda x: x)(net, F.relu(x)),
    "average pool": plain(pool=lambda x: F.avg_pool2d(x, 2)),
    "no bias": plain(linear=lambda net, x: F.linear(x, net.fc.weight)),
    "bias twice": plain(linear=lambda net, x: net.fc(x) + net.fc.bias),
    "softmax": plain(end=lambda x: F.softmax(x, dim=1)),
    "log softmax over the batch": plain(end=lambda x: F.log_softmax(x, dim=0)),
    "dropout": plain(flat=lambda x: F.dropout(x.flatten(1), 0.5)),
    "detached hidden layer": plain(flat=lambda x: x.detach().flatten(1)),
    "a transposed picture": plain(flat=lambda x: x.transpose(2, 3).flatten(1)),
}


@pytest.fixture(scope="module")
def usual() -> Network:
    return net(plain())


@pytest.mark.parametrize("name", SAME)
def test_another_spelling_has_the_same_fingerprint(name: str, usual: Network) -> None:
    found = net(SAME[name])
    assert canonical(found).steps == canonical(usual).steps
    assert fingerprint(found) == fingerprint(usual)


@pytest.mark.parametrize("name", DIFFERENT)
def test_another_computation_has_another_fingerprint(name: str, usual: Network) -> None:
    assert fingerprint(net(DIFFERENT[name])) != fingerprint(usual)


def test_the_steps_of_a_network_read_like_its_layers(usual: Network) -> None:
    steps = canonical(usual).steps
    assert [s.op for s in steps] == [
        "conv2d",
        "relu",
        "max_pool2d",
        "reshape",
        "linear",
        "log_softmax",
    ]
    assert [s.shape for s in steps] == [(4, 24, 24), (4, 24, 24), (4, 12, 12), (576,), (10,), (10,)]
    assert all(s.batched for s in steps)


def test_zeros_around_the_images_are_padding() -> None:
    padded = captured(lambda: nn.Conv2d(1, 3, 5, padding=(1, 2)), "Net")
    pad_first = captured(lambda: nn.Sequential(nn.ZeroPad2d((2, 2, 1, 1)), nn.Conv2d(1, 3, 5)), "N")
    lopsided = captured(lambda: nn.Sequential(nn.ZeroPad2d((4, 0, 2, 0)), nn.Conv2d(1, 3, 5)), "N")
    assert fingerprint(padded) == fingerprint(pad_first)
    assert [s.op for s in canonical(lopsided).steps] == ["pad", "conv2d"]


def test_dropout_counts_in_training_only() -> None:
    dropped = captured(lambda: nn.Sequential(nn.Flatten(), nn.Dropout(0.4), nn.Linear(784, 3)), "N")
    assert [s.op for s in canonical(dropped).steps] == ["reshape", "linear"]
    assert "dropout" in [s.op for s in canonical(dropped, training=True).steps]


class Renamed(nn.Module):
    """The usual network with other names, in another order, and a layer too many."""

    def __init__(self) -> None:
        super().__init__()
        self.output = nn.Linear(576, 10)
        self.spare = nn.Linear(3, 3)
        self.filters = nn.Conv2d(1, 4, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.filters(x)), 2)
        return F.log_softmax(self.output(x.flatten(1)), dim=1)


def test_names_order_and_unused_layers_do_not_count(usual: Network) -> None:
    renamed = captured(Renamed, "Net")
    assert fingerprint(renamed) == fingerprint(usual)
    assert [renamed.tensors[i].names[0] for i in order_of_use(renamed)] == [
        "filters.weight",
        "filters.bias",
        "output.weight",
        "output.bias",
    ]


def test_weights_digests_tell_seeds_apart_and_nothing_else() -> None:
    one, two = (captured(lambda: Net(plain()), "Net", seeds=seeds) for seeds in ((0, 1), (1, 0)))
    assert weights_digest(one, 1) == weights_digest(two, 1)
    assert weights_digest(one, 0) != weights_digest(one, 1)


def test_a_change_under_another_name_of_the_same_tensor_is_kept() -> None:
    steps = canonical(net(relu_of_alias)).steps
    assert [s.op for s in steps][:3] == ["conv2d", "mul", "relu"]


@pytest.mark.parametrize(
    "change",
    [lambda h: h.view(-1).relu_(), lambda h: h[:, 0].mul_(0), lambda h: h.detach().relu_()],
)
def test_a_change_seen_through_another_view_is_not_guessed_at(
    change: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    def forward(net: Net, x: torch.Tensor) -> torch.Tensor:
        hidden = net.conv(x)
        change(hidden)
        return F.log_softmax(net.fc(F.max_pool2d(hidden, 2).flatten(1)), dim=1)

    with pytest.raises(CaptureError, match="changes a tensor in place that is read through"):
        canonical(net(forward))


Spelling = tuple[nn.Module, nn.Module]


@st.composite
def layers_in_two_spellings(draw: st.DrawFn) -> list[Callable[[], Spelling]]:
    """Layers of a small network, each written as a module and in another way."""
    filters, kernel = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    side = 28 - kernel + 1
    made: list[Callable[[], Spelling]] = [lambda: twin(nn.Conv2d(1, filters, kernel))]
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["relu", "tanh", "pool"]))
        if kind == "pool":
            window = draw(st.integers(2, 3))
            side = side // window
            made.append(lambda w=window: (nn.MaxPool2d(w), Call(lambda x: F.max_pool2d(x, w, w))))  # type: ignore[misc]
        elif kind == "relu":
            made.append(lambda: (nn.ReLU(), Call(lambda x: x.clamp(min=0))))
        else:
            made.append(lambda: (nn.Tanh(), Call(torch.tanh)))
    made.append(lambda: (nn.Flatten(), Call(lambda x: x.view(x.size(0), -1))))
    size = filters * side * side
    made.append(lambda: twin(nn.Linear(size, 4)))
    made.append(lambda: (nn.LogSoftmax(1), Call(lambda x: F.log_softmax(x, -1))))
    return made


class Call(nn.Module):
    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


class ByHand(nn.Module):
    """The layer's own weights, used through functions."""

    def __init__(self, layer: nn.Linear | nn.Conv2d) -> None:
        super().__init__()
        self.bias, self.weight = layer.bias, layer.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.weight.dim() == 4:
            return F.conv2d(x, self.weight, self.bias)
        assert self.bias is not None
        return x @ self.weight.t() + self.bias


def twin(layer: nn.Linear | nn.Conv2d) -> Spelling:
    return layer, ByHand(layer)


@settings(max_examples=12, deadline=None)
@given(layers_in_two_spellings())
def test_random_networks_in_two_spellings_are_one(made: list[Callable[[], Spelling]]) -> None:
    usual, other = (
        captured(lambda which=which: nn.Sequential(*(make()[which] for make in made)), "Net")  # type: ignore[misc]
        for which in (0, 1)
    )
    assert canonical(usual).steps == canonical(usual, training=True).steps
    assert fingerprint(usual) == fingerprint(other)
    assert weights_digest(usual, 0) == weights_digest(other, 0)
    torch.manual_seed(0)
    module = nn.Sequential(*(make()[0] for make in made))
    images = torch.randn(3, 1, 28, 28)
    assert Replay(usual, 0)(images).equal(module(images))
