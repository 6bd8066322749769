import pytest

from grader.cohort.standing import QuestionStanding
from grader.report.cohort.marks import view

from . import cohort_example as cohorts
from .cohort_example import checked, cohort_of, graded


def _question(earned: float, pending: float = 0.5, **fields: str) -> QuestionStanding:
    base = {"id": "1.1", "part": "P", "title": "T"}
    return QuestionStanding(available=2, earned=earned, pending=pending, **(base | fields))


def test_the_spread_is_told_in_figures() -> None:
    found = view(cohort_of(graded("a", 0.5), graded("b", 1.0), graded("c", 1.5)))
    assert found.spread == "Mean 1, median 1, from 0.5 to 1.5."
    assert found.explanation == (
        "Of 2 marks, 1.5 are decided by checks; the other 0.5 wait for a person. Those are "
        "pending: neither given nor taken yet, and in no bar."
    )


def test_an_undecided_check_makes_less_seem_automatic_for_nobody_else() -> None:
    held = graded("a", marks={"available": 2, "earned": 0, "pending": 1.5})
    assert "1.5 are decided" in view(cohort_of(held, graded("b"))).explanation


def test_questions_are_means_with_what_was_lost() -> None:
    [row] = view(
        cohort_of(
            graded("a", questions=[_question(1.5)]),
            graded("b", questions=[_question(0.5)]),
        )
    ).questions
    assert (row.earned, row.pending, row.lost, row.available) == ("1", "0.5", "0.5", "2")
    assert (row.earned_share, row.pending_share, row.lost_share) == (50, 25, 25)
    assert row.unharmed == "1"


def test_a_question_of_which_nothing_is_decided_has_no_count_of_losses() -> None:
    [row] = view(cohort_of(graded("a", questions=[_question(0, pending=2)]))).questions
    assert row.unharmed == "–"


def test_the_most_failed_check_comes_first_with_every_outcome_counted() -> None:
    easy = {"id": "easy", "title": "Easy."}
    found = view(
        cohort_of(
            graded("a", checks=[checked("passed", **easy), checked("failed")]),
            graded("b", checks=[checked("passed", **easy), checked("partial")]),
            graded("c", checks=[checked("skipped", **easy), checked("ungraded")]),
            graded("d", checks=[checked("failed", **easy), checked("skipped")]),
        )
    )
    assert found.outcomes == ["passed", "partial", "failed", "skipped", "ungraded"]
    first, second = found.checks
    assert (first.title, first.counts) == ("The shape is right.", [0, 1, 1, 1, 1])
    assert (second.title, second.counts) == ("Easy.", [2, 0, 1, 1, 0])
    assert (first.failed_share, first.undecided_share, first.passed_share) == (50, 50, 0)
    assert (first.mean, first.available) == ("0.12", "1")


def test_shares_of_every_row_of_a_whole_cohort_add_up() -> None:
    found = view(cohorts.cohort())
    for question in found.questions:
        shares = question.earned_share + question.pending_share + question.lost_share
        assert shares == pytest.approx(100, abs=0.05)
    for check in found.checks:
        shares = check.passed_share + check.undecided_share + check.failed_share
        assert shares == pytest.approx(100, abs=0.05)


def test_nobody_graded_leaves_nothing_to_show() -> None:
    found = view(cohorts.empty())
    assert (found.spread, found.histogram, found.questions, found.checks) == ("", None, [], [])
