"""The fast layout's graph computes what the captured one does, with less memory moved."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from grader.capturing.trusted_capture import captured
from grader.graphs.arrangement import arrange
from grader.graphs.network import Network
from grader.graphs.rearrangement import pool_first, regrouped
from grader.graphs.replay import Replay
from grader.wire import Graph
from reference.kuzu import NetConv
from tests.networks import NETWORKS, Net

Forward = Callable[[Net, torch.Tensor], torch.Tensor]


def convolutional(forward: Forward, features: int = 4 * 12 * 12, **more: nn.Module) -> Network:
    layers = {"conv": nn.Conv2d(1, 4, 5), "fc": nn.Linear(features, 10)}
    return captured(lambda: Net(forward, **layers, **more), "Net")


def ops(graph: Graph) -> list[str]:
    return [node.op.split(".")[1] for node in graph.nodes]


def pooled(net: Net, x: torch.Tensor) -> torch.Tensor:
    return F.max_pool2d(F.relu(net.get_submodule("conv")(x)), 2)


def classified(net: Net, x: torch.Tensor) -> torch.Tensor:
    return F.log_softmax(net.get_submodule("fc")(x), dim=1)


def usual(net: Net, x: torch.Tensor) -> torch.Tensor:
    return classified(net, pooled(net, x).flatten(1))


def viewed(net: Net, x: torch.Tensor) -> torch.Tensor:
    return classified(net, pooled(net, x).view(-1, 4 * 12 * 12))


def in_place(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = F.relu_(net.get_submodule("conv")(x))
    return classified(net, F.max_pool2d(x, 2).flatten(1))


def relu_read_twice(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = F.relu(net.get_submodule("conv")(x))
    return classified(net, F.max_pool2d(x, 2).flatten(1)) * x.mean()


def sum_read_twice(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = net.get_submodule("conv")(x)
    return classified(net, F.max_pool2d(F.relu_(x), 2).flatten(1)) * x.mean()


def relu_of_a_view(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = net.get_submodule("conv")(x)
    return classified(net, F.max_pool2d(F.relu(x.transpose(2, 3)), 2).flatten(1))


def rows_read_twice(net: Net, x: torch.Tensor) -> torch.Tensor:
    rows = pooled(net, x).flatten(1)
    return classified(net, rows) + rows[:, :1]


def weight_read_twice(net: Net, x: torch.Tensor) -> torch.Tensor:
    fc = net.get_submodule("fc")
    return classified(net, pooled(net, x).flatten(1)) + fc.get_parameter("weight").sum(1)


def several_rows_an_image(net: Net, x: torch.Tensor) -> torch.Tensor:
    rows = net.get_submodule("fc")(pooled(net, x).view(-1, 4 * 12 * 6))
    return F.log_softmax(rows.view(-1, 2, 10).sum(1), dim=1)


def images_of_no_convolution(net: Net, x: torch.Tensor) -> torch.Tensor:
    return classified(net, net.get_submodule("conv")(x).permute(0, 2, 1, 3).flatten(1))


def test_relu_is_computed_of_what_pooling_leaves() -> None:
    network = convolutional(usual)
    assert ops(network.forms.train)[:3] == ["conv2d", "relu", "max_pool2d"]
    assert ops(pool_first(network.forms.train))[:3] == ["conv2d", "max_pool2d", "relu"]
    assert ops(pool_first(convolutional(in_place).forms.train))[1:3] == ["max_pool2d", "relu"]


@pytest.mark.parametrize("forward", [relu_read_twice, sum_read_twice, relu_of_a_view])
def test_a_relu_that_anyone_else_could_see_stays(forward: Forward) -> None:
    graph = convolutional(forward).forms.train
    assert pool_first(graph) == graph


def images_and_labels() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(7)
    return torch.randn(8, 1, 28, 28), torch.randint(0, 10, (8,))


def gradients(net: nn.Module) -> list[torch.Tensor]:
    images, labels = images_and_labels()
    torch.manual_seed(8)
    F.nll_loss(net(images), labels).backward()  # type: ignore[no-untyped-call]
    return [p.grad for p in net.parameters() if p.grad is not None]


def test_pooling_first_gives_the_same_gradients_to_the_bit() -> None:
    network = convolutional(usual)
    forms = network.forms.model_copy(update={"train": pool_first(network.forms.train)})
    swapped = Network("Net", (1, 28, 28), forms, network.tensors, network.weights, ())
    pairs = zip(gradients(Replay(network, 0)), gradients(Replay(swapped, 0)), strict=True)
    assert all(a.equal(b) for a, b in pairs)


def turned(network: Network) -> bool:
    """Whether the fast layout has a weight in another order."""
    slow, fast = Replay(network, 0), Replay(network, 0, "fast")
    return any(not a.equal(b) for a, b in zip(slow.parameters(), fast.parameters(), strict=True))


@pytest.mark.parametrize("forward", [usual, viewed, in_place])
def test_rows_of_channels_last_images_are_not_copied(forward: Forward) -> None:
    network = convolutional(forward)
    assert turned(network)
    fast = Replay(network, 0, "fast")
    memory_format = arrange(fast, "fast", "cpu")
    images = images_and_labels()[0].contiguous(memory_format=memory_format)
    with torch.profiler.profile() as profile:
        fast(images)
    assert "aten::clone" not in {event.key for event in profile.key_averages()}


@pytest.mark.parametrize(
    ("forward", "features"),
    [
        (rows_read_twice, 4 * 12 * 12),
        (weight_read_twice, 4 * 12 * 12),
        (several_rows_an_image, 4 * 12 * 6),
        (images_of_no_convolution, 4 * 24 * 24),
    ],
)
def test_a_weight_keeps_its_order_where_its_rows_are_not_one_image_each(
    forward: Forward, features: int
) -> None:
    assert not turned(convolutional(forward, features))


@pytest.mark.parametrize("name", [*NETWORKS, "reference"])
def test_the_fast_layout_trains_alike_but_for_rounding(name: str) -> None:
    network = captured(NetConv if name == "reference" else NETWORKS[name], "Net")
    found = []
    for layout in ("course", "fast"):
        net = Replay(network, 0, "fast" if layout == "fast" else "course")
        gradients(net)
        torch.optim.SGD(net.parameters(), lr=0.1).step()
        images, _ = images_and_labels()
        torch.manual_seed(9)
        found.append(net.eval()(images).detach())
    torch.testing.assert_close(found[0], found[1], atol=1e-4, rtol=1e-4)


@given(channels=st.integers(1, 5), sites=st.integers(1, 6), out=st.integers(1, 4))
@settings(max_examples=30)
def test_regrouped_columns_multiply_the_same_numbers(channels: int, sites: int, out: int) -> None:
    weight = torch.arange(float(out * channels * sites)).view(out, channels * sites)
    image = torch.arange(float(channels * sites)).view(channels, sites)
    expected = weight @ image.flatten()
    found = regrouped(weight, channels)
    assert (found @ image.t().flatten()).equal(expected)
    assert found.data_ptr() != weight.data_ptr(), "training would change what was captured"
