"""What an honest report may say in a way that only looks wrong is never contradicted."""

import pytest

from grader.claims.judge import judge
from grader.claims.verdicts import Claim
from scripts.make_sample_report import RUNS

from .sample_facts import facts
from .written import found_in, printed

LIN, FULL, CONV = (run.counts.astype(int).tolist() for run in RUNS)


def contradicted(*lines: str) -> list[Claim]:
    claims = judge(found_in(["z5567992", *lines]), facts()).claims
    return [claim for claim in claims if claim.verdict == "contradicted"]


@pytest.mark.parametrize(
    "lines",
    [
        ("1.1 NetLin", "28*28*10 = 7840 + 10 = 7850"),
        ("1.1 NetLin", "784 x 10 weights and 10 biases, so 7840 + 10 = 7850"),
        ("1.3 NetConv", "conv1: 5*5*20 + 20 = 520", "conv2: 5*5*20*40 + 40 = 20040"),
        ("1.3 NetConv", "fc1: 640*64 + 64 = 41024"),
        ("1.2 NetFull", "I tried 784*100 + 100 + 100*10 + 10 = 79510", "784*150+150+1510 = 119260"),
        ("1.4", "(b)", "NetLin has 7,850 parameters", "NetFull has 119,260 parameters"),
        ("1.4", "NetLin got 6950 of 10000 test images right", "NetFull 8449"),
        ("1.4", "(a) NetLin reaches 69.5%, NetFull 84.5% and NetConv 93%"),
        ("2.2", "x2 = 1/2 x1 + 3/2", "x1 + x2 > 1.5", "x1 = 1"),
        ("2.2", "x1 + x2 - 2.5 = 0", "x1 + x2 - 1.5 = 0"),
        ("2.1", "tensor([[ 0.3, 1.2], [1.1, 0.7]])", "tensor([0.5])"),
        ("1.1 NetLin", "learning rate 0.05, momentum 0.9, 20 epochs"),
    ],
)
def test_such_lines_are_not_contradicted(lines: tuple[str, ...]) -> None:
    assert contradicted(*lines) == []


def test_the_worst_of_one_character_is_not_taken_for_the_worst_of_all() -> None:
    lines = ["1.1 NetLin", *printed(LIN), "1.4", "(c) For NetLin the rows differ."]
    said = "With NetLin the most common mistake for ki is 105"
    assert contradicted(*lines, said) == []
    assert contradicted(*lines, "With NetLin the most common mistake is 146, ma for su") == []
    (claim,) = contradicted(*lines, "With NetLin the most common mistake is 105")
    assert claim.id == "NetLin-confusion-1"


def test_a_table_may_have_its_output_first_and_a_report_several_tables() -> None:
    step = facts().perceptron.step  # type: ignore[union-attr]
    assert step is not None
    rows = [
        f"({row.point[0]:g}, {row.point[1]:g}) {row.output:.0f} "
        + " ".join(f"{value:.0f}" for value in row.hidden)
        for row in step.rows
    ]
    other = [row[:6] + " 1 1 1 1 1" for row in rows]
    assert contradicted("2.2", "(x1, x2) y H1 H2 H3 H4", *rows) == []
    assert contradicted("2.2", *other, "text", *rows) == []
    assert [claim.id for claim in contradicted("2.2", *other)] == ["MLP-table"]


def test_mentioning_another_network_does_not_change_whose_question_it_is() -> None:
    lines = ["1.2 NetFull", "Better than NetLin.", *printed(FULL)]
    assert [m.network for m in found_in(lines).matrices] == ["NetFull"]


def test_an_accuracy_line_in_a_picture_that_differs_is_a_doubt_and_no_contradiction() -> None:
    found = found_in(["1.1 NetLin", *printed(LIN), "Accuracy: 6960/10000 (70%)"])
    (accuracy,) = found.accuracies
    pictured = found.model_copy(
        update={"accuracies": [accuracy.model_copy(update={"pictured": True})]}
    )
    text, picture = (judge(f, facts()).claim("NetLin-matrix") for f in (found, pictured))
    assert text is not None
    assert picture is not None
    assert text.verdict == "contradicted"
    assert (picture.verdict, picture.certain) == ("not reproducible", False)
