"""A small made-up cohort: three graded students of different luck, and one of every other kind."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from grader.cohort.standing import CheckStanding, Cohort, QuestionStanding, Standing
from grader.results import Flag, Marks, Outcome
from tests.report.cohort.cohort_example import cohort_of

SUBMITTED = datetime(2025, 7, 4, 8, 0, tzinfo=UTC)


def question(name: str, available: float, earned: float, pending: float = 0) -> QuestionStanding:
    return QuestionStanding(
        id=name,
        part="Part 1",
        title=f"Question {name}",
        available=available,
        earned=earned,
        pending=pending,
    )


def graded(
    student: str,
    *questions: QuestionStanding,
    checks: Mapping[str, Outcome] | None = None,
    **fields: Any,
) -> Standing:
    """A graded student; each check belongs to the first question and is worth half a mark."""
    marks = Marks(
        available=sum(q.available for q in questions),
        earned=sum(q.earned for q in questions),
        pending=sum(q.pending for q in questions),
    )
    standings = [
        CheckStanding(
            id=name,
            question=questions[0].id,
            title=f"The check {name}.",
            outcome=outcome,
            marks=0.5 if outcome == "passed" else 0,
            available=0.5,
            message="" if outcome == "passed" else f"Found: {outcome}.",
        )
        for name, outcome in (checks or {}).items()
    ]
    base: dict[str, Any] = {"folder": student, "submitted": SUBMITTED, "marks": marks}
    base |= {"questions": list(questions), "checks": standings}
    return Standing(student=student, status="graded", **(base | fields))


COMPLETE = graded(
    "z1111111",
    question("1.1", 2, 1.5),
    question("1.2", 3, 2.25),
    name="Ada Example",
    identifiers={"moodle": "101", "email": "ada@example.edu", "canvas": "9001"},
    checks={"shape": "passed", "output": "failed"},
)
WAITING = graded(
    "z2222222",
    question("1.1", 2, 0.5, 0.5),
    question("1.2", 3, 0, 3),
    name="Bo_Under Score",
    identifiers={"moodle": "102", "canvas": "9002"},
    checks={"shape": "passed", "output": "skipped"},
    flags=[Flag(severity="info", where="kuzu.py", message="odd")],
)
UNCHECKED = graded(
    "z3333333",
    question("1.1", 2, 1.5, 0.5),
    question("1.2", 3, 3),
    name="Chi Example",
    identifiers={"moodle": "103", "canvas": "9003"},
    checks={"shape": "passed", "output": "ungraded"},
)
MISSING = Standing(
    student="z4444444",
    status="missing",
    reason="nothing handed in",
    identifiers={"moodle": "104", "canvas": "9004"},
)
DUPLICATE = Standing(student="z5555555", status="duplicate", reason="2 submissions")
UNREADABLE = Standing(student="z6666666", status="unreadable", reason="damaged zip")
FAULT = Standing(student="z7777777", status="fault", reason="no room on the disk")

EVERYBODY = (COMPLETE, WAITING, UNCHECKED, MISSING, DUPLICATE, UNREADABLE, FAULT)


def cohort(*standings: Standing) -> Cohort:
    """A cohort of these, or of everybody above."""
    return cohort_of(*(standings or EVERYBODY))
