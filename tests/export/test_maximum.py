from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.export.final_marks import Rules, final_mark
from grader.export.maximum import on_scale, parse_points
from tests.export.made_up import COMPLETE, MISSING, WAITING


@pytest.mark.parametrize(
    ("text", "value"), [("17", 17), (" 17.50 ", 17.5), ("17,5", 17.5), ("A-", None), ("NaN", None)]
)
def test_numbers_are_read_as_schools_write_them(text: str, value: float | None) -> None:
    assert parse_points(text) == (None if value is None else Decimal(str(value)))


COMPLETE_MARK = final_mark(COMPLETE, None, Rules())
PARTIAL = final_mark(WAITING, None, Rules("exclude"))


def test_an_equal_maximum_changes_nothing() -> None:
    for rescale in (False, True):
        assert on_scale(COMPLETE_MARK, Decimal("5.00"), "x", rescale=rescale) == Decimal("3.75")


def test_another_maximum_is_refused() -> None:
    with pytest.raises(UsageError, match="at most 100 marks there, 5 here") as error:
        on_scale(COMPLETE_MARK, Decimal(100), "sheet.csv, line 2", rescale=False)
    assert "sheet.csv, line 2" in str(error.value)
    assert "--rescale" in str(error.value)


def test_another_maximum_is_converted_where_that_is_asked_for() -> None:
    assert on_scale(COMPLETE_MARK, Decimal(100), "x", rescale=True) == 75


def test_a_part_of_the_marks_fits_a_column_for_all_of_them_or_for_the_part() -> None:
    for maximum in (Decimal(5), Decimal("1.5")):
        assert on_scale(PARTIAL, maximum, "x", rescale=False) == Decimal("0.5")
    assert on_scale(PARTIAL, Decimal(5), "x", rescale=True) == Decimal("1.6667")


def test_nothing_of_an_unknown_sum_is_nothing() -> None:
    zero = final_mark(MISSING, None, Rules(missing="zero"))
    assert on_scale(zero, Decimal(100), "x", rescale=False) == 0
