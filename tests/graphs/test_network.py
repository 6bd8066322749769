"""The two halves of a reply agree, or are refused; a stranger's graph does no other harm."""

import json
from contextlib import suppress
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.errors import CaptureError
from grader.graphs import ops
from grader.graphs.canonical import canonical, fingerprint
from grader.graphs.layers import layer_table
from grader.graphs.network import Network, network_from_reply
from grader.graphs.oracle import compare, diagnose
from grader.graphs.structure import structure
from grader.wire import Failure, parse_reply
from reference.kuzu import NetConv, NetFull, NetLin

INFO = {"names": ["w"], "kind": "parameter", "trainable": True, "dtype": "float32"}
INPUTS = [
    {"name": "x", "kind": "input", "index": 0},
    {"name": "w", "kind": "tensor", "index": 0},
    {"name": "b", "kind": "tensor", "index": 1},
    {"name": "k", "kind": "tensor", "index": 2},
]
WEIGHTS = {
    "s0.0": torch.zeros(10, 784),
    "s0.1": torch.zeros(10),
    "s0.2": torch.zeros(2, 1, 3, 3),
    "c0": torch.zeros(10),
}


def node(name: str, op: str, *args: object, **kwargs: object) -> dict[str, Any]:
    return {"name": name, "op": op, "args": list(args), "kwargs": kwargs}


def ref(name: str) -> dict[str, str]:
    return {"ref": name}


LINEAR = [
    node("flat", "aten.flatten.using_ints", ref("x"), 1),
    node("out", "aten.linear.default", ref("flat"), ref("w"), ref("b")),
]


def read(
    nodes: list[dict[str, Any]],
    output: object = None,
    weights: dict[str, torch.Tensor] | None = None,
    **changes: Any,
) -> Network:
    """A network of these nodes, through the documents that a worker sends."""
    form = {"inputs": INPUTS, "nodes": nodes, "outputs": [output or ref(nodes[-1]["name"])]}
    document = {
        "format": "grader.capture/1",
        "target": "NetLin",
        "failure": None,
        "seeds": [0],
        "tensors": [INFO | {"shape": s} for s in ([10, 784], [10], [2, 1, 3, 3])],
        "forms": {"train": form, "eval": form},
    }
    reply = parse_reply(json.dumps(document | changes).encode(), "NetLin")
    network = network_from_reply(reply, WEIGHTS | (weights or {}), (1, 28, 28))
    assert isinstance(network, Network)
    return network


def test_a_linear_network_is_read() -> None:
    network = read(LINEAR)
    assert network.seeds == (0,)
    assert network.used() == {0, 1}
    assert network.count(network.parameters()) == 7840 + 10 + 18


def test_a_failure_is_handed_on() -> None:
    failure = {"stage": "build", "type": "", "message": "no", "line": None, "source": ""}
    document = {"format": "grader.capture/1", "target": "NetLin", "failure": failure}
    reply = parse_reply(json.dumps(document).encode(), "NetLin")
    assert isinstance(network_from_reply(reply, {}, (1, 28, 28)), Failure)


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        ([node("a", "aten.fft_fft.default", ref("x"))], r"uses the operation aten\.fft_fft"),
        ([node("a", "aten.from_file.default", "f")], "which the grader does not know"),
        ([node("a", "operator.attrgetter", ref("x"))], "which the grader does not know"),
        ([node("a", "aten.relu.default", ref("later"))], "a uses later, not yet computed"),
        ([node("x", "aten.relu.default", ref("x"))], "x is defined twice"),
    ],
)
def test_a_graph_that_is_out_of_order_is_refused(nodes: list[dict[str, Any]], found: str) -> None:
    with pytest.raises(CaptureError, match=found):
        read(nodes)


@pytest.mark.parametrize("output", [1, [ref("out")], ref("nowhere")])
def test_the_output_must_be_one_value(output: object) -> None:
    with pytest.raises(CaptureError, match="has 1 outputs"):
        read(LINEAR, output)


