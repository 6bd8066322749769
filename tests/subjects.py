"""Subjects for tests: trusted networks captured in this process, without a sandbox."""

from collections.abc import Callable

import torch
from torch import nn

from grader.assignment import Assignment, load_assignment
from grader.capturing.trusted_capture import captured
from grader.claims.verdicts import Claim, ReportClaims
from grader.graphs.network import Network
from grader.marks.part_two import analyse, joined
from grader.marks.perceptron import PerceptronAnalysis
from grader.results import ThresholdInfo, Training
from grader.subject import Subject
from grader.wire import Failure
from reference.check import MLP
from reference.kuzu import NetConv, NetFull, NetLin
from reference.perceptron import Weights

ASSIGNMENT = "comp9444-25t2"
REPORTED = ("accuracy", "matrix", "parameters", "count")


def right_networks() -> dict[str, Network]:
    """The three reference networks, captured."""
    return {
        "NetLin": captured(NetLin, "NetLin"),
        "NetFull": captured(NetFull, "NetFull"),
        "NetConv": captured(NetConv, "NetConv"),
    }


def captured_mlp(build: Callable[[str], nn.Module]) -> dict[str, Network | Failure]:
    """Both forms of a perceptron; `build` takes the activation function's name."""
    return {
        f"MLP.{act}": captured(
            lambda act=act: build(act),  # type: ignore[misc]
            f"MLP.{act}",
            input_shape=(2,),
            batches=(9,),
        )
        for act in ("step", "sig")
    }


def right_mlp(act: str) -> MLP:
    """The reference perceptron with its hand-set weights."""
    net = MLP(4, act)
    net.set_weights("012")
    return net


def mlp_of(weights: Weights, act: str) -> MLP:
    """A perceptron with these weights."""
    net = MLP(len(weights.in_bias), act)
    with torch.no_grad():
        for parameter, array in zip(net.parameters(), weights.arrays(), strict=True):
            parameter.copy_(torch.from_numpy(array).reshape(parameter.shape))
    return net


def training(name: str, assignment: Assignment, *, met: bool = True) -> Training:
    """A training that met its threshold, or did not, without training anything."""
    threshold = assignment.threshold(name)
    return Training(
        protocol="official",
        where="trusted",
        runs=[],
        decisive=0,
        accuracy=threshold.low if met else 0.0,
        threshold=ThresholdInfo(low=threshold.low, high=threshold.high, source=threshold.source),
        met=met,
        decided_at="for a test",
        reference=None,
        wrong_pairs=[],
    )


def subject_of(
    networks: dict[str, Network], mlp: dict[str, Network | Failure] | None = None
) -> Subject:
    """A subject whose networks all reach their thresholds."""
    assignment = load_assignment(ASSIGNMENT)
    captures: dict[str, Network | Failure] = dict(networks)
    forms = captured_mlp(right_mlp) if mlp is None else mlp
    captures["MLP"] = joined(forms)
    table = assignment.table.perceptron
    assert table is not None
    analysis = analyse(forms, table)
    assert analysis is None or isinstance(analysis, PerceptronAnalysis)
    trainings = {name: training(name, assignment) for name in networks}
    return Subject(assignment, captures, trainings, analysis, report=right_report())


def right_report() -> ReportClaims:
    """A report whose every claim agrees with whatever is handed in with it."""
    names = [f"{n}-{c}" for n in ("NetLin", "NetFull", "NetConv") for c in REPORTED]
    claims = [
        Claim(id=name, question="", title=name, verdict="confirmed")
        for name in (*names, "MLP-table", "MLP-lines", "pictures-2.1", "pictures-2.3")
    ]
    return ReportClaims(kind="pdf", complete=True, pages=1, claims=claims)
