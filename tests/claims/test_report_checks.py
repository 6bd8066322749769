"""Marks for the report: given for what agrees, taken for what is wrong, left open in doubt."""

from collections.abc import Mapping

import pytest

from grader.assignment import load_assignment
from grader.checking import CheckOutcome
from grader.claims.judge import judge
from grader.claims.verdicts import Claim, ReportClaims, Verdict
from grader.marks.check_runner import run_checks
from grader.subject import Subject
from scripts.make_sample_report import RUNS
from tests.report import example
from tests.subjects import ASSIGNMENT, right_report

from .sample_facts import facts
from .written import found_in, printed

SHIPPED = load_assignment(ASSIGNMENT)
CALCULATED = {
    "NetLin": "784*10 + 10 = 7850",
    "NetFull": "(784*150 + 150) + (150*10 + 10) = 117750 + 1510 = 119260",
    "NetConv": "520 + 20040 + 41024 + 650 = 62234",
}
REPORT_CHECKS = {
    *(
        f"{n}_reported_{what}"
        for n in ("netlin", "netfull", "netconv")
        for what in ("accuracy", "matrix")
    ),
    *("netfull_calculation", "netconv_calculation", "networks_counted", "mlp_table", "mlp_lines"),
    *("trained_pictures", "rescaled_pictures"),
}
SHOWN = {"2.1": 6, "2.3": 5}
"""Pictures under each question of a right report."""


def lines(**calculations: str) -> list[str]:
    """A right report of the flagship's networks and weights; calculations may be exchanged."""
    text = ["z5567992"]
    for run in RUNS:
        text += [f"{run.question} {run.name}", *printed(run.counts.astype(int).tolist())]
        text += [run.terminal.splitlines()[-1], (CALCULATED | calculations)[run.name]]
    text += ["1.4 Discussion", "(b) Number of parameters"]
    text += [f"{n}: {(CALCULATED | calculations)[n].split()[-1]} parameters" for n in CALCULATED]
    text += ["2.2", "x1 + x2 - 2.5 = 0", "x1 + x2 = 1.5", "x2 = x1 + 0.5", "-2 x1 + 2 x2 + 1 = 0"]
    text += ["(x1, x2) H1 H2 H3 H4 output"]
    step = example.sample().perceptron.step  # type: ignore[union-attr]
    assert step is not None
    for row in step.rows:
        cells = " ".join(f"{value:.0f}" for value in (*row.hidden, row.output))
        text.append(f"({row.point[0]:g}, {row.point[1]:g}) {cells}")
    return text


def outcomes(report: ReportClaims) -> dict[str, CheckOutcome]:
    result = example.sample()
    subject = Subject(
        SHIPPED,
        {},
        missing=frozenset({"kuzu.py", "check.py"}),
        report=report,
        networks=result.networks,
        hand_set=result.perceptron,
    )
    found = run_checks(SHIPPED.checks_folder, subject)
    return {o.id: o for o in found if o.id in REPORT_CHECKS}


def marked(*text: str, shown: Mapping[str, int] = SHOWN) -> dict[str, CheckOutcome]:
    found = found_in([*text, "2.3", "3.1"]).model_copy(update={"shown": dict(shown)})
    return outcomes(judge(found, facts()))


def but_passed(found: dict[str, CheckOutcome]) -> dict[str, str]:
    return {name: o.outcome for name, o in found.items() if o.outcome != "passed"}


def test_a_right_report_passes_every_check() -> None:
    found = marked(*lines())
    assert set(found) == REPORT_CHECKS
    assert {o.id: o.message for o in found.values() if o.outcome != "passed"} == {}


def test_a_report_that_holds_nothing_fails_what_can_only_be_text_and_says_what_to_do() -> None:
    found = marked("z5567992", "This is my report.", shown={})
    assert {o.outcome for name, o in found.items() if name != "mlp_lines"} == {"failed"}
    assert found["mlp_lines"].outcome == "ungraded"  # drawn or written by hand, perhaps
    assert found["netlin_reported_matrix"].hint.startswith("Put it into the report")


