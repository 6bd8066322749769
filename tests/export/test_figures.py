from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grader.export.figures import exact, points, rounded, total


def test_a_float_is_the_decimal_it_was_written_as() -> None:
    assert exact(0.1) + exact(0.2) == Decimal("0.3")


def test_marks_are_written_without_zeros_at_the_end() -> None:
    values = ["17", "2.50", "0.0000", "0.33335", "100", "-0.00001"]
    assert [points(Decimal(v)) for v in values] == ["17", "2.5", "0", "0.3334", "100", "0"]


@given(st.integers(0, 10**9))
def test_what_is_written_is_what_was_kept(ten_thousandths: int) -> None:
    value = Decimal(ten_thousandths) / 10_000
    assert Decimal(points(value)) == value == rounded(value)


def test_nothing_adds_up_to_nothing() -> None:
    assert total([]) == 0
