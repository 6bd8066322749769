"""No mark is made or lost in adding up: what is available is earned, denied or waiting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment import load_assignment
from grader.assignment_tables import AssignmentTable, CriterionTable, QuestionTable
from grader.checking import CheckOutcome
from grader.marks.scoring import score_questions, total_marks
from grader.results import Marks, Outcome, QuestionResult

SHIPPED = load_assignment("comp9444-25t2").table


def question(name: str, checks: dict[str, str], criteria: dict[str, str]) -> QuestionTable:
    marks = [Decimal(value) for value in (*checks.values(), *criteria.values())]
    return QuestionTable(
        id=name,
        part="Part",
        title="Title",
        marks=sum(marks, Decimal(0)),
        checks={check: Decimal(value) for check, value in checks.items()},
        criteria=[CriterionTable(id=c, title=c, marks=Decimal(v)) for c, v in criteria.items()],
    )


def table(*questions: QuestionTable) -> AssignmentTable:
    total = sum((q.marks for q in questions), Decimal(0))
    return SHIPPED.model_copy(update={"questions": list(questions), "marks": total})


def outcome(name: str, kind: Outcome, score: float | None = None) -> CheckOutcome:
    whole = 1.0 if kind == "passed" else 0.0
    return CheckOutcome(name, f"{name} holds.", kind, whole if score is None else score)


def scored(questions: AssignmentTable, *outcomes: CheckOutcome) -> list[QuestionResult]:
    return score_questions(questions, outcomes)


def figures(result: QuestionResult) -> tuple[float, float, float, float]:
    return result.available, result.earned, result.lost, result.pending


@pytest.mark.parametrize(
    ("found", "earned", "lost", "pending"),
    [
        (outcome("a_1", "passed"), 0.6, 0.0, 0.4),
        (outcome("a_1", "failed"), 0.0, 0.6, 0.4),
        (outcome("a_1", "skipped"), 0.0, 0.6, 0.4),
        (outcome("a_1", "partial", 0.5), 0.3, 0.3, 0.4),
        (outcome("a_1", "ungraded"), 0.0, 0.0, 1.0),
    ],
    ids=lambda value: getattr(value, "outcome", ""),
)
def test_each_outcome_earns_loses_or_waits(
    found: CheckOutcome, earned: float, lost: float, pending: float
) -> None:
    (result,) = scored(table(question("1", {"a_1": "0.6"}, {"report": "0.4"})), found)
    assert figures(result) == (1.0, earned, lost, pending)


def test_a_third_of_a_tenth_is_rounded_to_four_places() -> None:
    (result,) = scored(table(question("1", {"a_1": "0.1"}, {})), outcome("a_1", "partial", 1 / 3))
    assert figures(result) == (0.1, 0.0333, 0.0667, 0.0)


def test_a_listed_check_that_never_ran_waits_for_a_human() -> None:
    (result,) = scored(
        table(question("1", {"a_1": "0.3", "a_2": "0.7"}, {})), outcome("a_1", "passed")
    )
    assert figures(result) == (1.0, 0.3, 0.0, 0.7)


def test_a_check_without_marks_is_shown_where_its_subject_is() -> None:
    questions = table(
        question("1", {"a_1": "1"}, {}),
        question("2", {"b_1": "1"}, {}),
        question("3", {"b_2": "1"}, {}),
    )
    outcomes = [outcome(name, "passed") for name in ("a_1", "b_builds", "b_1", "c_other", "b_2")]
    shown = [[check.id for check in result.checks] for result in scored(questions, *outcomes)]
    assert shown == [["a_1", "c_other"], ["b_builds", "b_1"], ["b_2"]]
    assert total_marks(scored(questions, *outcomes)).earned == 3


def test_what_a_check_said_is_kept() -> None:
    said = CheckOutcome("a_1", "It holds.", "partial", 0.5, "Found: half.", "do more", ["line"])
    (result,) = scored(table(question("1", {"a_1": "1"}, {})), said)
    (check,) = result.checks
    assert (check.title, check.outcome, check.score) == ("It holds.", "partial", 0.5)
    assert (check.message, check.hint, check.detail) == ("Found: half.", "do more", ["line"])
    assert (check.marks, check.available) == (0.5, 1.0)


def test_a_loss_of_nothing_is_never_written_as_minus_nothing() -> None:
    (result,) = scored(
        table(question("1", {"a_1": "0.7", "a_2": "0.2"}, {"report": "0.1"})),
        outcome("a_1", "passed"),
        outcome("a_2", "passed"),
    )
    assert f"{result.lost:g} {total_marks([result]).lost:g}" == "0 0"


KINDS: tuple[Outcome, ...] = ("passed", "failed", "partial", "skipped", "ungraded")
POINTS = st.decimals(0, 20, places=2).map(str)


@st.composite
def marked(draw: st.DrawFn) -> tuple[AssignmentTable, list[CheckOutcome]]:
    questions, outcomes = [], []
    for i in range(draw(st.integers(1, 4))):
        checks = {f"q{i}_{j}": draw(POINTS) for j in range(draw(st.integers(0, 4)))}
        criteria = {f"c{i}.{j}": draw(POINTS) for j in range(draw(st.integers(0, 2)))}
        questions.append(question(str(i), checks, criteria))
        for name in checks:
            kind = draw(st.sampled_from(KINDS))
            part = draw(st.floats(0.001, 0.999)) if kind == "partial" else None
            outcomes.append(outcome(name, kind, part))
    return table(*questions), outcomes


@given(marked())
def test_available_is_earned_and_lost_and_pending(
    work: tuple[AssignmentTable, list[CheckOutcome]],
) -> None:
    questions, outcomes = work
    results = scored(questions, *outcomes)
    total = total_marks(results)
    every: list[QuestionResult | Marks] = [*results, total]
    for marks in every:
        assert marks.earned >= 0
        assert marks.pending >= 0
        assert marks.lost >= 0
        assert marks.earned + marks.lost + marks.pending == pytest.approx(marks.available, abs=1e-3)
    denied = sum(
        check.available - check.marks
        for result in results
        for check in result.checks
        if check.outcome in ("failed", "partial", "skipped")
    )
    assert total.lost == pytest.approx(denied, abs=1e-3)
    assert total.available == pytest.approx(float(questions.marks), abs=1e-3)


@given(marked())
def test_nothing_is_lost_when_nothing_could_be_graded(
    work: tuple[AssignmentTable, list[CheckOutcome]],
) -> None:
    questions, outcomes = work
    total = total_marks(scored(questions, *(outcome(o.id, "ungraded") for o in outcomes)))
    assert (total.earned, total.lost) == (0.0, 0.0)
    assert total.pending == total.available
