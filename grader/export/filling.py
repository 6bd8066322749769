"""Fills in a sheet that a school's system gave, row by row, and tells what was left as it was."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader.errors import IntakeError
from grader.export.csv_edit import Record, Sheet
from grader.export.final_marks import FinalMark
from grader.export.people import Key, People
from grader.submission.collect import display_name

Fate = Literal["filled", "stranger", "locked", "kept"]
SENTENCES: dict[Fate, str] = {
    "stranger": "in the sheet but not in the results",
    "locked": "the school's system does not let their mark be changed",
    "kept": "no mark here, so the one that is in the sheet was left",
}


@dataclass(frozen=True)
class Layout:
    """What the rows of a system's sheet mean.

    Attributes:
        grade: number of the column with the marks.
        name: what a message calls the student of a row; empty for rows about nobody.
        keys: by what the student of a row is recognised, the surest first.
        locked: whether the system takes no mark for a row.
    """

    grade: int
    name: Callable[[Record], str]
    keys: Callable[[Record], list[Key]]
    locked: Callable[[Record], bool]


@dataclass(frozen=True)
class Filled:
    """Attributes:
    content: the file to give back.
    students: those who have a mark in it now.
    notes: sentences about whom and what was left as it was.
    """

    content: bytes
    students: frozenset[str]
    notes: tuple[str, ...]


@dataclass
class _Ledger:
    """What came of everybody: names by fate, and who of the cohort was met."""

    names: dict[Fate, list[str]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def enter(self, fate: Fate, name: str) -> None:
        self.names.setdefault(fate, []).append(name)


def matched(
    sheet: Sheet, marks: Sequence[FinalMark], layout: Layout
) -> Iterator[tuple[Record, FinalMark | None]]:
    """The rows about somebody, and who of the cohort that is.

    Raises:
        IntakeError: two rows mean one student: which of them does could only be guessed.
    """
    lines: dict[str, int] = {}
    people = People(mark.standing for mark in marks)
    by_student = {mark.standing.student: mark for mark in marks}
    for row in sheet.rows:
        if layout.name(row):
            standing = people.find(layout.keys(row))
            if standing is not None and lines.setdefault(standing.student, row.line) != row.line:
                raise IntakeError(
                    f"{sheet.file}, line {row.line}",
                    f"{standing.student} again, after line {lines[standing.student]}",
                    "one line for each student",
                    "compare the ids of both lines with the results",
                )
            yield row, by_student[standing.student] if standing else None


def fill(
    sheet: Sheet,
    marks: Sequence[FinalMark],
    layout: Layout,
    cells: Callable[[Record, FinalMark], dict[int, str]],
) -> Filled:
    """The sheet with the marks of everyone who has one.

    Args:
        sheet: as it was given.
        marks: everybody's.
        layout: what its rows mean.
        cells: new text of a row by column, for a student who has a mark.
    """
    ledger = _Ledger()
    changed: dict[tuple[int, int], str] = {}
    for row, mark in matched(sheet, marks, layout):
        fate = _fate(row, mark, layout)
        if mark is not None:
            ledger.met.add(mark.standing.student)
            if fate == "filled":
                new = cells(row, mark)
                changed |= {(row.line, column): text for column, text in new.items()}
        if fate is not None:
            ledger.enter(fate, mark.standing.student if mark else layout.name(row))
    filled = frozenset(ledger.names.get("filled", ()))
    return Filled(sheet.replaced(changed), filled, tuple(_notes(ledger, marks)))


def _fate(row: Record, mark: FinalMark | None, layout: Layout) -> Fate | None:
    if mark is None:
        return "stranger"
    if mark.final is None:
        return "kept" if row.cell(layout.grade) else None
    return "locked" if layout.locked(row) else "filled"


def _notes(ledger: _Ledger, marks: Sequence[FinalMark]) -> Iterator[str]:
    for fate, sentence in SENTENCES.items():
        if names := ledger.names.get(fate):
            yield _note(sentence, names)
    students = [mark.standing.student for mark in marks]
    if absent := [student for student in students if student not in ledger.met]:
        yield _note("in the results but not in the sheet", absent)


def _note(sentence: str, names: Sequence[str]) -> str:
    return f"{sentence} ({len(names)}): {', '.join(map(display_name, names))}"
