"""What is known of a network or of the perceptron arrives in the result, and nothing is made up."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.assignment import load_assignment
from grader.capturing.trusted_capture import captured
from grader.marks import findings
from grader.marks.findings import missing_result, network_result, perceptron_result
from grader.marks.part_two import analyse, joined
from grader.marks.perceptron import PerceptronAnalysis
from grader.wire import Failure
from reference.kuzu import NetLin
from reference.mistakes import MISTAKES
from reference.perceptron import HAND_SET, SCALE
from tests.subjects import ASSIGNMENT, captured_mlp, right_mlp, training

SHIPPED = load_assignment(ASSIGNMENT)
FAILURE = Failure(stage="forward", type="RuntimeError", message="it broke", line=7, source="x")


def test_a_right_network_is_counted_compared_and_described() -> None:
    known = training("NetLin", SHIPPED)
    result = network_result(captured(NetLin, "NetLin"), known)
    assert result.captured
    assert result.failure is None
    assert (result.parameters, result.registered) == (7850, 7850)
    assert (result.unused, result.duplicates) == ([], [])
    assert result.output_shape == [10]
    assert sum(layer.parameters for layer in result.layers) == 7850
    assert result.equivalence is not None
    assert result.equivalence.equal
    assert result.diagnosis is None
    assert result.training is known


def test_no_mistake_is_looked_for_in_a_right_network(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(findings, "diagnose", lambda network: tried.append(network.name))
    network_result(captured(NetLin, "NetLin"), None)
    assert tried == []
    wrong = MISTAKES[0]
    network_result(captured(lambda: wrong.build(wrong.default), wrong.network), None)
    assert tried == [wrong.network]


def test_a_network_is_told_from_another_by_its_graph_and_from_its_twin_by_its_weights() -> None:
    first, again = (network_result(captured(NetLin, "NetLin"), None) for _ in range(2))
    other = network_result(captured(NetLin, "NetLin", seeds=(1,)), None)
    assert (first.fingerprint, first.weights_digest) == (again.fingerprint, again.weights_digest)
    assert first.fingerprint == other.fingerprint
    assert first.weights_digest != other.weights_digest


class Untidy(nn.Module):
    """One layer under two names, one never used."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(784, 10)
        self.again = self.fc
        self.unused = nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(self.fc(x.flatten(1)), dim=1)


def test_unused_and_doubly_registered_tensors_are_named_and_counted_once() -> None:
    result = network_result(captured(Untidy, "NetLin"), None)
    assert (result.parameters, result.registered) == (7850, 7862)
    assert result.unused == ["unused.weight", "unused.bias"]
    assert result.duplicates == [["fc.weight", "again.weight"], ["fc.bias", "again.bias"]]


def test_a_known_mistake_is_named() -> None:
    mistake = next(m for m in MISTAKES if m.network == "NetLin")
    wrong = captured(lambda: mistake.build(mistake.default), "NetLin")
    diagnosis = network_result(wrong, None).diagnosis
    assert diagnosis is not None
    assert (diagnosis.mistake, diagnosis.sentence) == (mistake.id, mistake.sentence)


def test_a_failure_keeps_its_stage_text_and_line_and_what_the_sandbox_trained() -> None:
    known = training("NetLin", SHIPPED)
    result = network_result(FAILURE, known)
    assert not result.captured
    assert result.failure is not None
    assert result.failure.stage == "forward"
    assert result.failure.message == "RuntimeError: it broke"
    assert result.failure.line == 7
    assert result.training is known


def test_a_missing_file_is_a_failed_import() -> None:
    failure = missing_result("kuzu.py").failure
    assert failure is not None
    assert (failure.stage, failure.message) == ("import", "kuzu.py was not handed in")


@pytest.fixture(scope="module")
def analysis() -> PerceptronAnalysis:
    assert SHIPPED.table.perceptron is not None
    found = analyse(captured_mlp(right_mlp), SHIPPED.table.perceptron)
    assert isinstance(found, PerceptronAnalysis)
    return found


def test_the_perceptron_arrives_with_its_tables_lines_and_margins(
    analysis: PerceptronAnalysis,
) -> None:
    result = perceptron_result(joined(captured_mlp(right_mlp)), analysis)
    right = HAND_SET["012"].scaled(SCALE)
    assert result.weights is not None
    assert [tuple(pair) for pair in result.weights.in_hid] == list(right.in_hid)
    assert result.weights.out_bias == right.out_bias
    for table, act, scale in ((result.step, "step", 1), (result.scaled, "sig", 10)):
        assert table is not None
        assert (table.act, table.scale, table.right, table.of) == (act, scale, 9, 9)
        assert len(table.rows[0].hidden) == 4
    assert [line.node for line in result.lines] == [1, 2, 3, 4]
    assert len(result.margins) == 9
    assert result.smallest_margin == min(margin.margin for margin in result.margins)
    assert (result.unscaled, result.diagnosis, result.disagreements) == (False, None, [])


def test_a_perceptron_that_is_missing_failed_or_of_other_layers_says_which(
    analysis: PerceptronAnalysis,
) -> None:
    missing, failed = perceptron_result(None, None), perceptron_result(FAILURE, analysis)
    assert missing.failure is not None
    assert missing.failure.message == "the file was not handed in"
    assert failed.failure is not None
    assert failed.failure.message == "RuntimeError: it broke"
    other = perceptron_result(captured(NetLin, "NetLin"), None)
    assert (other.captured, other.weights, other.failure) == (True, None, None)
