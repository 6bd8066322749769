"""The shipped assignment asks what the course asks, and finds what is known of its sample."""

import importlib.util
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from grader.assignment import load_assignment
from grader.assignment_tables import EVIDENCE, SEQUENCE_EVIDENCE
from grader.capturing.trusted_capture import captured
from grader.checking import CheckOutcome
from grader.graphs.network import Network
from grader.marks.check_runner import run_checks
from grader.marks.declared_checks import declared_checks
from grader.marks.findings import network_result, perceptron_result
from grader.marks.flags import raise_flags
from grader.marks.part_two import analyse, joined
from grader.marks.perceptron import PerceptronAnalysis
from grader.marks.scoring import score_questions, total_marks
from grader.results import Run, Training
from grader.subject import Subject
from tests.subjects import (
    ASSIGNMENT,
    captured_mlp,
    right_networks,
    right_report,
    training,
)

SAMPLE = Path(__file__).resolve().parents[2] / "submissions" / "z5567992"
SHIPPED = load_assignment(ASSIGNMENT)

MARKS = {
    **{"1.1": 1, "1.2": 1, "1.3": 1, "1.4": 3},
    **{"2.1": 1, "2.2": 2, "2.3": 1},
    **{"3.1": 1, "3.2": 1, "3.3": 1, "3.4": 1, "3.5": 3},
}
"""The course's own marks for Term 2, 2025."""

REPORTED = ("_reported_accuracy", "_reported_matrix", "_calculation")
"""Checks of the report beside the network."""


def test_twelve_questions_of_seventeen_marks() -> None:
    questions = {question.id: question.marks for question in SHIPPED.table.questions}
    assert questions == MARKS
    assert list(questions) == sorted(questions)
    assert SHIPPED.table.marks == sum(MARKS.values()) == 17


def test_what_the_first_three_questions_ask_for_is_checked_and_the_others_keep_a_criterion() -> (
    None
):
    assert [q.id for q in SHIPPED.table.questions if not q.criteria] == ["1.1", "1.2", "1.3"]
    for question in SHIPPED.table.questions:
        for criterion in question.criteria:
            assert criterion.id.startswith(f"{question.id}-")
            assert criterion.guidance, criterion.id
            assert criterion.marks > 0, criterion.id


def test_part_3_alone_waits_for_a_human_altogether() -> None:
    written = [question.id for question in SHIPPED.table.questions if not question.checks]
    assert written == ["3.1", "3.2", "3.3", "3.4", "3.5"]


def test_every_check_bears_marks_but_the_three_and_one_that_others_need() -> None:
    listed = {name for question in SHIPPED.table.questions for name in question.checks}
    unlisted = set(declared_checks(SHIPPED.checks_folder)) - listed
    assert unlisted == {"netlin_builds", "netfull_builds", "netconv_builds", "mlp_builds"}


def test_no_single_check_on_a_network_costs_more_than_a_sixth_of_the_part() -> None:
    for question in SHIPPED.table.questions[:3]:
        reported = {name for name in question.checks if name.endswith(REPORTED)}
        on_code = [marks for name, marks in question.checks.items() if name not in reported]
        assert sum(on_code) == sum(question.checks[name] for name in reported) == Decimal("0.5")
        assert max(on_code) <= Decimal("0.15")


def test_the_answer_to_every_written_question_is_shown_beside_its_criteria() -> None:
    for question in SHIPPED.table.questions:
        shown = {name for criterion in question.criteria for name in criterion.evidence}
        assert shown <= {*EVIDENCE, *SEQUENCE_EVIDENCE}
        answers = [name for name in shown if name.startswith(f"answer-{question.id}")]
        assert bool(answers) == bool(question.criteria), question.id


def test_all_that_is_known_of_part_3_is_shown_somewhere() -> None:
    shown = {e for q in SHIPPED.table.questions for c in q.criteria for e in c.evidence}
    assert SHIPPED.table.sequences is not None
    languages = tuple(f"{lang}-" for lang in SHIPPED.table.sequences.languages)
    there_is = {name for name in SEQUENCE_EVIDENCE if name.startswith(languages)}
    assert there_is - shown <= {"anb2nc3n-machine"}, "no question asks for that machine"


