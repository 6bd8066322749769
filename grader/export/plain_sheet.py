"""The sheet for a person and a spreadsheet program: one line a student, everything there is."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.export.figures import exact, points
from grader.export.final_marks import FinalMark, Rules

BOM = "\ufeff"
"""What Excel needs to see that a file is UTF-8."""
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet program may calculate (OWASP, "CSV Injection")."""

Cell = str | int | Decimal | None


def plain_sheet(marks: Sequence[FinalMark], rules: Rules, *, bom: bool = False) -> bytes:
    """The whole sheet as CSV in UTF-8.

    Args:
        marks: one line each.
        rules: what they were made by; decides whether there are columns for lateness and for
            marks that a person gave.
        bom: whether it begins with a byte order mark.
    """
    columns = [
        *_identity(marks),
        *_sums(),
        *_questions(marks, written=bool(rules.written)),
        *_lateness(rules),
        *_outcome(),
    ]
    text = io.StringIO()
    text.write(BOM if bom else "")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(harmless(column.name) for column in columns)
    for mark in marks:
        sheet.writerow(_text(column.cell(mark)) for column in columns)
    return text.getvalue().encode()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet program calculates; numbers stay as they are.

    >>> harmless("=1+1"), harmless("-5.5"), harmless("Jane")
    ("'=1+1", '-5.5', 'Jane')
    """
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


@dataclass(frozen=True)
class _Column:
    """One column: its name, and what it holds for a student."""

    name: str
    cell: Callable[[FinalMark], Cell]


def _identity(marks: Sequence[FinalMark]) -> list[_Column]:
    keys = sorted({key for mark in marks for key in mark.standing.identifiers})
    return [
        _Column("id", lambda mark: mark.standing.student),
        _Column("name", lambda mark: mark.standing.name),
        *(_Column(key, _identifier(key)) for key in keys),
        _Column("status", lambda mark: mark.standing.status),
        _Column("reason", lambda mark: mark.standing.reason),
    ]


def _identifier(key: str) -> Callable[[FinalMark], Cell]:
    return lambda mark: mark.standing.identifiers.get(key)


def _sums() -> list[_Column]:
    return [_Column(name, _sum(name)) for name in ("earned", "pending", "lost", "available")]


def _sum(name: str) -> Callable[[FinalMark], Cell]:
    def cell(mark: FinalMark) -> Cell:
        marks = mark.standing.marks
        return None if marks is None else exact(getattr(marks, name))

    return cell


def _questions(marks: Sequence[FinalMark], *, written: bool) -> list[_Column]:
    """Earned and pending marks of each question, and those that a person gave."""
    columns = []
    for name in dict.fromkeys(q.id for mark in marks for q in mark.standing.questions):
        columns += [_Column(f"{name} {kind}", _part(name, kind)) for kind in ("earned", "pending")]
        if written:
            columns.append(_Column(f"{name} written", _by_hand(name)))
    return columns


def _part(question: str, kind: str) -> Callable[[FinalMark], Cell]:
    def cell(mark: FinalMark) -> Cell:
        found = (getattr(q, kind) for q in mark.standing.questions if q.id == question)
        value = next(found, None)
        return None if value is None else exact(value)

    return cell


def _by_hand(question: str) -> Callable[[FinalMark], Cell]:
    return lambda mark: mark.written.get(question)


def _lateness(rules: Rules) -> list[_Column]:
    rule = rules.late
    if rule is None:
        return []
    return [
        _Column("late days", lambda mark: mark.days_late),
        _Column("penalty", lambda mark: mark.penalty),
        _Column("late rule", lambda _: rule.sentence),
    ]


def _outcome() -> list[_Column]:
    return [
        _Column("final", lambda mark: mark.final),
        _Column("out of", lambda mark: mark.out_of),
        _Column("remark", lambda mark: mark.remark),
        _Column("ungraded checks", lambda mark: " ".join(c.id for c in mark.standing.ungraded)),
        _Column("flags", lambda mark: len(mark.standing.flags)),
    ]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    return points(cell) if isinstance(cell, Decimal) else str(cell)