def test_two_outputs_are_refused() -> None:
    form: dict[str, Any] = {"inputs": INPUTS, "nodes": LINEAR}
    form["outputs"] = [ref("out"), ref("flat")]
    with pytest.raises(CaptureError, match="has 2 outputs"):
        read(LINEAR, forms={"train": form, "eval": form})


def test_an_input_that_is_not_announced_is_refused() -> None:
    form: dict[str, Any] = {"inputs": [*INPUTS, {"name": "c", "kind": "constant", "index": 0}]}
    form |= {"nodes": LINEAR, "outputs": [ref("out")]}
    with pytest.raises(CaptureError, match="the input c is malformed"):
        read(LINEAR, forms={"train": form, "eval": form})


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        ({"s0.0": torch.zeros(784, 10)}, r"the tensor s0\.0 is \(784, 10\)"),
        ({"s0.0": torch.zeros(10, 784, dtype=torch.float64)}, r"the tensor s0\.0 is"),
        ({"s0.1": torch.full((10,), torch.nan)}, r"the tensor s0\.1 holds NaN"),
        ({"s0.1": torch.full((10,), torch.inf)}, r"the tensor s0\.1 holds NaN or infinity"),
    ],
)
def test_weights_must_be_finite_and_as_announced(
    weights: dict[str, torch.Tensor], found: str
) -> None:
    with pytest.raises(CaptureError, match=found):
        read(LINEAR, weights=weights)


def test_weights_of_every_seed_must_be_there() -> None:
    with pytest.raises(CaptureError, match=r"the tensor s1\.0 is missing"):
        read(LINEAR, seeds=[0, 1])
    with pytest.raises(CaptureError, match="holds no weights"):
        read(LINEAR, seeds=[])


def test_constants_have_a_usual_data_type() -> None:
    with pytest.raises(CaptureError, match=r"the tensor c0 is of torch\.complex64"):
        read(LINEAR, weights={"c0": torch.zeros(2, dtype=torch.complex64)}, constants=1)


def test_too_many_parameters_are_refused_before_a_tensor_is_touched() -> None:
    huge = [INFO | {"shape": [100_000, 100_000]}]
    with pytest.raises(CaptureError, match="has too many parameters"):
        read(LINEAR, tensors=huge)


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        ([node("a", "aten.zeros.default", [10**6, 10**6])], "needs too much memory"),
        ([node("a", "aten.expand.default", ref("b"), [2**40, 10])], "needs too much memory"),
        ([node("a", "aten.view.default", ref("x"), [-5, 3])], "cannot run"),
        ([node("a", "aten.view.default", ref("x"), [10**30])], "cannot run"),
        ([node("a", "aten.sym_size.int", ref("x"), 0)], "returns no tensor"),
        ([node("a", "operator.mul", "abc", 10**9)], "sizes are whole numbers"),
        ([node("a", "operator.mul", 10**30, 10**30)], "sizes are whole numbers"),
        ([node("a", "operator.floordiv", 1, 0)], "cannot run"),
        ([node("a", "aten.relu.default", ref("x"), nonsense=3)], "cannot run"),
        ([node("a", "aten.conv2d.default", ref("x"), ref("k"), None, [])], "cannot run"),
    ],
)
def test_a_graph_that_cannot_run_draws_no_memory(nodes: list[dict[str, Any]], found: str) -> None:
    with pytest.raises(CaptureError, match=found):
        canonical(read(nodes))


def test_memory_that_grows_faster_than_the_batch_is_seen() -> None:
    nodes = [node("n", "aten.sym_size.int", ref("x"), 0)]
    nodes.append(node("a", "aten.zeros.default", [ref("n")] * 6))
    with pytest.raises(CaptureError, match="needs too much memory"):
        canonical(read(nodes))


