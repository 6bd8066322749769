"""Answers in ten seconds what a tutor asks first: which marks, how sure, and what waits for me?"""

from dataclasses import dataclass

from grader.report import text
from grader.results import Environment, Flag, QuestionResult, Result

SEVERITY_WORDS = {
    "serious": "Please look",
    "warning": "Worth a look",
    "info": "For your information",
}
MOST_FLAGS = 8
MOST_LOSSES = 6


@dataclass(frozen=True)
class MarkRow:
    """One row of the marks table; the shares are percent of the widest question's marks."""

    id: str
    anchor: str
    title: str
    available: str
    earned: str
    pending: str
    lost: str
    earned_share: float
    pending_share: float
    lost_share: float


@dataclass(frozen=True)
class PartMarks:
    """The questions of one part."""

    title: str
    rows: list[MarkRow]


@dataclass(frozen=True)
class Notice:
    """Something that must be read before any figure is."""

    title: str
    body: str


@dataclass(frozen=True)
class FlagView:
    """A flag with its severity in words."""

    severity: str
    word: str
    where: str
    message: str


@dataclass(frozen=True)
class Loss:
    """A check that cost marks, and where to read about it."""

    question: str
    anchor: str
    title: str
    marks: str


@dataclass(frozen=True)
class Summary:
    """The first page."""

    submission: str
    assignment: str
    title: str
    footer: str
    available: str
    earned: str
    pending: str
    lost: str
    parts: list[PartMarks]
    notices: list[Notice]
    flags: list[FlagView]
    more_flags: int
    losses: list[Loss]
    more_losses: int
    waiting: list[str]


def anchor(question_id: str) -> str:
    """The fragment identifier of a question: letters, digits and hyphens only."""
    return "q-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in question_id)


def _row(question: QuestionResult, widest: float) -> MarkRow:
    def share(value: float) -> float:
        return round(100 * max(0.0, value) / widest, 2)

    return MarkRow(
        id=question.id,
        anchor=anchor(question.id),
        title=text.shorten(question.title, 90),
        available=text.figure(question.available),
        earned=text.figure(question.earned),
        pending=text.figure(question.pending),
        lost=text.figure(question.lost),
        earned_share=share(question.earned),
        pending_share=share(question.pending),
        lost_share=share(question.lost),
    )


def parts(questions: list[QuestionResult]) -> dict[str, list[QuestionResult]]:
    """The questions grouped by part, in the assignment's order."""
    groups: dict[str, list[QuestionResult]] = {}
    for question in questions:
        groups.setdefault(question.part, []).append(question)
    return groups


def notices(environment: Environment) -> list[Notice]:
    """What keeps marks from being official."""
    dataset, protocol = environment.dataset, environment.protocol
    found = []
    if not dataset.official:
        body = (
            f"Accuracies were measured on “{dataset.title}”, not on the assignment’s own images. "
            "The marks that rest on them show what to expect; they are not official marks."
        )
        found.append(Notice(f"Measured on the {dataset.name} set: not official marks", body))
    if not protocol.official:
        body = (
            f"Networks were trained with “{protocol.title}” "
            f"({text.count(protocol.epochs, 'epoch')}), not with the course’s protocol. "
            "Accuracies can differ from the ones that count."
        )
        found.append(Notice(f"Trained with the {protocol.name} protocol: a preview only", body))
    return found


def _flag(flag: Flag) -> FlagView:
    word = SEVERITY_WORDS[flag.severity]
    return FlagView(flag.severity, word, text.shorten(flag.where, 60), text.clip(flag.message, 240))


def _losses(questions: list[QuestionResult]) -> list[Loss]:
    lost = [
        (check.available - check.marks, question, check)
        for question in questions
        for check in question.checks
        if check.outcome in ("failed", "partial", "skipped") and check.marks < check.available
    ]
    lost.sort(key=lambda item: -item[0])
    return [
        Loss(question.id, anchor(question.id), text.shorten(check.title, 160), text.figure(value))
        for value, question, check in lost
    ]


def _waiting(questions: list[QuestionResult]) -> list[str]:
    criteria = [criterion for question in questions for criterion in question.criteria]
    ungraded = [c for question in questions for c in question.checks if c.outcome == "ungraded"]
    lines = []
    if criteria:
        total = text.marks(sum(criterion.available for criterion in criteria))
        lines.append(
            f"{text.count(len(criteria), 'written criterion')}: {total} to give".replace(
                "criterions", "criteria"
            )
        )
    if ungraded:
        total = text.marks(sum(check.available for check in ungraded))
        lines.append(
            f"{text.count(len(ungraded), 'check')} that the grader could not run: {total} held back"
        )
    return lines


def view(result: Result) -> Summary:
    """Everything on the first page."""
    widest = max((question.available for question in result.questions), default=0.0) or 1.0
    submission = text.shorten(result.submission.id, 40)
    assignment = text.shorten(result.assignment.title, 90)
    losses = _losses(result.questions)
    order = ("serious", "warning", "info")
    flags = sorted(result.flags, key=lambda flag: order.index(flag.severity))
    unofficial = notices(result.environment)
    return Summary(
        submission=submission,
        assignment=assignment,
        title=f"{submission}: {assignment}",
        footer="Not official marks" if unofficial else "",
        available=text.figure(result.marks.available),
        earned=text.figure(result.marks.earned),
        pending=text.figure(result.marks.pending),
        lost=text.figure(result.marks.lost),
        parts=[
            PartMarks(text.shorten(title, 80), [_row(question, widest) for question in questions])
            for title, questions in parts(result.questions).items()
        ],
        notices=unofficial,
        flags=[_flag(flag) for flag in flags[:MOST_FLAGS]],
        more_flags=max(0, len(flags) - MOST_FLAGS),
        losses=losses[:MOST_LOSSES],
        more_losses=max(0, len(losses) - MOST_LOSSES),
        waiting=_waiting(result.questions),
    )
