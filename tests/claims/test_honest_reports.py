"""What an honest report may say in a way that only looks wrong is never contradicted."""

from dataclasses import replace
from random import Random

import pytest

from grader.claims.judge import judge
from grader.claims.verdicts import Claim
from scripts.made_up_matrix import ACCURACIES, made_up_matrix
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


# ---------------------------------------------------------------------- whole reports

CALCULATED = {
    "NetLin": ("784 * 10 + 10 = 7850", "28*28*10 + 10 = 7,850", "7840 + 10 = 7850 parameters"),
    "NetFull": (
        "(784*150 + 150) + (150*10 + 10) = 119260",
        "117,750 + 1,510 = 119,260",
        "784 x 150 + 150 + 150 x 10 + 10 = 117750 + 1510 = 119260",
    ),
    "NetConv": (
        "520 + 20040 + 41024 + 650 = 62234",
        "(1*20*25 + 20) + (20*40*25 + 40) + (640*64 + 64) + (64*10 + 10) = 62234",
        "5*5*20+20 = 520, total: 520 + 20040 + 41024 + 650 = 62,234",
    ),
}
REMARKS = {
    "NetLin": ("It gets about 70%.", "The training loss is 0.82 at the end.", ""),
    "NetFull": ("I tried 50, 100 and 200 hidden nodes.", "150 hidden nodes are best.", ""),
    "NetConv": (
        "I tried 16 and 32 filters of 5 x 5 first, then 20 and 40.",
        "Filters: 20 and 40, learning rate 0.02, momentum 0.9",
        "10 epochs with 24 output channels gave 92%",
    ),
}
TRAINED = (
    "Final Accuracy: 100.0",
    "ep: 12000 loss: 0.0310 acc: 88.89",
    "It reached 100% accuracy after three tries; the first stopped at 77.78% accuracy.",
    "Initial Accuracy: 44.44",
    "",
)
BY_HAND = (
    "Initial Accuracy: 100.0",
    "Step reaches 100% accuracy, sigmoid without rescaling 55.56% accuracy.",
    "Initial Accuracy: 77.78 at first, Initial Accuracy: 100.0 in the end",
    "Initial Accuracy: 77.78",
    "",
)
RESCALED = (
    "All weights and biases are multiplied by 10.",
    "With a factor of 5 only 7 points are right, with a factor of 20 all.",
    "I scaled everything by 25; Initial Accuracy: 100.0",
    "",
)
SEQUENCES = (
    "loss: 0.0412",
    "The loss stays consistently below 0.05.",
    "error was about 0.0281",
    "",
)


def whole_report(number: int) -> list[str]:
    """Honest report `number`: its own matrices, and its own way to say everything."""
    chance = Random(number)
    text = ["COMP9444 Assignment 1", "z5567992"]
    for i, name in enumerate(ACCURACIES):
        cells = made_up_matrix(name, 1000 + 10 * number + i)
        right = sum(row[k] for k, row in enumerate(cells))
        loss, last = chance.uniform(0.2, 1.1), chance.uniform(0.01, 0.9)
        text += [f"1.{i + 1} {name}", chance.choice(REMARKS[name])]
        text += [f"Train Epoch: 10 [57600/60000 (96%)] Loss: {last:.6f}", *printed(cells)]
        text += [
            f"Test set: Average loss: {loss:.4f}, Accuracy: {right}/10000 ({right / 100:.0f}%)",
            chance.choice(CALCULATED[name]),
        ]
    text += ["1.4 Discussion", "(a) NetConv reaches 93%, NetFull 84% and NetLin 70%."]
    text += [
        "(b)",
        "NetLin 7850 parameters",
        "NetFull 119260 parameters",
        "NetConv 62234 parameters",
    ]
    text += ["(c) With NetLin ki is often taken for su, since the strokes look alike."]
    text += ["2.1 Training", chance.choice(TRAINED), "2.2 By hand", chance.choice(BY_HAND)]
    text += ["x1 + x2 - 2.5 = 0", "x1 + x2 = 1.5", "x2 = x1 + 0.5", "-2 x1 + 2 x2 + 1 = 0"]
    step = facts().perceptron.step  # type: ignore[union-attr]
    assert step is not None
    text += ["(x1, x2) H1 H2 H3 H4 output"]
    for row in step.rows:
        cells_of = " ".join(f"{value:.0f}" for value in (*row.hidden, row.output))
        text.append(f"({row.point[0]:g}, {row.point[1]:g}) {cells_of}")
    text += ["2.3 Rescaled", chance.choice(RESCALED)]
    return [*text, "3.1 SRN", chance.choice(SEQUENCES), "3.4 LSTM", chance.choice(SEQUENCES)]


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("number", range(40))
def test_nothing_in_a_whole_honest_report_is_contradicted(number: int, official: bool) -> None:
    lines = [line for line in whole_report(number) if line]
    judged = judge(found_in(lines), replace(facts(), official=official))
    assert [c for c in judged.claims if c.verdict == "contradicted"] == []
    verdicts = {claim.id: claim.verdict for claim in judged.claims}
    for network in ACCURACIES:
        wanted = {verdicts[f"{network}-{what}"] for what in ("matrix", "parameters", "count")}
        assert wanted == {"confirmed"}, lines
    assert verdicts["MLP-table"] == verdicts["MLP-lines"] == "confirmed"
