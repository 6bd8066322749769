"""The oracle is asked under the student's own weights, however they are stored."""

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.capturing.trusted_capture import captured
from grader.graphs.oracle import compare, diagnose
from grader.graphs.structure import dimensions
from reference.dimensions import Conv, Dimensions, Pool
from reference.kuzu import NetConv, NetFull, NetLin, build
from reference.mistakes import MISTAKES, Mistake
from tests.networks import NETWORKS, Net, PlainTensors, flat

AVERAGED = Dimensions((Conv(6, (3, 3), pool=Pool("avg", before_relu=True)), Conv(9, (3, 3))), (30,))

RIGHT: list[tuple[str, Callable[[], nn.Module]]] = [
    ("NetLin", NetLin),
    ("NetLin", NETWORKS["x @ W + b"]),
    ("NetFull", NetFull),
    ("NetFull", lambda: NetFull(30)),
    ("NetFull", NETWORKS["module list"]),
    ("NetConv", NetConv),
    ("NetConv", lambda: build("NetConv", AVERAGED)),
]


@pytest.mark.parametrize(("name", "make"), RIGHT)
def test_right_networks_compute_what_the_reference_computes(
    name: str, make: Callable[[], nn.Module]
) -> None:
    network = captured(make, name)
    found = compare(network)
    assert found.equal is True, found.reason
    assert found.max_difference is not None
    assert found.max_difference < 1e-5
    assert diagnose(network) is None


def test_a_small_change_is_seen() -> None:
    def shifted(net: Net, x: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(net.get_submodule("fc")(flat(x) + 0.01), dim=1)

    found = compare(captured(lambda: Net(shifted, fc=nn.Linear(784, 10)), "NetLin"))
    assert found.equal is False
    assert found.max_difference is not None
    assert found.reason == "computes something else"


@pytest.mark.parametrize(
    ("name", "make", "equal", "reason"),
    [
        ("NetConv", NETWORKS["batch norm and dropout"], None, "uses batch norm"),
        ("NetLin", NETWORKS["residual"], None, "not a sequence"),
        ("NetLin", NetFull, None, "cannot have"),
        ("NetLin", PlainTensors, False, "parameters do not fit"),
    ],
)
def test_what_cannot_be_compared_is_said(
    name: str, make: Callable[[], nn.Module], equal: bool | None, reason: str
) -> None:
    found = compare(captured(make, name))
    assert found.equal is equal
    assert reason in found.reason


def test_steps_that_the_reference_lacks_are_no_proof_of_a_difference() -> None:
    def padded(net: Net, x: torch.Tensor) -> torch.Tensor:
        x = F.pad(x, (1, 0, 0, 0))
        return F.log_softmax(net.get_submodule("fc")(flat(x)), dim=1)

    found = compare(captured(lambda: Net(padded, fc=nn.Linear(812, 10)), "NetLin"))
    assert found.equal is None
    assert "uses pad" in found.reason


COMPUTED = [m for m in MISTAKES if not m.id.endswith("unused-layer")]


@pytest.mark.parametrize("mistake", COMPUTED, ids=lambda m: m.id)
def test_each_known_mistake_is_named(mistake: Mistake) -> None:
    found = diagnose(captured(lambda: mistake.build(mistake.default), mistake.network))
    assert found is not None
    assert found.mistake == mistake.id
    assert found.sentence == mistake.sentence


@pytest.mark.parametrize("mistake", [m for m in MISTAKES if m not in COMPUTED], ids=lambda m: m.id)
def test_a_layer_that_is_never_used_changes_no_computation(mistake: Mistake) -> None:
    network = captured(lambda: mistake.build(mistake.default), mistake.network)
    assert diagnose(network) is None
    assert compare(network).equal is True


def test_sizes_are_taken_from_the_student() -> None:
    wrong = next(m for m in MISTAKES if m.id == "netconv-no-relu-conv2")
    network = captured(lambda: wrong.build(AVERAGED), "NetConv")
    assert dimensions(network).hidden == (30,)
    found = diagnose(network)
    assert found is not None
    assert found.mistake == wrong.id
