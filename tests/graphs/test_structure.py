"""A canonical graph is read as layers, and the sizes a student chose are read off it."""

import pytest
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.graphs.canonical import canonical
from grader.graphs.network import Network
from grader.graphs.structure import (
    activations,
    dimensions,
    sentence,
    structure,
    unfamiliar,
    weight_shape,
)
from reference.dimensions import Conv, Dimensions, Pool
from reference.kuzu import NetConv, build
from tests.networks import NETWORKS


def conv_net(*features: nn.Module, flat: int) -> Network:
    return captured(
        lambda: nn.Sequential(
            *features,
            nn.Flatten(),
            nn.Linear(flat, 20),
            nn.ReLU(),
            nn.Linear(20, 10),
            nn.LogSoftmax(1),
        ),
        "NetConv",
    )


def test_the_reference_reads_as_four_layers() -> None:
    found = structure(captured(NetConv, "NetConv"))
    assert found.kinds() == ["conv2d", "conv2d", "linear", "linear"]
    assert found.chain
    assert [sentence(after) for _, after in found.layers] == [
        "relu, then max pooling 2 x 2",
        "relu, then max pooling 2 x 2",
        "relu",
        "log softmax",
    ]
    assert sentence(found.head) == "log softmax"
    assert sentence(found.before) == "nothing"
    assert activations(found.layers[0][1]) == ["relu"]


@pytest.mark.parametrize(
    ("name", "chain"), [("module list", True), ("shared weights", True), ("residual", False)]
)
def test_only_a_layer_that_is_skipped_breaks_the_chain(name: str, chain: bool) -> None:
    assert structure(captured(NETWORKS[name], "Net")).chain is chain


def test_operations_that_no_check_knows_are_named() -> None:
    network = captured(NETWORKS["heaviside"], "Net")
    assert unfamiliar(canonical(network).steps) >= {"mul"}
    assert unfamiliar(canonical(captured(NetConv, "NetConv")).steps) == set()


def test_the_sizes_of_weights_are_read_as_stored() -> None:
    network = captured(NETWORKS["x @ W + b"], "Net")
    ((layer, _),) = structure(network).layers
    assert weight_shape(layer, network) == [784, 10]


SIZES = [
    Dimensions((Conv(6, (5, 5), pool=Pool()), Conv(8, (3, 3), pool=Pool())), (30,)),
    Dimensions((Conv(4, (5, 5), stride=(2, 2)), Conv(6, (3, 5), padding=(1, 2))), (20,)),
    Dimensions((Conv(4, (3, 3), dilation=(2, 2)), Conv(8, (3, 3), groups=2, pool=Pool())), (20,)),
    Dimensions(
        (
            Conv(4, (5, 5), pool=Pool("avg", (3, 3), (2, 2), (1, 1), count_include_pad=False)),
            Conv(4, (5, 5), pool=Pool("avg", before_relu=True)),
        ),
        (20,),
    ),
    Dimensions(
        (
            Conv(4, (5, 5), pool=Pool("max", (3, 3), (2, 2), ceil_mode=True, before_relu=True)),
            Conv(4, (3, 3)),
        ),
        (20,),
    ),
]


@pytest.mark.parametrize("sizes", SIZES)
def test_every_size_that_the_reference_can_have_is_read_back(sizes: Dimensions) -> None:
    assert dimensions(captured(lambda: build("NetConv", sizes), "NetConv")) == sizes


@pytest.mark.parametrize(
    ("features", "flat", "reason"),
    [
        ([nn.Conv2d(1, 4, 5), nn.AdaptiveAvgPool2d(4)], 64, "pools in a way"),
        ([nn.Conv2d(1, 4, 5), nn.MaxPool2d(2), nn.MaxPool2d(2)], 144, "pools in a way"),
        ([nn.Conv2d(1, 4, 5, padding="same")], 3136, "padding is given as a word"),
    ],
)
def test_what_the_reference_cannot_have_is_refused(
    features: list[nn.Module], flat: int, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        dimensions(conv_net(*features, flat=flat))


def test_no_layers_and_branches_have_no_dimensions() -> None:
    with pytest.raises(ValueError, match="has no linear layer"):
        dimensions(captured(nn.Flatten, "Net"))
    with pytest.raises(ValueError, match="not a sequence"):
        dimensions(captured(NETWORKS["residual"], "Net"))
