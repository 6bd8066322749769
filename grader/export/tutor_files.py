"""Reads what a tutor adds in CSV files: marks for written answers, times, extensions.

A line that means nobody, or more than there is to give, is an error with its number: a slip of the
pen would otherwise cost somebody marks without a word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path

from grader.cohort.standing import Standing
from grader.errors import IntakeError
from grader.export.figures import exact, points
from grader.export.lateness import clock
from grader.export.people import People, anything
from grader.handin.csv_table import Row, Table, read_table
from grader.handin.times import TimeNotUnderstoodError, parse_time
from grader.submission.collect import display_name

STUDENT = ("student", "id", "zid", "student id", "sid", "id number", "identifier", "email")
TIME = ("submitted", "submission time", "submitted at", "last modified (submission)")
DEADLINE = ("deadline", "new deadline", "extension", "due")


def read_written(path: Path, people: People) -> dict[str, dict[str, Decimal]]:
    """Marks that a person gave, by student and question, from columns student, question, marks.

    Raises:
        IntakeError: the file, or one of its lines, cannot be used; an empty mark is no mark yet.
    """
    sheet = _Sheet.read(path)
    student, question, marks = (
        sheet.column(names) for names in (STUDENT, ("question",), ("marks", "mark"))
    )
    written: dict[str, dict[str, Decimal]] = {}
    for line in sheet.lines():
        standing = line.student(student, people)
        waiting = line.waiting(question, standing)
        if not line.cell(marks):
            continue
        asked = line.cell(question)
        given = written.setdefault(standing.student, {})
        if asked in given:
            raise line.twice(f"question {asked} of {standing.student}")
        given[asked] = line.marks(marks, asked, waiting)
    return written


def read_times(
    path: Path, people: People, zone: tzinfo | None, time_column: str, id_column: str
) -> dict[str, datetime]:
    """Times of submission by student; lines about strangers, or without a time, are left out.

    Args:
        path: the file.
        people: the cohort.
        zone: what times are in that name no zone.
        time_column: name of the column with the times; empty for its usual names.
        id_column: name of the column that says who is meant; empty for its usual names.

    Raises:
        IntakeError: the file, or one of its lines, cannot be used.
    """
    sheet = _Sheet.read(path)
    who = sheet.column((id_column,) if id_column else STUDENT, "--id-column")
    when = sheet.column((time_column,) if time_column else TIME, "--time-column")
    times: dict[str, datetime] = {}
    for line in sheet.lines():
        standing = people.find(anything(line.cell(who)))
        if standing is None or line.cell(when) in {"", "-"}:
            continue
        if standing.student in times:
            raise line.twice(f"a time for {standing.student}")
        times[standing.student] = line.time(when, zone)
    return times


def read_extensions(path: Path, people: People, deadline: datetime) -> dict[str, datetime]:
    """New deadlines by student, from columns id and deadline.

    Raises:
        IntakeError: the file, or one of its lines, cannot be used.
    """
    sheet = _Sheet.read(path)
    who, when = sheet.column(STUDENT), sheet.column(DEADLINE)
    extensions: dict[str, datetime] = {}
    for line in sheet.lines():
        standing = line.student(who, people)
        if standing.student in extensions:
            raise line.twice(f"an extension for {standing.student}")
        new = line.time(when, deadline.tzinfo)
        if new < deadline:
            raise line.wrong(
                f"the new deadline {clock(new)} is before everybody's, {clock(deadline)}",
                "a later one",
                "correct it, or delete the line",
            )
        extensions[standing.student] = new
    return extensions


@dataclass(frozen=True)
class _Sheet:
    """A CSV file and its name for messages."""

    file: str
    table: Table

    @classmethod
    def read(cls, path: Path) -> "_Sheet":
        return cls(display_name(path.name), read_table(path))

    def column(self, names: Sequence[str], option: str = "") -> int:
        """The number of the column of the first of these names that is there."""
        known = [name.casefold() for name in self.table.columns]
        found = next((name.casefold() for name in names if name.casefold() in known), None)
        if found is None or known.count(found) > 1:
            columns = ", ".join(f'"{display_name(name)}"' for name in self.table.columns)
            raise IntakeError(
                self.file,
                f"no column, or more than one, for {names[0]}; its columns: {columns}",
                f"one of the names {', '.join(names)}" if len(names) > 1 else f"one {names[0]}",
                f"name the column with {option}" if option else "rename the column",
            )
        return known.index(found)

    def lines(self) -> Iterator["_Line"]:
        return (_Line(self.file, row) for row in self.table.rows)


@dataclass(frozen=True)
class _Line:
    """One line of a tutor's file."""

    file: str
    row: Row

    def cell(self, column: int) -> str:
        return self.row.cell(column)

    def wrong(self, found: str, expected: str, hint: str = "") -> IntakeError:
        return IntakeError(f"{self.file}, line {self.row.line}", found, expected, hint)

    def twice(self, what: str) -> IntakeError:
        return self.wrong(
            f"{what} again", "one line for each", "delete the line that does not hold"
        )

    def student(self, column: int, people: People) -> Standing:
        text = self.cell(column)
        standing = people.find(anything(text))
        if standing is None:
            raise self.wrong(
                f'nobody in the cohort is "{display_name(text)}"',
                "a student number, an address or a Participant number of the cohort",
                "correct it, or delete the line",
            )
        return standing

    def time(self, column: int, zone: tzinfo | None) -> datetime:
        text = self.cell(column)
        try:
            return parse_time(text, zone)
        except TimeNotUnderstoodError as error:
            raise self.wrong(f'the time "{display_name(text)}"', str(error)) from None

    def waiting(self, column: int, standing: Standing) -> Decimal:
        """The marks that wait for a person in the question of this line."""
        if standing.status != "graded":
            raise self.wrong(
                f"{standing.student} has no marks to add to ({standing.status})",
                "a student who is graded",
                "grade the submission first, or delete the line",
            )
        asked = self.cell(column)
        waiting: Mapping[str, Decimal] = {q.id: exact(q.pending) for q in standing.questions}
        if asked not in waiting:
            raise self.wrong(
                f'there is no question "{display_name(asked)}"', f"one of {', '.join(waiting)}"
            )
        return waiting[asked]

    def marks(self, column: int, question: str, waiting: Decimal) -> Decimal:
        text = self.cell(column)
        try:
            given = Decimal(text)
        except InvalidOperation:
            given = Decimal("NaN")
        if not given.is_finite() or not 0 <= given <= waiting:
            raise self.wrong(
                f'"{display_name(text)}" marks for question {question}',
                f"a number from 0 to {points(waiting)}, the marks that wait for a person there",
                "marks of the automatic checks are in the results already",
            )
        return given
