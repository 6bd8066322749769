"""Counts marks over a cohort: their distribution, each question, and each check."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, median

from grader.cohort.standing import CheckStanding, Cohort, QuestionStanding, Standing
from grader.report import text
from grader.report.cohort.bars import marks_histogram
from grader.report.figures import Figure
from grader.results import Outcome

OUTCOMES: tuple[Outcome, ...] = ("passed", "partial", "failed", "skipped", "ungraded")


@dataclass(frozen=True)
class QuestionRow:
    """Means of one question over the graded; shares are percent of the question's marks.

    `unharmed` is how many lost nothing, where anything is decided yet.
    """

    id: str
    title: str
    earned: str
    pending: str
    lost: str
    available: str
    earned_share: float
    pending_share: float
    lost_share: float
    unharmed: str


@dataclass(frozen=True)
class CheckRow:
    """How often a check came out how; shares are percent of all who have it."""

    question: str
    title: str
    mean: str
    available: str
    counts: list[int]
    passed_share: float
    undecided_share: float
    failed_share: float


@dataclass(frozen=True)
class MarksView:
    """All about marks; `histogram` and `spread` are missing where nobody is graded."""

    spread: str
    explanation: str
    histogram: Figure | None
    questions: list[QuestionRow]
    outcomes: list[str]
    checks: list[CheckRow]


def _lost(question: QuestionStanding) -> float:
    return max(0.0, round(question.available - question.earned - question.pending, 4))


def _question(group: list[QuestionStanding]) -> QuestionRow:
    earned, pending = fmean(q.earned for q in group), fmean(q.pending for q in group)
    lost, available = fmean(map(_lost, group)), fmean(q.available for q in group)
    whole = available or 1.0
    decided = any(question.pending < question.available for question in group)
    return QuestionRow(
        id=text.shorten(group[0].id, 12),
        title=text.shorten(group[0].title, 90),
        earned=text.figure(earned),
        pending=text.figure(pending),
        lost=text.figure(lost),
        available=text.figure(available),
        earned_share=round(100 * earned / whole, 2),
        pending_share=round(100 * pending / whole, 2),
        lost_share=round(100 * lost / whole, 2),
        unharmed=f"{sum(not _lost(question) for question in group):,}" if decided else "–",
    )


def _questions(graded: list[Standing]) -> list[QuestionRow]:
    groups: dict[str, list[QuestionStanding]] = {}
    for standing in graded:
        for question in standing.questions:
            groups.setdefault(question.id, []).append(question)
    return [_question(group) for group in groups.values()]


def _check(group: list[CheckStanding]) -> CheckRow:
    number = Counter(check.outcome for check in group)
    failed = number["failed"] + number["partial"]
    undecided = number["skipped"] + number["ungraded"]
    return CheckRow(
        question=text.shorten(group[0].question, 12),
        title=text.clip(group[0].title, 200),
        mean=text.figure(fmean(check.marks for check in group)),
        available=text.figure(fmean(check.available for check in group)),
        counts=[number[outcome] for outcome in OUTCOMES],
        passed_share=round(100 * number["passed"] / len(group), 2),
        undecided_share=round(100 * undecided / len(group), 2),
        failed_share=round(100 * failed / len(group), 2),
    )


def _checks(graded: list[Standing]) -> list[CheckRow]:
    groups: dict[tuple[str, str], list[CheckStanding]] = {}
    for standing in graded:
        for check in standing.checks:
            groups.setdefault((check.question, check.id), []).append(check)
    return sorted(map(_check, groups.values()), key=lambda row: -row.failed_share)


def _spread(earned: list[float]) -> str:
    ends = f"from {text.figure(min(earned))} to {text.figure(max(earned))}"
    return f"Mean {text.figure(fmean(earned))}, median {text.figure(median(earned))}, {ends}."


def _explanation(automatic: float, available: float) -> str:
    said = f"Of {text.marks(available)}, {text.figure(automatic)} are decided by checks"
    if automatic < available:
        rest = text.figure(round(available - automatic, 4))
        said += (
            f"; the other {rest} wait for a person. Those are pending: neither given nor taken "
            "yet, and in no bar"
        )
    return f"{said}."


def _totals(graded: Iterable[Standing]) -> list[tuple[float, bool]]:
    """Earned marks of each student, and whether a check that is still undecided could add some."""
    return [
        (standing.marks.earned, any(check.available for check in standing.ungraded))
        for standing in graded
        if standing.marks is not None
    ]


def view(cohort: Cohort) -> MarksView:
    """Marks of those who have any."""
    graded = cohort.graded
    marks = [standing.marks for standing in graded if standing.marks is not None]
    totals = _totals(graded)
    automatic = max((round(m.available - m.pending, 4) for m in marks), default=0.0)
    available = max((m.available for m in marks), default=0.0)
    return MarksView(
        spread=_spread([earned for earned, _ in totals]) if totals else "",
        explanation=_explanation(automatic, available) if totals else "",
        histogram=marks_histogram(totals, automatic) if totals else None,
        questions=_questions(graded),
        outcomes=list(OUTCOMES),
        checks=_checks(graded),
    )