def test_protocol_and_thresholds_are_the_course_s() -> None:
    protocol = SHIPPED.protocol
    assert (protocol.epochs, protocol.batch_size) == (10, 64)
    assert (protocol.learning_rate, protocol.momentum) == (0.01, 0.5)
    bands = {name: SHIPPED.threshold(name) for name in SHIPPED.table.networks}
    assert {name: (b.low, b.high) for name, b in bands.items()} == {
        "NetLin": (68, 72),
        "NetFull": (84, None),
        "NetConv": (93, None),
    }


# ---------------------------------------------------------------- what a student reads


@pytest.fixture(scope="module")
def right() -> dict[str, Network]:
    return right_networks()


def part_1(right: dict[str, Network], **trainings: Training) -> dict[str, CheckOutcome]:
    subject = Subject(SHIPPED, right, trainings, missing=frozenset({"check.py"}))
    return {o.id: o for o in run_checks(SHIPPED.checks_folder, subject)}


def test_an_accuracy_that_misses_is_told_with_what_was_asked_and_what_to_try(
    right: dict[str, Network],
) -> None:
    missed = {
        name: training(name, SHIPPED, met=False).model_copy(
            update={"decided_at": f"{name}: 0.02 points too low"}
        )
        for name in right
    }
    found = part_1(right, **missed)
    assert found["netlin_accuracy"].message == (
        "Found: NetLin: 0.02 points too low. Expected: between 68% and 72% of the test images."
    )
    assert found["netfull_accuracy"].message.endswith("Expected: at least 84% of the test images.")
    assert "more hidden nodes" in found["netfull_accuracy"].hint
    assert "learning rate or momentum" in found["netconv_accuracy"].hint


@pytest.mark.parametrize(("network", "outcome"), [("NetConv", "passed"), ("NetFull", "ungraded")])
def test_the_settings_that_the_report_states_count_where_they_are_free(
    network: str, outcome: str, right: dict[str, Network]
) -> None:
    subject = Subject(
        SHIPPED,
        right,
        {network: training(network, SHIPPED, met=False)},
        missing=frozenset({"check.py"}),
        stated={network: ("learning rate 0.1, momentum 0.9", training(network, SHIPPED))},
    )
    found = {o.id: o for o in run_checks(SHIPPED.checks_folder, subject)}
    accuracy = found[f"{network.lower()}_accuracy"]
    assert accuracy.outcome == outcome
    assert ("learning rate 0.1" in accuracy.message) == (outcome == "ungraded")


def test_a_quick_look_decides_no_accuracy(right: dict[str, Network]) -> None:
    met = training("NetLin", SHIPPED)
    run = Run(
        seed=0,
        losses=[1.0, 0.9, 0.8],
        test_losses=[1.0, 0.9, 0.8],
        accuracies=[60.0, 65.0, 68.0],
        initial_accuracy=10.0,
        confusion=[[1]],
        seconds=1.0,
    )
    look = met.model_copy(update={"protocol": "quick", "runs": [run]})
    outcome = part_1(right, NetLin=look)["netlin_accuracy"]
    assert outcome.outcome == "ungraded"
    assert outcome.message == ("Not graded: 68.00% after 3 epochs; only the full protocol decides.")


def test_a_network_that_was_not_trained_is_ungraded_and_its_layers_are_graded(
    right: dict[str, Network],
) -> None:
    found = part_1(right)
    assert found["netfull_accuracy"].outcome == "ungraded"
    assert found["netfull_layers"].outcome == "passed"


@pytest.mark.parametrize(("size", "hint"), [(7, "Choose 10"), (155, "Choose 150 or 160")])
def test_a_hidden_size_is_sent_to_the_nearest_tens(
    size: int, hint: str, right: dict[str, Network]
) -> None:
    def build() -> nn.Module:
        return nn.Sequential(
            *(nn.Flatten(), nn.Linear(784, size), nn.Tanh(), nn.Linear(size, 10)),
            nn.LogSoftmax(dim=1),
        )

    outcome = part_1(right | {"NetFull": captured(build, "NetFull")})["netfull_hidden"]
    assert (outcome.outcome, outcome.hint) == ("failed", hint)
    assert outcome.message == f"Found: {size} hidden nodes. Expected: a multiple of 10."


