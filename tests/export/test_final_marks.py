from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.standing import Standing
from grader.export.final_marks import (
    FinalMark,
    Missing,
    Pending,
    Rules,
    available_marks,
    final_mark,
    final_marks,
)
from grader.export.lateness import LateRule
from tests.export import made_up
from tests.export.made_up import COMPLETE, SUBMITTED, UNCHECKED, WAITING, graded, question

FIVE = Decimal(5)


def mark(standing: Standing, rules: Rules | None = None) -> FinalMark:
    return final_mark(standing, FIVE, rules or Rules())


def test_whoever_is_complete_has_a_mark() -> None:
    found = mark(COMPLETE)
    assert (found.final, found.out_of, found.empty) == (Decimal("3.75"), FIVE, "")


def test_pending_marks_leave_the_mark_empty_unless_something_is_asked_for() -> None:
    found = mark(WAITING)
    assert (found.final, found.empty) == (None, "pending")
    assert found.remark == "3.5 marks wait for a person."


def test_pending_marks_can_stay_out_of_it() -> None:
    found = mark(WAITING, Rules("exclude"))
    assert (found.final, found.out_of) == (Decimal("0.5"), Decimal("1.5"))
    assert found.remark == "Of 1.5 automatic marks; 3.5 more wait for a person and are not in it."


def test_nothing_automatic_is_no_zero_of_zero() -> None:
    written = graded("z1", question("1.4", 3, 0, 3))
    assert mark(written, Rules("exclude")).empty == "pending"


def test_pending_marks_count_as_zero_where_that_is_asked_for() -> None:
    found = mark(WAITING, Rules("zero"))
    assert (found.final, found.out_of) == (Decimal("0.5"), FIVE)
    assert found.remark == "3.5 marks that wait for a person count as 0."


def test_what_the_grader_failed_to_check_is_never_a_zero() -> None:
    found = mark(UNCHECKED, Rules("zero"))
    assert (found.final, found.empty) == (None, "ungraded")
    assert found.remark == "Not checked, through no fault of the student's: output."


def test_a_person_can_mark_what_the_grader_failed_to_check() -> None:
    rules = Rules("zero", written={"z3333333": {"1.1": Decimal("0.25")}})
    assert mark(UNCHECKED, rules).final == Decimal("4.75")


def test_marks_of_a_person_complete_the_mark() -> None:
    given = {"1.1": Decimal("0.25"), "1.2": Decimal("2.5")}
    found = mark(WAITING, Rules(written={"z2222222": given}))
    assert (found.final, found.waiting, found.empty) == (Decimal("3.25"), Decimal(0), "")


def test_some_marks_of_a_person_leave_the_others_waiting() -> None:
    given = {"z2222222": {"1.2": Decimal(2)}}
    assert mark(WAITING, Rules(written=given)).empty == "pending"
    found = mark(WAITING, Rules("exclude", written=given))
    assert (found.final, found.out_of) == (Decimal("2.5"), Decimal("4.5"))
    assert "marks given so far" in found.remark


@pytest.mark.parametrize("pending", ["empty", "exclude", "zero"])
@pytest.mark.parametrize("missing", ["empty", "zero"])
def test_only_who_handed_in_nothing_can_get_a_zero(pending: Pending, missing: Missing) -> None:
    marks = final_marks(made_up.cohort(), Rules(pending, missing))
    others = [m for m in marks if m.standing.status != "graded"]
    expected = Decimal(0) if missing == "zero" else None
    assert [m.final for m in others] == [expected, None, None, None]
    assert [m.empty for m in others][1:] == ["duplicate", "unreadable", "fault"]
    assert others[3].remark == "no room on the disk"


def test_a_zero_is_out_of_what_the_others_could_get() -> None:
    everybody = made_up.cohort()
    assert available_marks(everybody) == FIVE
    assert available_marks(made_up.cohort(made_up.MISSING)) is None
    (zero,) = (m for m in final_marks(everybody, Rules(missing="zero")) if m.final == 0)
    assert (zero.out_of, zero.remark) == (FIVE, "Nothing was handed in.")


def late(days: int) -> LateRule:
    return LateRule(SUBMITTED - timedelta(days=days))


def test_lateness_takes_from_the_assignments_marks() -> None:
    found = mark(COMPLETE, Rules(late=late(2)))
    assert (found.final, found.penalty, found.days_late) == (Decimal("3.25"), Decimal("0.5"), 2)
    assert found.remark == "Late: 2 started days, 0.5 marks off."


def test_after_the_last_day_nothing_is_left() -> None:
    found = mark(COMPLETE, Rules(late=late(6)))
    assert (found.final, found.penalty) == (Decimal(0), Decimal("3.75"))


def test_on_time_says_nothing() -> None:
    found = mark(COMPLETE, Rules(late=late(0)))
    assert (found.final, found.days_late, found.remark) == (Decimal("3.75"), 0, "")


def test_a_penalty_of_a_mark_without_the_pending_ones_is_of_all_marks() -> None:
    found = mark(WAITING, Rules("exclude", late=late(1)))
    assert (found.penalty, found.final) == (Decimal("0.25"), Decimal("0.25"))


def test_lateness_gives_nobody_a_mark() -> None:
    found = mark(WAITING, Rules(late=late(6)))
    assert (found.final, found.empty, found.days_late) == (None, "pending", 6)


def test_who_handed_in_at_an_unknown_time_has_no_mark() -> None:
    timeless = COMPLETE.model_copy(update={"submitted": None})
    found = mark(timeless, Rules(late=late(1)))
    assert (found.final, found.empty, found.days_late) == (None, "no time", None)
    assert mark(timeless).final == Decimal("3.75")


def test_times_of_the_tutor_count_before_those_of_the_results() -> None:
    times: dict[str, datetime] = {"z1111111": SUBMITTED + timedelta(days=1)}
    assert mark(COMPLETE, Rules(late=late(0), times=times)).days_late == 1


quarters = st.integers(0, 12).map(lambda n: n / 4)
parts = st.tuples(quarters, quarters, quarters)


@given(
    st.lists(parts, min_size=1, max_size=6),
    st.sampled_from(["empty", "exclude", "zero"]),
    st.integers(0, 8),
)
def test_no_mark_leaves_its_bounds_and_none_hides_what_waits(
    sums: list[tuple[float, float, float]], pending: Pending, days: int
) -> None:
    questions = [
        question(f"1.{i}", earned + waits + lost, earned, waits)
        for i, (earned, waits, lost) in enumerate(sums)
    ]
    standing = graded("z1111111", *questions)
    found = mark(standing, Rules(pending, late=late(days)))
    waits = any(q.pending for q in questions)
    if found.final is not None:
        assert found.out_of is not None
        assert 0 <= found.final <= found.out_of
        assert pending != "empty" or not waits
        earned = sum(Decimal(str(q.earned)) for q in questions)
        assert found.final + found.penalty == earned
    else:
        assert found.empty == "pending"
        assert waits
