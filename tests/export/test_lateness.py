from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from grader.export.lateness import LateRule

SYDNEY = ZoneInfo("Australia/Sydney")
DEADLINE = datetime(2025, 7, 4, 18, 0, tzinfo=SYDNEY)
RULE = LateRule(DEADLINE)
SECOND = timedelta(seconds=1)
marks = st.decimals(0, 17, places=4)
moments = st.timedeltas(timedelta(days=-30), timedelta(days=30))


def days(after: timedelta) -> int:
    return RULE.days_late("z1111111", DEADLINE.astimezone(UTC) + after)


def test_a_day_is_late_from_its_first_second_and_the_deadline_is_on_time() -> None:
    moments = [-SECOND, SECOND * 0, SECOND, timedelta(days=1), timedelta(days=1) + SECOND]
    assert [days(after) for after in moments] == [0, 0, 1, 1, 2]
    assert days(timedelta(microseconds=1)) == 1


def test_five_percent_of_all_marks_a_day_then_nothing_is_left() -> None:
    mark, available = Decimal("15.5"), Decimal(17)
    left = [mark - RULE.penalty(mark, available, day) for day in range(7)]
    assert left == [Decimal(s) for s in "15.5 14.65 13.80 12.95 12.10 11.25 0".split()]


def test_a_penalty_never_takes_more_than_there_is() -> None:
    assert RULE.penalty(Decimal("0.5"), Decimal(17), 5) == Decimal("0.5")


def test_an_extension_moves_the_deadline_of_one_student() -> None:
    rule = LateRule(DEADLINE, extensions={"z1111111": DEADLINE + timedelta(days=2)})
    handed_in = DEADLINE.astimezone(UTC) + timedelta(days=2)
    assert rule.days_late("z1111111", handed_in) == 0
    assert rule.days_late("z2222222", handed_in) == 2


def test_a_day_has_24_hours_where_the_clock_is_put_forward() -> None:
    rule = LateRule(datetime(2025, 10, 4, 18, 0, tzinfo=SYDNEY))  # summer time began that night
    next_day = datetime(2025, 10, 5, 18, 0, tzinfo=SYDNEY)
    assert rule.days_late("z", next_day) == 1
    assert rule.days_late("z", next_day + timedelta(hours=1)) == 1  # 24 hours: not a second more
    assert rule.days_late("z", next_day + timedelta(hours=1, seconds=1)) == 2


def test_the_rule_is_said_with_its_figures() -> None:
    rule = LateRule(DEADLINE, Decimal("2.50"), 3)
    assert "2.5% of the assignment's available marks" in rule.sentence
    assert "2025-07-04 18:00+10:00" in rule.sentence
    assert "after 3 days the mark is 0" in rule.sentence


@given(moments, moments)
def test_later_is_never_better(one: timedelta, other: timedelta) -> None:
    assert (days(one) <= days(other)) == (one <= other) or days(one) == days(other)


@given(moments)
def test_the_started_days_are_the_fewest_that_hold_the_delay(after: timedelta) -> None:
    late = days(after)
    assert after <= timedelta(days=1) * late
    assert late == 0 or after > timedelta(days=1) * (late - 1)


@given(moments, st.integers(-14, 14))
def test_only_the_moment_counts_not_the_zone(after: timedelta, hours: int) -> None:
    elsewhere = timezone(timedelta(hours=hours))
    moved = (DEADLINE.astimezone(UTC) + after).astimezone(elsewhere)
    assert RULE.days_late("z", moved) == days(after)


@given(marks, st.integers(0, 40), st.decimals(0, 100, places=2), st.integers(0, 10))
def test_what_is_left_lies_between_nothing_and_the_mark(
    mark: Decimal, late: int, percent: Decimal, accepted: int
) -> None:
    rule = LateRule(DEADLINE, percent, accepted)
    penalty = rule.penalty(mark, Decimal(17), late)
    assert 0 <= penalty <= mark
    assert penalty == 0 or late > 0
    if late > accepted:
        assert penalty == mark
    assert penalty <= rule.penalty(mark, Decimal(17), late + 1)
