"""Turns outcomes into marks: what a check earned, what it denied, and what waits for a human."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from grader.assignment_tables import AssignmentTable, QuestionTable
from grader.checking import CheckOutcome
from grader.results import CheckResult, Criterion, Marks, QuestionResult


def score_questions(
    table: AssignmentTable, outcomes: Sequence[CheckOutcome]
) -> list[QuestionResult]:
    """Every question with its checks in the order they ran.

    A check without marks is shown in the first question that has a check of the same subject
    ("netlin_builds" beside "netlin_output").
    """
    home = _homes(table, outcomes)
    return [
        _question(question, [o for o in outcomes if home.get(o.id) == question.id])
        for question in table.questions
    ]


def total_marks(questions: Sequence[QuestionResult]) -> Marks:
    """Sums over all questions."""
    return Marks(
        available=_sum(q.available for q in questions),
        earned=_sum(q.earned for q in questions),
        pending=_sum(q.pending for q in questions),
    )


def _homes(table: AssignmentTable, outcomes: Sequence[CheckOutcome]) -> Mapping[str, str]:
    listed = {check: q.id for q in table.questions for check in q.checks}
    by_subject: dict[str, str] = {}
    for check, question in listed.items():
        by_subject.setdefault(check.partition("_")[0], question)
    first = table.questions[0].id
    return {
        o.id: listed.get(o.id) or by_subject.get(o.id.partition("_")[0], first) for o in outcomes
    }


def _question(question: QuestionTable, outcomes: Sequence[CheckOutcome]) -> QuestionResult:
    checks = [_check(o, question.checks.get(o.id, Decimal(0))) for o in outcomes]
    criteria = [
        Criterion(
            id=c.id,
            title=c.title,
            available=float(c.marks),
            guidance=c.guidance,
            evidence=c.evidence,
        )
        for c in question.criteria
    ]
    made = {c.id for c in checks if c.outcome != "ungraded"}
    waiting = [float(marks) for name, marks in question.checks.items() if name not in made]
    return QuestionResult(
        id=question.id,
        part=question.part,
        title=question.title,
        available=float(question.marks),
        earned=_sum(c.marks for c in checks),
        pending=_sum([*waiting, *(c.available for c in criteria)]),
        checks=checks,
        criteria=criteria,
    )


def _check(outcome: CheckOutcome, available: Decimal) -> CheckResult:
    return CheckResult(
        id=outcome.id,
        title=outcome.title,
        outcome=outcome.outcome,
        score=outcome.score,
        marks=round(float(available) * outcome.score, 4),
        available=float(available),
        message=outcome.message,
        hint=outcome.hint,
        detail=outcome.detail,
    )


def _sum(values: Iterable[float]) -> float:
    return round(sum(values), 4)