def test_a_report_that_was_not_handed_in_fails_and_one_that_cannot_be_read_waits() -> None:
    gone = outcomes(ReportClaims(problem="hw1.pdf was not handed in"))
    assert {o.outcome for o in gone.values()} == {"failed"}
    closed = outcomes(ReportClaims(problem="the PDF is encrypted and asks for a password"))
    assert {o.outcome for o in closed.values()} == {"ungraded"}
    assert "asks for a password" in closed["mlp_table"].message


@pytest.mark.parametrize(
    ("network", "calculation", "outcome", "score"),
    [
        ("NetFull", "784*150 + 150*10 = 119100", "failed", 0.0),
        ("NetFull", "784*150 + 150 + 150*10 + 10 = 119250", "partial", 0.5),
        ("NetFull", "total: 784*150 + 150 = 117750", "failed", 0.0),
        ("NetConv", "520 + 20040 + 41024 + 650 = 62243", "partial", 0.5),
    ],
)
def test_a_slip_of_arithmetic_is_told_from_a_wrong_concept(
    network: str, calculation: str, outcome: str, score: float
) -> None:
    found = marked(*lines(**{network: calculation}))
    mine = found[f"{network.lower()}_calculation"]
    assert (mine.outcome, mine.score) == (outcome, score)
    assert mine.detail
    assert found["networks_counted"].outcome == "partial"
    assert found["networks_counted"].score == pytest.approx(2 / 3)


@pytest.mark.parametrize(("wrong", "score"), [(1, 43 / 45), (9, 27 / 45)])
def test_a_table_loses_what_its_wrong_cells_are_worth(wrong: int, score: float) -> None:
    text = lines()
    for i in range(1, wrong + 1):
        text[-i] = text[-i][:-1] + ("0" if text[-i].endswith("1") else "1")
    found = marked(*text)
    assert but_passed(found) == {"mlp_table": "partial"}
    assert found["mlp_table"].score == pytest.approx(score)
    assert len(found["mlp_table"].detail) == wrong


def test_nodes_may_be_numbered_in_another_order() -> None:
    text = lines()
    for i in range(1, 10):
        point, (a, b, c, d, output) = text[-i][:6], text[-i][7:].split()
        text[-i] = f"{point} {c} {a} {d} {b} {output}"
    assert but_passed(marked(*text)) == {}


def test_a_line_that_is_none_of_the_code_s_is_told() -> None:
    found = marked(*[line.replace("x1 + x2 = 1.5", "x1 + x2 = 1.7") for line in lines()])
    assert but_passed(found) == {"mlp_lines": "failed"}
    assert found["mlp_lines"].detail == ["no equation of the report is the line of H2"]


@pytest.mark.parametrize("name", ["NetLin-matrix", "NetLin-accuracy"])
def test_a_matrix_that_contradicts_itself_is_for_a_person_and_costs_nothing(name: str) -> None:
    report = right_report()
    claims = [
        c.model_copy(update={"verdict": "contradicted"}) if c.id == name else c
        for c in report.claims
    ]
    found = outcomes(report.model_copy(update={"claims": claims}))
    assert set(but_passed(found).values()) == {"ungraded"}
    assert len(but_passed(found)) == 1


@pytest.mark.parametrize("verdict", ["confirmed", "contradicted", "not reproducible"])
def test_nothing_is_given_or_taken_for_what_was_read_with_doubt(verdict: Verdict) -> None:
    report = right_report()
    claims = [
        Claim(id=c.id, question="", title=c.title, verdict=verdict, certain=False)
        for c in report.claims
    ]
    found = outcomes(report.model_copy(update={"claims": claims}))
    assert {o.outcome for o in found.values()} == {"ungraded"}


def test_where_a_picture_may_hold_it_nothing_is_taken_to_be_absent() -> None:
    found = found_in(["z5567992", "1.1 NetLin", "see below"])
    shown = found.model_copy(update={"shown": {"1.1": 1}})
    waiting = outcomes(judge(shown, facts()))
    assert waiting["netlin_reported_matrix"].outcome == "ungraded"
    assert waiting["mlp_table"].outcome == "failed"
