"""Rows of screenshots with the faults of readers: mended where a sum confirms it, or told."""

from collections.abc import Sequence

import pytest

from grader.claims.grid import Cell, GridRow, columns_of, numbers_of, on_grid
from grader.claims.repair import mend
from scripts.made_up_matrix import made_up_matrix

from .written import COUNTS, words

TRUE = made_up_matrix("NetFull", 3)
COLUMNS = [30.0 * i + 20 for i in range(10)]


def row(values: Sequence[int | None], *, clean: bool = True) -> GridRow:
    return GridRow(
        tuple(
            None if value is None else Cell(value, x, 20.0, 0.99)
            for value, x in zip(values, COLUMNS, strict=True)
        ),
        clean,
    )


def with_first(*readings: Sequence[int | None]) -> list[list[GridRow]]:
    """The true matrix, its first row read in these ways."""
    return [[row(values) for values in readings], *([row(values)] for values in TRUE[1:])]


def test_what_adds_up_is_taken_as_it_is() -> None:
    mended, transposed = mend(with_first(TRUE[0]), COUNTS)
    assert (mended.cells, mended.sums, transposed) == (TRUE, "KMNIST", False)
    assert mended.repairs == mended.doubts == []


def test_a_second_reading_that_adds_up_takes_the_first_one_s_place() -> None:
    wrong = [TRUE[0][0] + 3, *TRUE[0][1:]]
    mended, _ = mend(with_first(wrong, TRUE[0]), COUNTS)
    assert mended.cells == TRUE
    assert mended.repairs == ["row 1 was read again until it added up to 1000"]


@pytest.mark.parametrize("column", [0, 4, 9])
def test_a_single_missing_cell_follows_from_its_row_where_two_readings_agree(column: int) -> None:
    lacking = [None if i == column else value for i, value in enumerate(TRUE[0])]
    mended, _ = mend(with_first(lacking, lacking), COUNTS)
    assert (mended.cells, mended.doubts) == (TRUE, [])
    assert mended.repairs == [
        f"row 1, column {column + 1}: {TRUE[0][column]} follows from the row's sum 1000"
    ]


def test_with_one_reading_alone_the_missing_cell_is_a_doubt() -> None:
    lacking = [None, *TRUE[0][1:]]
    other = [None, TRUE[0][1] + 1, *TRUE[0][2:]]
    for readings in ([lacking], [lacking, other]):
        mended, _ = mend(with_first(*readings), COUNTS)
        assert len(mended.doubts) == 1


def test_a_bracket_that_was_read_as_1_is_taken_away() -> None:
    wrong = [*TRUE[0][:9], int(f"{TRUE[0][9]}1")]
    mended, _ = mend(with_first(wrong), COUNTS)
    assert mended.cells == TRUE
    assert mended.repairs == ["row 1: a bracket was read as 1"]


def test_a_row_that_nothing_mends_is_told_with_its_sum() -> None:
    wrong = [TRUE[0][0] + 3, *TRUE[0][1:]]
    mended, _ = mend(with_first(wrong), COUNTS)
    assert mended.doubts == ["row 1 adds up to 1003 as read, and the class has 1000 images"]


def test_no_class_counts_confirm_anything_where_no_rows_add_up() -> None:
    mended, _ = mend(with_first(TRUE[0]), {"other": [500] * 10})
    assert mended.sums == ""
    assert len(mended.doubts) == 10


def test_a_matrix_on_its_side_is_known_by_its_columns() -> None:
    rows = [[row(list(column))] for column in zip(*TRUE, strict=True)]
    mended, transposed = mend(rows, COUNTS)
    assert transposed
    assert [list(column) for column in zip(*mended.cells, strict=True)] == TRUE


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[ 7. 665. 105.]", [7, 665, 105]),
        ("40.678.]]", [40, 678]),
        ("764 5 [8", [764, 5, 8]),
        ("8O 1l", [80, 11]),
        ("Test set 5", [5]),
        ("a1 b2 lO", []),
    ],
)
def test_numbers_are_read_out_of_words(text: str, values: list[int]) -> None:
    assert [cell.value for cell in numbers_of(words(text))] == values


def test_a_number_between_columns_is_left_out_and_two_in_one_are_put_together() -> None:
    cells = [Cell(i + 1, x, 20.0, 0.9) for i, x in enumerate(COLUMNS)]
    assert columns_of([cells] * 3, 10) == COLUMNS
    assert columns_of([cells] * 2, 10) is None
    found = on_grid([*cells[:9], Cell(9, 380.0, 10.0, 0.9)], COLUMNS)
    assert (found.missing, found.clean) == ([9], False)
    pieces = [Cell(6, 285.0, 8.0, 0.9), Cell(78, 294.0, 8.0, 0.9)]
    joined = on_grid([*cells[:9], *pieces], COLUMNS)
    assert (joined.values[9], joined.clean) == (678, False)