SIZES = st.integers(-3, 30) | st.sampled_from([0, 10**5, 2**31, 2**63, -(2**63), 10**25])
VALUES = st.sampled_from(["x", "w", "b", "k", "n0", "n1", "n2"]).map(ref)
ARGS = (
    VALUES
    | VALUES
    | SIZES
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
    | st.sampled_from(["same", "valid", "constant", "mean", "none", ""])
    | st.lists(SIZES | VALUES | st.none(), max_size=4)
    | st.sampled_from(["float32", "int64", "bool", "float16"]).map(lambda d: {"dtype": d})
    | st.sampled_from(["cpu", "cuda:0", "torch.strided"]).map(lambda s: {"setting": s})
)
OPS = sorted(f"aten.{name}" for name in ops.ALLOWED) + sorted(ops.SIZE_ARITHMETIC)
KEYWORDS = st.dictionaries(
    st.sampled_from(["dim", "dtype", "alpha", "device", "stride", "min"]), ARGS, max_size=1
)


@st.composite
def hostile_nodes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few operations of the allow-list on arguments that seldom fit."""
    return [
        node(
            f"n{i}", draw(st.sampled_from(OPS)), *draw(st.lists(ARGS, max_size=5)), **draw(KEYWORDS)
        )
        for i in range(draw(st.integers(1, 3)))
    ]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_nodes())
def test_a_random_graph_raises_nothing_but_a_capture_error(nodes: list[dict[str, Any]]) -> None:
    with suppress(CaptureError):
        network = read(nodes)
        fingerprint(network)
        structure(network)
        layer_table(network)


def test_a_shared_tensor_is_one_parameter_with_two_names() -> None:
    network = NetLin()
    network.register_parameter("again", network.get_parameter("output.weight"))
    names = [sorted(info.names) for info in captured(lambda: network, "NetLin").tensors]
    assert names == [["again", "output.weight"], ["output.bias"]]


def test_a_graph_without_layers_is_no_reference_network() -> None:
    network = read([node("a", "aten.relu.default", ref("x"))])
    assert compare(network).equal is None
    assert diagnose(network) is None


@pytest.mark.parametrize(("noise", "found"), [(0.02, True), (0.1, True), (2.0, False)])
def test_weights_to_which_drawn_ones_were_added_are_told_until_noise_drowns_them(
    noise: float, found: bool
) -> None:
    learnt = torch.randn(10, 784, generator=torch.Generator().manual_seed(5)) * 0.1

    def half_drawn() -> NetLin:
        network = NetLin()
        with torch.no_grad():
            network.get_parameter("output.weight").copy_(learnt + noise * torch.randn(10, 784))
        return network

    parts = captured(half_drawn, "NetLin", seeds=(0, 1, 2)).half_drawn()
    assert list(parts) == [0] * found
    expected = 1 / (1 + (noise / 0.1) ** 2)  # of the variance that is fixed
    assert all(expected - 0.05 < part < expected + 0.15 for part in parts.values())
    assert captured(half_drawn, "NetLin", seeds=(0,)).half_drawn() == {}


def test_one_unit_that_was_learnt_is_found_among_drawn_ones() -> None:
    def half_drawn() -> NetFull:
        network = NetFull()
        with torch.no_grad():
            network.get_parameter("hidden1.weight")[7, 56:112] += 0.1
        return network

    network = captured(half_drawn, "NetFull", seeds=(0, 1, 2))
    (found,) = network.half_drawn()
    assert network.tensors[found].names == ["hidden1.weight"]


@pytest.mark.parametrize("network", [NetLin, NetFull, NetConv])
def test_drawn_weights_do_not_correlate(network: type[nn.Module]) -> None:
    assert captured(network, network.__name__, seeds=tuple(range(12))).half_drawn() == {}


def test_weights_that_no_seed_changes_are_told_from_drawn_and_from_constant_ones() -> None:
    def own_seed() -> NetLin:
        torch.manual_seed(1)
        return NetLin()

    def zeros() -> NetLin:
        network = NetLin()
        nn.init.zeros_(network.get_parameter("output.weight"))
        return network

    assert captured(own_seed, "NetLin", seeds=(0, 1)).drawn_alike() == [0, 1]
    assert captured(own_seed, "NetLin", seeds=(0,)).drawn_alike() == []
    assert captured(NetLin, "NetLin", seeds=(0, 1)).drawn_alike() == []
    assert captured(zeros, "NetLin", seeds=(0, 1)).drawn_alike() == []