def test_a_file_that_was_not_handed_in_is_asked_for(right: dict[str, Network]) -> None:
    outcome = part_1(right)["mlp_builds"]
    assert outcome.outcome == "failed"
    assert outcome.message == ("Found: check.py was not handed in. Expected: check.py with MLP.")
    assert outcome.hint == "Hand in check.py"


# ---------------------------------------------------------------- z5567992

ITS_TABLE = {
    (0, 2): "01010",
    (1, 2): "11011",
    (2, 2): "10010",
    (0, 1): "11011",
    (1, 1): "10010",
    (2, 1): "10111",
    (0, 0): "10010",
    (1, 0): "10111",
    (2, 0): "10100",
}
"""H1 H2 H3 H4 and the output, as the sample's report has them."""


def module(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"sample_{name}", SAMPLE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    kuzu = module("kuzu")
    return {name: captured(getattr(kuzu, name), name) for name in SHIPPED.table.networks}


@pytest.fixture(scope="module")
def perceptron() -> tuple[Network, PerceptronAnalysis]:
    check = module("check")

    def build(act: str) -> nn.Module:
        net: nn.Module = check.MLP(4, act)
        net.set_weights()  # type: ignore[operator]
        return net

    assert SHIPPED.table.perceptron is not None
    forms = captured_mlp(build)
    capture, analysis = joined(forms), analyse(forms, SHIPPED.table.perceptron)
    assert isinstance(capture, Network)
    assert isinstance(analysis, PerceptronAnalysis)
    return capture, analysis


def test_the_sample_s_parameters_are_as_it_claims(networks: dict[str, Network]) -> None:
    results = {name: network_result(network, None) for name, network in networks.items()}
    assert {name: result.parameters for name, result in results.items()} == {
        "NetLin": 7850,
        "NetFull": 119260,
        "NetConv": 62234,
    }
    assert all(r.equivalence is not None and r.equivalence.equal for r in results.values())


def test_the_sample_is_right_with_step_and_not_with_sigmoid_times_10(
    perceptron: tuple[Network, PerceptronAnalysis],
) -> None:
    _, analysis = perceptron
    assert (analysis.step.right, len(analysis.step.rows)) == (9, 9)
    assert (analysis.scaled.right, analysis.scaled.scale) == (5, 10)
    wrong = [row for row in analysis.scaled.rows if not row.right]
    assert [row.target for row in wrong] == [1, 1, 1, 1]
    assert {f"{row.output:.4f}" for row in wrong} == {"0.4666"}
    assert (analysis.smallest_margin, analysis.smallest_scale) == (0, None)
    assert analysis.disagreements == ()


def test_18_of_the_45_cells_of_its_table_disagree_with_its_weights(
    perceptron: tuple[Network, PerceptronAnalysis],
) -> None:
    _, analysis = perceptron
    cells = [
        (float(cell), value)
        for row in analysis.step.rows
        for cell, value in zip(
            ITS_TABLE[int(row.point[0]), int(row.point[1])], (*row.hidden, row.output), strict=True
        )
    ]
    assert len(cells) == 45
    assert sum(claimed != true for claimed, true in cells) == 18


def test_the_sample_is_flagged_as_not_rescaled(
    perceptron: tuple[Network, PerceptronAnalysis],
) -> None:
    capture, analysis = perceptron
    flags = raise_flags([], {}, perceptron_result(capture, analysis), 10)
    assert {flag.severity for flag in flags} == {"info", "warning"}
    assert any("holds the weights before rescaling" in flag.message for flag in flags)


def test_the_sample_s_marks_beside_a_report_without_faults(
    networks: dict[str, Network], perceptron: tuple[Network, PerceptronAnalysis]
) -> None:
    capture, analysis = perceptron
    trainings = {name: training(name, SHIPPED) for name in networks}
    subject = Subject(
        SHIPPED, {**networks, "MLP": capture}, trainings, analysis, report=right_report()
    )
    outcomes = run_checks(SHIPPED.checks_folder, subject)
    assert {o.id for o in outcomes if o.outcome != "passed"} == {"mlp_sigmoid", "mlp_rescaled"}
    marks = total_marks(score_questions(SHIPPED.table, outcomes))
    assert (marks.available, marks.earned, marks.lost, marks.pending) == (17, 6.35, 0.6, 10.05)
