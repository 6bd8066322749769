"""Fills in one column of Canvas' gradebook export, and not a byte besides.

Canvas' import finds a student by ID, SIS User ID or SIS Login ID, an assignment by the number
in brackets at the end of its column, and reads the points of each assignment from a row of its own.
"""

from collections.abc import Sequence
from decimal import Decimal

from grader.errors import IntakeError, UsageError
from grader.export.csv_edit import Record, Sheet
from grader.export.figures import points
from grader.export.filling import Filled, Layout, fill
from grader.export.final_marks import FinalMark
from grader.export.maximum import on_scale, parse_points
from grader.export.people import Key, canvas, number
from grader.submission.collect import display_name

STUDENT, ID = "Student", "ID"
NUMBERS = ("SIS User ID", "SIS Login ID")
POSSIBLE = "Points Possible"
TEST_STUDENT = "Student, Test"


def fill_gradebook(
    sheet: Sheet, marks: Sequence[FinalMark], column: str, *, rescale: bool = False
) -> Filled:
    """The gradebook with one column filled for everyone who has a mark.

    Args:
        sheet: Canvas' export.
        marks: everybody's.
        column: the assignment's name, with or without its number in brackets.
        rescale: whether marks out of something else than the points possible are converted.

    Raises:
        IntakeError: it is no gradebook.
        UsageError: it has no such column, or one of other points and `rescale` is not set.
    """
    grade = _assignment(sheet, column)
    maximum = _points_possible(sheet, grade)

    def cells(_row: Record, mark: FinalMark) -> dict[int, str]:
        assert mark.final is not None  # only whoever has a mark is filled in
        if maximum is None:
            return {grade: points(mark.final)}
        where = f"{sheet.file}, {POSSIBLE}"
        return {grade: points(on_scale(mark, maximum, where, rescale=rescale))}

    return fill(sheet, marks, _layout(sheet, grade), cells)


def _assignment(sheet: Sheet, name: str) -> int:
    """The number of the column of an assignment."""
    columns = sheet.columns
    wanted = name.strip()
    same = [i for i, one in enumerate(columns) if wanted in {one, one.rpartition(" (")[0]}]
    if len(same) != 1:
        known = [f'"{display_name(one)}"' for one in columns if one.endswith(")")]
        raise UsageError(
            "--column",
            f'{len(same) or "no"} assignments "{display_name(wanted)}" in {sheet.file}',
            f"one of {', '.join(known)}",
            "name the column with the number in brackets",
        )
    return same[0]


def _layout(sheet: Sheet, grade: int) -> Layout:
    student, canvas_id = sheet.column(STUDENT), sheet.column(ID)
    others = [sheet.column(name) for name in NUMBERS if name in sheet.columns]

    def name(row: Record) -> str:
        """Empty for the rows that hold points, for those without an id, and the test student's."""
        nobody = not row.cell(canvas_id) or row.cell(student) == TEST_STUDENT
        return "" if nobody else row.cell(student)

    def keys(row: Record) -> list[Key]:
        return [canvas(row.cell(canvas_id)), *(number(row.cell(other)) for other in others)]

    return Layout(grade=grade, name=name, keys=keys, locked=lambda row: False)


def _points_possible(sheet: Sheet, grade: int) -> Decimal | None:
    """What the assignment is worth in Canvas; None where the export does not say."""
    student = sheet.column(STUDENT)
    row = next((row for row in sheet.rows if row.cell(student) == POSSIBLE), None)
    if row is None or not row.cell(grade):
        return None
    maximum = parse_points(row.cell(grade))
    if maximum is None:
        raise IntakeError(
            f"{sheet.file}, line {row.line}",
            f'"{display_name(row.cell(grade))}" as {POSSIBLE}',
            "the points of an assignment, not a column that Canvas calculates",
            "choose the assignment's own column with --column NAME",
        )
    return maximum
