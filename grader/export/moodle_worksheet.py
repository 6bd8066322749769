"""Fills in Moodle's grading worksheet: grade and feedback comments, and not a byte besides.

Moodle finds a row by the number at the end of its identifier and refuses a grade that was changed
after "Last modified (grade)" (mod/assign/feedback/offline). It takes comments for HTML.
"""

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from grader.errors import IntakeError
from grader.export.csv_edit import Record, Sheet
from grader.export.figures import exact, points
from grader.export.filling import Filled, Layout, fill, matched
from grader.export.final_marks import FinalMark, Rules
from grader.export.maximum import on_scale, parse_points
from grader.export.people import Key, email, number, participant
from grader.submission.collect import display_name

IDENTIFIER, GRADE, MAXIMUM = "Identifier", "Grade", "Maximum Grade"
CHANGEABLE, COMMENTS = "Grade can be changed", "Feedback comments"
NUMBER, EMAIL = "ID number", "Email address"
OPENING = "Marks: "
"""How our own comments begin; any other is the tutor's and stays."""


def fill_worksheet(
    sheet: Sheet, marks: Sequence[FinalMark], rules: Rules, *, rescale: bool = False
) -> Filled:
    """The worksheet with the grade and a comment of everyone who has a mark.

    Raises:
        IntakeError: it is no grading worksheet.
        UsageError: it counts to another maximum and `rescale` is not set.
    """
    layout, maximum = _layout(sheet), sheet.column(MAXIMUM)
    comments = sheet.optional(COMMENTS)

    def cells(row: Record, mark: FinalMark) -> dict[int, str]:
        new = {layout.grade: _grade(sheet, row, maximum, mark, rescale=rescale)}
        if comments is not None and _is_ours(row.cell(comments)):
            new[comments] = comment(mark, rules)
        return new

    return fill(sheet, marks, layout, cells)


def participants(sheet: Sheet, marks: Sequence[FinalMark]) -> dict[str, str]:
    """Moodle's participant number of everyone in the worksheet, by student."""
    column = sheet.column(IDENTIFIER)
    return {
        mark.standing.student: participant(row.cell(column))[1]
        for row, mark in matched(sheet, marks, _layout(sheet))
        if mark is not None
    }


def comment(mark: FinalMark, rules: Rules) -> str:
    """What the student reads beside the grade, as HTML."""
    if mark.final is None or mark.out_of is None:
        figure = "none yet."
    else:
        figure = f"{points(mark.final)} of {points(mark.out_of)}."
    questions = ", ".join(
        f"{q.id}: {points(exact(q.earned) + mark.written.get(q.id, Decimal(0)))}"
        f" of {points(exact(q.available))}"
        for q in mark.standing.questions
        if not q.pending or q.id in mark.written
    )
    late = rules.late.sentence if rules.late is not None and mark.days_late else ""
    said = [figure, mark.remark, late, f"Questions: {questions}." if questions else ""]
    return OPENING + escape(" ".join(part for part in said if part), quote=False)


def _layout(sheet: Sheet) -> Layout:
    identifier, changeable = sheet.column(IDENTIFIER), sheet.column(CHANGEABLE)
    more = {number: sheet.optional(NUMBER), email: sheet.optional(EMAIL)}

    def keys(row: Record) -> list[Key]:
        others = [key(row.cell(at)) for key, at in more.items() if at is not None]
        return [participant(row.cell(identifier)), *others]

    return Layout(
        grade=sheet.column(GRADE),
        name=lambda row: row.cell(identifier),
        keys=keys,
        locked=lambda row: row.cell(changeable).casefold() == "no",
    )


def _is_ours(text: str) -> bool:
    """Whether a comment may be replaced: it is empty, or was written by an earlier export."""
    return not text or text.startswith(OPENING)


def _grade(sheet: Sheet, row: Record, column: int, mark: FinalMark, *, rescale: bool) -> str:
    """The mark as this worksheet writes numbers: its decimal mark is Moodle's language's."""
    where = f"{sheet.file}, line {row.line}"
    maximum = parse_points(row.cell(column))
    if maximum is None:
        raise IntakeError(
            where,
            f'"{display_name(row.cell(column))}" as {MAXIMUM}',
            "a number of points",
            "set the assignment's grade to points in Moodle, and download the worksheet again",
        )
    text = points(on_scale(mark, maximum, where, rescale=rescale))
    return text.replace(".", ",") if "," in row.cell(column) else text
