"""Tells after a regrade who gained or lost what, and why."""

from dataclasses import dataclass

from grader.cohort.standing import Change, Cohort
from grader.report import text
from grader.report.cohort.people import Person, person
from grader.results import Marks

MOST_REASONS, REASON_LIMIT = 6, 300
NO_MARKS = "no marks"


@dataclass(frozen=True)
class ChangeRow:
    """One student before and after; `direction` is gained, lost or same."""

    person: Person
    before: str
    after: str
    difference: str
    direction: str
    pending: str
    reasons: list[str]


@dataclass(frozen=True)
class Changes:
    """All changes, the largest first."""

    summary: str
    rows: list[ChangeRow]


def _difference(change: Change) -> float:
    """Earned marks gained; one without marks has earned none."""
    before = change.before.earned if change.before else 0.0
    after = change.after.earned if change.after else 0.0
    return round(after - before, 4)


def _signed(value: float) -> str:
    return f"+{text.figure(value)}" if value > 0 else text.figure(value)


def _earned(marks: Marks | None) -> str:
    return NO_MARKS if marks is None else text.figure(marks.earned)


def _pending(change: Change) -> str:
    if change.before is None or change.after is None:
        return ""
    step = round(change.after.pending - change.before.pending, 4)
    return _signed(step) if step else ""


def _reasons(reasons: list[str]) -> list[str]:
    said = [text.clip(reason, REASON_LIMIT) for reason in reasons[:MOST_REASONS]]
    rest = len(reasons) - MOST_REASONS
    return [*said, f"and {text.count(rest, 'more reason')}"] if rest > 0 else said


def _row(change: Change, who: Person) -> ChangeRow:
    step = _difference(change)
    return ChangeRow(
        person=who,
        before=_earned(change.before),
        after=_earned(change.after),
        difference=_signed(step) if step else "0",
        direction="gained" if step > 0 else "lost" if step < 0 else "same",
        pending=_pending(change),
        reasons=_reasons(change.reasons),
    )


def view(cohort: Cohort) -> Changes | None:
    """None where nothing was graded again, or nothing changed."""
    if not cohort.changes:
        return None
    people = {standing.student: person(standing) for standing in cohort.standings}
    ordered = sorted(cohort.changes, key=lambda c: (-abs(_difference(c)), c.student))
    rows = [
        _row(change, people.get(change.student) or Person(text.shorten(change.student, 40), "", ""))
        for change in ordered
    ]
    number = {way: sum(row.direction == way for row in rows) for way in ("gained", "lost", "same")}
    return Changes(
        summary=f"{text.count(len(rows), 'student')} changed: {number['gained']:,} gained marks, "
        f"{number['lost']:,} lost marks, {number['same']:,} kept their earned marks.",
        rows=rows,
    )
