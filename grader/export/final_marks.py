"""The one mark of each student that a school's system is given, or why there is none yet.

No mark is a guess: whoever waits for a person, whoever handed in nothing and whoever the grader
failed has none, until the tutor asks for what to put there. A fault of the grader's own, two
submissions and one that cannot be read are no zero whatever is asked for: something was handed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from grader.cohort.standing import Cohort, Standing
from grader.export.figures import exact, points, rounded, total
from grader.export.lateness import LateRule

Pending = Literal["empty", "exclude", "zero"]
Missing = Literal["empty", "zero"]
Empty = Literal["", "pending", "ungraded", "missing", "duplicate", "unreadable", "fault", "no time"]


@dataclass(frozen=True)
class Rules:
    """What decides a final mark besides the standing.

    Attributes:
        pending: what marks that wait for a person do: leave the mark empty, stay out of it, or
            count as 0.
        missing: what who handed in nothing gets.
        written: marks that a person gave, by student and question.
        late: the rule for late submissions; None where lateness costs nothing.
        times: times of submission by student; they count before those of the standings.
    """

    pending: Pending = "empty"
    missing: Missing = "empty"
    written: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    late: LateRule | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class FinalMark:
    """Attributes:
    standing: the student.
    final: the mark, after the penalty; None where there is none.
    out_of: what it is a part of: all marks, or the automatic ones alone. None where not known.
    written: marks that a person gave, by question.
    waiting: marks that still wait for a person.
    days_late: started days; None where nobody asked or the time is not known.
    penalty: marks lost by being late.
    empty: why there is no mark; empty where there is one.
    remark: sentences about the mark, for tutor and student.
    """

    standing: Standing
    final: Decimal | None = None
    out_of: Decimal | None = None
    written: Mapping[str, Decimal] = field(default_factory=dict)
    waiting: Decimal = Decimal(0)
    days_late: int | None = None
    penalty: Decimal = Decimal(0)
    empty: Empty = ""
    remark: str = ""

    @property
    def available(self) -> Decimal | None:
        """What the whole assignment is worth; None where the student has no marks."""
        marks = self.standing.marks
        return None if marks is None else exact(marks.available)


def final_marks(cohort: Cohort, rules: Rules) -> list[FinalMark]:
    """Everyone's, in the order of the cohort."""
    available = available_marks(cohort)
    return [final_mark(standing, available, rules) for standing in cohort.standings]


def available_marks(cohort: Cohort) -> Decimal | None:
    """What the assignment is worth; None where nobody has marks."""
    marks = next((standing.marks for standing in cohort.graded if standing.marks), None)
    return None if marks is None else exact(marks.available)


def final_mark(standing: Standing, available: Decimal | None, rules: Rules) -> FinalMark:
    """One student's."""
    if standing.status == "graded":
        return _graded(standing, rules)
    if standing.status == "missing" and rules.missing == "zero":
        return FinalMark(standing, Decimal(0), available, remark="Nothing was handed in.")
    return FinalMark(standing, empty=standing.status, remark=standing.reason)


def _graded(standing: Standing, rules: Rules) -> FinalMark:
    assert standing.marks is not None  # whoever is graded has marks
    written = rules.written.get(standing.student, {})
    mark = FinalMark(
        standing,
        final=exact(standing.marks.earned) + total(written.values()),
        out_of=exact(standing.marks.available),
        written=written,
        waiting=total(exact(q.pending) for q in standing.questions if q.id not in written),
    )
    if mark.waiting:
        mark = _WITHOUT_THEM[rules.pending](mark)
    return mark if rules.late is None else _on_time_or_late(mark, rules.late, rules.times)


def _left_empty(mark: FinalMark) -> FinalMark:
    said = f"{points(mark.waiting)} marks wait for a person."
    return replace(mark, final=None, empty="pending", remark=said)


def _excluded(mark: FinalMark) -> FinalMark:
    assert mark.out_of is not None  # of whoever is graded it is known
    out_of = mark.out_of - mark.waiting
    if not out_of:  # 0 of 0 would be read as a zero
        return _left_empty(mark)
    kind = "marks given so far" if mark.written else "automatic marks"
    said = (
        f"Of {points(out_of)} {kind}; {points(mark.waiting)} more wait for a person"
        " and are not in it."
    )
    return replace(mark, out_of=out_of, remark=said)


def _counted_as_zero(mark: FinalMark) -> FinalMark:
    """Only what a person has not marked counts as 0, never what the grader could not check."""
    checks = mark.standing.ungraded
    lost = [c.id for c in checks if c.available and c.question not in mark.written]
    if lost:
        said = f"Not checked, through no fault of the student's: {', '.join(lost)}."
        return replace(mark, final=None, empty="ungraded", remark=said)
    return replace(mark, remark=f"{points(mark.waiting)} marks that wait for a person count as 0.")


_WITHOUT_THEM: Mapping[Pending, Callable[[FinalMark], FinalMark]] = {
    "empty": _left_empty,
    "exclude": _excluded,
    "zero": _counted_as_zero,
}


def _on_time_or_late(mark: FinalMark, rule: LateRule, times: Mapping[str, datetime]) -> FinalMark:
    """The mark with what lateness costs; none where it cannot be known."""
    standing = mark.standing
    assert mark.available is not None  # of whoever is graded it is known
    submitted = times.get(standing.student, standing.submitted)
    if submitted is None:
        said = f"{mark.remark} When it was handed in is not known.".strip()
        return replace(mark, final=None, empty=mark.empty or "no time", remark=said)
    days = rule.days_late(standing.student, submitted)
    if not days or mark.final is None:
        return replace(mark, days_late=days)
    penalty = rounded(rule.penalty(mark.final, mark.available, days))
    late = "1 started day" if days == 1 else f"{days} started days"
    said = f"{mark.remark} Late: {late}, {points(penalty)} marks off.".strip()
    return replace(mark, final=mark.final - penalty, days_late=days, penalty=penalty, remark=said)
