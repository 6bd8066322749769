"""The reference networks are what the assignment asks for, and take a student's free sizes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from reference.dimensions import NETWORKS, Conv, Dimensions, Pool
from reference.kuzu import (
    CONVS,
    NetConv,
    NetFull,
    NetLin,
    build,
    parameter_count,
)

DIMENSIONS = {
    "NetLin": Dimensions(),
    "NetFull": Dimensions(hidden=(150,)),
    "NetConv": Dimensions(CONVS, (64,)),
}


@pytest.mark.parametrize(
    ("network", "count"),
    [
        (NetLin(), 784 * 10 + 10),
        (NetFull(), 784 * 150 + 150 + 150 * 10 + 10),
        (NetConv(), 1 * 20 * 25 + 20 + 20 * 40 * 25 + 40 + 640 * 64 + 64 + 64 * 10 + 10),
    ],
)
def test_number_of_parameters_follows_from_the_sizes(network: nn.Module, count: int) -> None:
    assert parameter_count(network) == count


def test_a_layer_registered_twice_is_counted_once() -> None:
    layer = nn.Linear(4, 3)
    assert parameter_count(nn.ModuleList([layer, layer])) == 4 * 3 + 3


@pytest.mark.parametrize("name", NETWORKS)
def test_every_image_gets_ten_log_probabilities(name: str) -> None:
    output = build(name, DIMENSIONS[name])(torch.rand(3, 1, 28, 28))
    assert output.shape == (3, 10)
    torch.testing.assert_close(output.exp().sum(dim=1), torch.ones(3))


def test_netlin_is_this_equation() -> None:
    network, x = NetLin(), torch.rand(5, 1, 28, 28)
    weight, bias = network.parameters()
    assert torch.equal(network(x), F.log_softmax(F.linear(x.flatten(1), weight, bias), dim=1))


def test_netfull_is_this_equation() -> None:
    network, x = NetFull(30), torch.rand(5, 1, 28, 28)
    w1, b1, w2, b2 = network.parameters()
    hidden = torch.tanh(F.linear(x.flatten(1), w1, b1))
    assert torch.equal(network(x), F.log_softmax(F.linear(hidden, w2, b2), dim=1))


def test_netconv_is_this_equation() -> None:
    network, x = NetConv(), torch.rand(5, 1, 28, 28)
    k1, c1, k2, c2, w1, b1, w2, b2 = network.parameters()
    x1 = F.max_pool2d(F.relu(F.conv2d(x, k1, c1)), 2)
    x2 = F.max_pool2d(F.relu(F.conv2d(x1, k2, c2)), 2)
    hidden = F.relu(F.linear(x2.flatten(1), w1, b1))
    assert torch.equal(network(x), F.log_softmax(F.linear(hidden, w2, b2), dim=1))


def test_the_seed_gives_the_weights_that_plain_layers_would_get() -> None:
    torch.manual_seed(0)
    network = NetConv()
    torch.manual_seed(0)
    plain = [nn.Conv2d(1, 20, 5), nn.Conv2d(20, 40, 5), nn.Linear(640, 64), nn.Linear(64, 10)]
    expected = [parameter for layer in plain for parameter in layer.parameters()]
    assert all(map(torch.equal, network.parameters(), expected))


@pytest.mark.parametrize("pool_before_relu", [False, True])
def test_order_of_average_pooling_and_relu_is_free(pool_before_relu: bool) -> None:
    pool = Pool("avg", (3, 3), (2, 2), (1, 1), before_relu=pool_before_relu)
    convs = (Conv(4, (3, 3), padding=(1, 1), pool=pool), Conv(6, (3, 3), groups=2))
    network, x = NetConv(convs, 8), torch.rand(2, 1, 28, 28)
    kernel, bias = list(network.parameters())[:2]
    feature = F.conv2d(x, kernel, bias, padding=1)
    pool_first = F.relu(F.avg_pool2d(feature, 3, 2, 1))
    relu_first = F.avg_pool2d(F.relu(feature), 3, 2, 1)
    expected = pool_first if pool_before_relu else relu_first
    torch.testing.assert_close(nn.Sequential(*list(network)[:3])(x), expected)


conv_sizes = st.builds(
    Conv,
    filters=st.integers(1, 6),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.sampled_from([(1, 1), (2, 1)]),
    padding=st.sampled_from([(0, 0), (1, 2)]),
    pool=st.one_of(
        st.none(),
        st.builds(Pool, kind=st.sampled_from(["max", "avg"]), ceil_mode=st.booleans()),
    ),
)


@settings(max_examples=30, deadline=None)
@given(convs=st.tuples(conv_sizes, conv_sizes), hidden=st.integers(1, 20))
def test_any_sizes_that_fit_the_image_build_and_run(convs: tuple[Conv, Conv], hidden: int) -> None:
    network = build("NetConv", Dimensions(convs, (hidden,)))
    assert network(torch.rand(2, 1, 28, 28)).shape == (2, 10)
    shapes = [tuple(parameter.shape) for parameter in network.parameters()]
    assert shapes[2] == (convs[1].filters, convs[0].filters, *convs[1].kernel)
    assert shapes[-4][0] == hidden


@pytest.mark.parametrize(
    ("name", "dims", "message"),
    [
        ("NetLin", Dimensions(hidden=(64,)), "NetLin cannot have 0 convolutions and 1 hidden"),
        ("NetFull", Dimensions(hidden=(150, 50)), "NetFull cannot have .* 2 hidden"),
        ("NetFull", Dimensions(CONVS, (64,)), "NetFull cannot have 2 convolutions"),
        ("NetConv", Dimensions(CONVS[:1], (64,)), "NetConv cannot have 1 convolutions"),
        ("NetConv", Dimensions(CONVS), "NetConv cannot have .* 0 hidden"),
        ("NetLin", Dimensions(outputs=26), "NetLin has 10 outputs, .* not 26"),
        ("NetLong", Dimensions(), "no network is called NetLong; there are NetLin, NetFull"),
        ("NetConv", Dimensions((Conv(2, (25, 25)),) * 2, (9,)), "28 x 28 image does not fit"),
    ],
)
def test_sizes_of_another_network_are_refused(name: str, dims: Dimensions, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(name, dims)
