"""Equal digests must mean equal bits, and other names must not mean other digests."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from grader.capturing.trusted_capture import captured
from grader.graphs.canonical import fingerprint
from grader.graphs.computation import graph_digest, initial_digest
from grader.graphs.network import Network
from grader.graphs.replay import Replay
from reference.kuzu import NetLin
from tests.networks import Net, flat, in_place_net, normed_net


def digests(network: Network) -> tuple[str, str]:
    return graph_digest(network), initial_digest(network, network.seeds[0])


def linear_net(name: str, width: int = 10) -> Network:
    return captured(
        lambda: Net(
            lambda net, x: F.log_softmax(net.get_submodule(name)(flat(x)), dim=1),
            **{name: nn.Linear(784, width)},
        ),
        "NetLin",
    )


def test_names_do_not_matter() -> None:
    assert digests(linear_net("fc")) == digests(linear_net("layer_1"))


def test_a_layer_without_use_does_not_matter_but_for_the_weights_it_draws() -> None:
    class Extra(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(784, 10)
            self.unused = nn.Linear(3, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return F.log_softmax(self.fc(flat(x)), dim=1)

    assert digests(captured(Extra, "NetLin")) == digests(linear_net("fc"))


def test_another_size_is_another_graph() -> None:
    assert graph_digest(linear_net("fc", 10)) != graph_digest(linear_net("fc", 11))


def test_the_same_function_rounded_differently_is_another_graph() -> None:
    class ByHand(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(784, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return F.log_softmax(flat(x) @ self.fc.weight.t() + self.fc.bias, dim=1)

    by_hand, ready = captured(ByHand, "NetLin"), linear_net("fc")
    assert fingerprint(by_hand) == fingerprint(ready)
    assert graph_digest(by_hand) != graph_digest(ready)


def test_other_weights_have_another_digest() -> None:
    network = captured(NetLin, "NetLin", seeds=(0, 1))
    digests = {initial_digest(network, seed) for seed in network.seeds}
    assert len(digests) == 2


def test_a_tensor_that_never_trains_is_told_from_one_that_does() -> None:
    class Frozen(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(784, 10)
            self.fc.weight.requires_grad_(False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return F.log_softmax(self.fc(flat(x)), dim=1)

    assert graph_digest(captured(Frozen, "NetLin")) != graph_digest(linear_net("fc"))


@pytest.mark.parametrize("build", [in_place_net, normed_net])
def test_digests_are_the_same_every_time(build: type[nn.Module]) -> None:
    assert digests(captured(build, "Net")) == digests(captured(build, "Net"))


@settings(max_examples=15, deadline=None)
@given(st.permutations(["a", "b", "c"]), st.sampled_from(["xyz", "rst"]))
def test_networks_of_equal_digests_compute_equal_bits(order: list[str], names: str) -> None:
    class Deep(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name in order:
                self.add_module(names["abc".index(name)], nn.Linear(784, 784))
            self.out = nn.Linear(784, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = flat(x)
            for name in names:
                x = torch.tanh(self.get_submodule(name)(x))
            return F.log_softmax(self.out(x), dim=1)

    found = captured(Deep, "Net")
    straight = captured(InOrder, "Net")
    images = torch.randn(4, 1, 28, 28)
    seed = found.seeds[0]
    same_bits = torch.equal(Replay(found, seed)(images), Replay(straight, seed)(images))
    assert graph_digest(found) == graph_digest(straight)
    assert (initial_digest(found, seed) == initial_digest(straight, seed)) == same_bits


class InOrder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = (nn.Linear(784, 784) for _ in range(3))
        self.out = nn.Linear(784, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = flat(x)
        for layer in (self.first, self.second, self.third):
            x = torch.tanh(layer(x))
        return F.log_softmax(self.out(x), dim=1)
