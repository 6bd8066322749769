import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.pace import FEWEST, RECENT, Pace


def paced(*ends: float) -> Pace:
    """Work that began at second 0."""
    pace = Pace()
    pace.begin(0)
    for end in ends:
        pace.end(end)
    return pace


def test_little_work_says_nothing() -> None:
    assert Pace().rate(60) is None
    assert paced(*range(1, FEWEST)).rate(60) is None
    assert paced(0, 0, 0).rate(0) is None


def test_a_pace_is_work_by_time_and_falls_while_nothing_ends() -> None:
    assert paced(10, 20, 30).rate(30) == 0.1
    assert paced(10, 20, 30).rate(60) == 0.05


def test_work_begins_once() -> None:
    pace = paced(10, 20, 30)
    pace.begin(30)
    assert pace.rate(30) == 0.1


@given(st.floats(1, 1000), st.floats(1, 1000))
def test_a_change_of_pace_is_followed_by_the_latest_pieces(slow: float, fast: float) -> None:
    before = [slow * (number + 1) for number in range(100)]
    after = [before[-1] + fast * (number + 1) for number in range(RECENT)]
    assert paced(*before, *after).rate(after[-1]) == pytest.approx(1 / fast)
