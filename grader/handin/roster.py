"""Who should have handed in, from the list a tutor has.

Moodle's grading worksheet, Canvas' gradebook, Gradescope's roster, or any CSV with a column of
student numbers. Which it is, its column names say.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from grader.errors import IntakeError
from grader.handin.csv_table import Row, read_table
from grader.handin.identity import ANONYMOUS, moodle_id, student_id, student_number
from grader.handin.roster_columns import columns_of, quoted
from grader.handin.times import TimeNotUnderstoodError, parse_time
from grader.submission.collect import display_name

KEPT: Final = ("email", "gradescope", "canvas", "canvas_user", "canvas_login", "canvas_section")
STAFF: Final = {"instructor", "ta", "reader", "observer", "teacher", "tutor"}


@dataclass(frozen=True)
class Person:
    """One line of a list.

    Attributes:
        line: its number in the file.
        student: the id in the results: the student number, or what else tells people apart.
        numbered: whether the list has a number for the student.
        name: as the list has it.
        identifiers: as `Candidate.identifiers`.
        submitted: when the work was handed in, with its zone; None where the list does not say.
        status: what the list says about the submission.
    """

    line: int
    student: str
    numbered: bool
    name: str
    identifiers: Mapping[str, str]
    submitted: datetime | None
    status: str


@dataclass(frozen=True)
class Roster:
    """Everybody on a list, in its order. `file` is the name of its file, for messages."""

    file: str
    people: tuple[Person, ...]


def load_roster(path: Path) -> Roster:
    """The people on a list.

    Raises:
        IntakeError: it cannot be read, has no column that tells who is meant, two that disagree, a
            time in no usual form, the same student twice, or nobody.
    """
    file = display_name(path.name)
    table = read_table(path)
    columns = columns_of(table, file)
    people = [_person(_Line(file, row, columns)) for row in table.rows]
    roster = Roster(file, tuple(person for person in people if person is not None))
    if not roster.people:
        raise IntakeError(file, "no students", "a line for each student", "export it again")
    _require_each_once(roster)
    return roster


@dataclass(frozen=True)
class _Line:
    """One line of the file, read by what its columns mean."""

    file: str
    row: Row
    columns: Mapping[str, Sequence[int]]

    def all(self, meaning: str) -> list[str]:
        """What the columns of this meaning hold, those that hold anything."""
        cells = [self.row.cell(column) for column in self.columns.get(meaning, ())]
        return [cell for cell in cells if cell not in {"", "-"}]

    def one(self, meaning: str) -> str:
        """The first of them; empty where there is none."""
        return next(iter(self.all(meaning)), "")

    def wrong(self, found: str, expected: str, hint: str) -> IntakeError:
        """An error about this line."""
        return IntakeError(f"{self.file}, line {self.row.line}", found, expected, hint)


def _person(line: _Line) -> Person | None:
    """The student on a line; None for staff and for the lines of Canvas that are about nobody."""
    if line.one("role").casefold() in STAFF or _is_nobody(line):
        return None
    number, email, participant = _number(line), line.one("email"), _participant(line)
    name = line.one("name") or " ".join(line.all("first") + line.all("last"))
    numbered = number or student_number(email)
    if not (numbered or participant or email):
        raise line.wrong(
            "nothing that tells who is meant",
            "a student number, a participant number or an email address",
            "fill it in, or delete the line",
        )
    other = moodle_id(name or ANONYMOUS, participant) if participant else student_id(email)
    identifiers = {key: line.one(key) for key in KEPT} | {"moodle": participant}
    return Person(
        line=line.row.line,
        student=numbered or other,
        numbered=bool(numbered),
        name=name,
        identifiers={key: value for key, value in identifiers.items() if value},
        submitted=_submitted(line),
        status=line.one("status"),
    )


def _is_nobody(line: _Line) -> bool:
    """Whether a line of Canvas is about points ("Points Possible"), or its made-up student."""
    if "canvas" not in line.columns:
        return False
    return not line.one("canvas") or line.one("name") == "Student, Test"


def _number(line: _Line) -> str:
    """The student's number as an id, empty where the line has none.

    Raises:
        IntakeError: two columns hold two student numbers.
    """
    values = line.all("number")
    numbers = {student_number(value) for value in values} - {""}
    if len(numbers) > 1:
        raise line.wrong(
            f"two student numbers: {' and '.join(sorted(numbers))}",
            "one student a line",
            "correct the line, or delete the column that is not meant",
        )
    if numbers:
        return numbers.pop()
    return student_id(values[0]) if values else ""


def _participant(line: _Line) -> str:
    """The number at the end of Moodle's "Participant 1234567", in whatever language.

    Raises:
        IntakeError: there is an identifier without one.
    """
    identifier = line.one("participant")
    match = re.search(r"[0-9]{1,18}$", identifier)
    if identifier and match is None:
        raise line.wrong(
            f"the identifier {quoted(identifier)}",
            'one like "Participant 1234567"',
            "download the grading worksheet again",
        )
    return match[0] if match else ""


def _submitted(line: _Line) -> datetime | None:
    text = line.one("submitted")
    try:
        return parse_time(text) if text else None
    except TimeNotUnderstoodError as error:
        raise line.wrong(
            f"the time of submission {quoted(text)}",
            str(error),
            "write it with the year first, or with the month in letters",
        ) from None


def _require_each_once(roster: Roster) -> None:
    """Raise where two lines mean one student: which of them holds could only be guessed."""
    lines: dict[tuple[str, str], int] = {}
    for person in roster.people:
        participant = person.identifiers.get("moodle", "")
        for key in (("student", person.student.casefold()), ("participant", participant)):
            if key[1] and lines.setdefault(key, person.line) != person.line:
                raise IntakeError(
                    f"{roster.file}, line {person.line}",
                    f"{key[0]} {key[1]} again, after line {lines[key]}",
                    "one line for each student",
                    "delete the line that does not hold",
                )
