"""The layer table shows the arithmetic behind each parameter count, and adds up."""

import pytest
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.graphs.layers import layer_table
from grader.graphs.network import Network
from reference.kuzu import NetConv, NetFull, NetLin
from tests.networks import NETWORKS, PlainTensors


def test_each_layer_of_the_reference_has_its_formula_and_shape() -> None:
    rows = [row for row in layer_table(captured(NetConv, "NetConv")) if row.parameters]
    assert [(row.name, row.shape, row.formula) for row in rows] == [
        ("conv1", [20, 24, 24], "1 x 20 x 5 x 5 + 20 = 520"),
        ("conv2", [40, 8, 8], "20 x 40 x 5 x 5 + 40 = 20040"),
        ("hidden1", [64], "640 x 64 + 64 = 41024"),
        ("output", [10], "64 x 10 + 10 = 650"),
    ]
    assert rows[0].description == "convolution, 20 filters of 5 x 5"


def test_weights_stored_the_other_way_round_have_the_same_formula() -> None:
    linear, by_hand = captured(NetLin, "NetLin"), captured(NETWORKS["x @ W + b"], "NetLin")
    formulas = [[row.formula for row in layer_table(n) if row.formula] for n in (linear, by_hand)]
    assert formulas == [["784 x 10 + 10 = 7850"]] * 2


@pytest.mark.parametrize(
    "network",
    [captured(build, "Net") for build in (NetLin, NetFull, NetConv, NETWORKS["shared weights"])],
    ids=["NetLin", "NetFull", "NetConv", "shared"],
)
def test_the_rows_add_up_to_the_networks_parameters(network: Network) -> None:
    assert sum(row.parameters for row in layer_table(network)) == network.count(
        network.parameters()
    )


def test_a_shared_tensor_is_counted_once() -> None:
    rows = [row for row in layer_table(captured(NETWORKS["shared weights"], "Net")) if row.formula]
    assert [row.formula for row in rows] == [
        "784 x 784 + 784 = 615440",
        "784 = 784",
        "784 x 10 + 10 = 7850",
    ]


def test_a_layer_used_twice_says_where_it_was_counted() -> None:
    layer = nn.Linear(784, 784)
    network = captured(lambda: nn.Sequential(nn.Flatten(), layer, nn.Tanh(), layer), "Net")
    formulas = [row.formula for row in layer_table(network) if row.name]
    assert formulas == [
        "784 x 784 + 784 = 615440",
        "counted above: shared with an earlier layer",
    ]


def test_kinds_tell_a_drawing_what_to_draw() -> None:
    rows = layer_table(captured(NETWORKS["batch norm and dropout"], "Net"))
    assert [row.kind for row in rows] == [
        "conv",
        "norm",
        "activation",
        "pool",
        "dropout",
        "reshape",
        "dropout",
        "linear",
        "activation",
    ]


def test_weights_in_plain_tensors_count_for_nothing() -> None:
    rows = layer_table(captured(PlainTensors, "NetLin"))
    assert [row.parameters for row in rows] == [0, 0, 0]
