"""Tells a student, question by question, what to fix, what was right and what is still to come."""

from dataclasses import dataclass

from grader.report import sequences, summary, text, training
from grader.results import CheckResult, Criterion, EvidenceItem, Outcome, QuestionResult, Result

ORDER: tuple[Outcome, ...] = ("failed", "partial", "ungraded", "skipped", "passed")
SYMBOLS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "×",
    "partial": "½",
    "skipped": "–",
    "ungraded": "?",
}
WORDS: dict[Outcome, str] = {
    "passed": "right",
    "failed": "to fix",
    "partial": "partly right",
    "skipped": "not run",
    "ungraded": "not graded",
}
EXPLANATIONS: dict[Outcome, str] = {
    "skipped": "This check needs another one that did not pass. Mend that one first.",
    "ungraded": "The grader could not decide this. You lose no mark; a human will look at it.",
}
MESSAGE_LIMIT = 900
DETAIL_LINES, LINE_WIDTH = 6, 220
EVIDENCE_SIZE = 12, LINE_WIDTH
ANSWER, ANSWER_LINES, ANSWER_WIDTH = "answer-", 40, 1300
"""Evidence that holds a student's own words may be longer: a person marks by it."""
SHORT_LINE = 60
CHARACTERS = 112
"""Characters in one width of type that a line of evidence holds, printed."""


@dataclass(frozen=True)
class CheckView:
    """One check as the student reads it."""

    outcome: Outcome
    symbol: str
    word: str
    title: str
    marks: str
    message: str
    hint: str
    explanation: str
    detail: list[str]


CONFUSIONS = "confusions"
"""Evidence that has images beside its lines."""


@dataclass(frozen=True)
class StripView:
    """A network's most frequent confusion in words, and test images of it in one picture."""

    words: str
    picture: str


@dataclass(frozen=True)
class EvidenceView:
    """Lines laid beside a written criterion, and images of what they speak of."""

    title: str
    lines: list[str]
    lines_on_paper: list[str]
    prose: bool
    strips: list[StripView]


@dataclass(frozen=True)
class CriterionView:
    """A written criterion that waits for a human."""

    title: str
    marks: str
    guidance: str
    evidence: list[EvidenceView]


@dataclass(frozen=True)
class QuestionView:
    """One question: checks that need work first, then what was right, then what waits.

    `brief` questions hold nothing but one criterion, and take one line.
    """

    id: str
    anchor: str
    title: str
    standing: str
    brief: bool
    attention: list[CheckView]
    passed: list[CheckView]
    criteria: list[CriterionView]


@dataclass(frozen=True)
class PartView:
    """The questions of one part."""

    title: str
    questions: list[QuestionView]


def _marks(check: CheckResult) -> str:
    if not check.available:
        return "no mark"
    earned = "–" if check.outcome == "ungraded" else text.figure(check.marks)
    return f"{earned} / {text.figure(check.available)}"


def _check(check: CheckResult) -> CheckView:
    return CheckView(
        outcome=check.outcome,
        symbol=SYMBOLS[check.outcome],
        word=WORDS[check.outcome],
        title=text.clip(check.title, 300),
        marks=_marks(check),
        message=text.clip(check.message.strip(), MESSAGE_LIMIT),
        hint=text.clip(check.hint.strip(), MESSAGE_LIMIT),
        explanation=EXPLANATIONS.get(check.outcome, ""),
        detail=text.clip_lines(check.detail, DETAIL_LINES, LINE_WIDTH),
    )


def _criterion(
    criterion: Criterion, evidence: dict[str, EvidenceItem], strips: list[StripView]
) -> CriterionView:
    found = [(key, evidence[key]) for key in criterion.evidence if key in evidence]
    return CriterionView(
        title=text.clip(criterion.title, 300),
        marks=text.figure(criterion.available),
        guidance=text.clip(criterion.guidance.strip(), MESSAGE_LIMIT),
        evidence=[
            _answer(item)
            if key.startswith(ANSWER)
            else _evidence(item, strips if key == CONFUSIONS else [])
            for key, item in found
        ],
    )


def _evidence(item: EvidenceItem, strips: list[StripView]) -> EvidenceView:
    lines = text.clip_lines(item.lines, *EVIDENCE_SIZE)
    sentences = any(len(line) > CHARACTERS // 2 for line in lines)
    printed = lines if sentences else text.tabulated(lines, CHARACTERS)
    title = text.shorten(item.title, 160)
    return EvidenceView(title, lines, printed, prose=sentences, strips=strips)


def _answer(item: EvidenceItem) -> EvidenceView:
    """A student's own words; short lines, as those of a table, run on in one."""
    lines = text.clip_lines(item.lines, ANSWER_LINES, ANSWER_WIDTH)
    joined = run_on(lines)
    return EvidenceView(text.shorten(item.title, 160), joined, joined, prose=True, strips=[])


def run_on(lines: list[str]) -> list[str]:
    """Join neighbouring short lines with a sign between them.

    >>> run_on(["Weights:", "1 1 -1", "A line " + 60 * "x", "-1 1 0"])[0]
    'Weights: ¦ 1 1 -1'
    """
    joined: list[str] = []
    short = False
    for line in lines:
        if short and len(line) <= SHORT_LINE:
            joined[-1] += f" ¦ {line}"
        else:
            joined.append(line)
        short = len(line) <= SHORT_LINE
    return joined


def _standing(question: QuestionResult) -> str:
    said = []
    if question.earned or not question.pending:
        said.append(f"{text.figure(question.earned)} of {text.marks(question.available)} earned")
    if question.lost > 0:
        said.append(f"{text.figure(question.lost)} lost")
    if question.pending:
        said.append(f"{text.marks(question.pending)} pending")
    return " · ".join(said)


def _question(
    question: QuestionResult, evidence: dict[str, EvidenceItem], strips: list[StripView]
) -> QuestionView:
    checks = [_check(check) for check in question.checks]
    criteria = [_criterion(criterion, evidence, strips) for criterion in question.criteria]
    attention = [check for check in checks if check.outcome != "passed"]
    return QuestionView(
        id=question.id,
        anchor=summary.anchor(question.id),
        title=text.shorten(question.title, 200),
        standing=_standing(question),
        brief=not checks and len(criteria) == 1 and not criteria[0].evidence,
        attention=sorted(attention, key=lambda check: ORDER.index(check.outcome)),
        passed=[check for check in checks if check.outcome == "passed"],
        criteria=criteria,
    )


def _strips(result: Result) -> list[StripView]:
    """One for each network that was trained and mistook anything."""
    classes, found = result.environment.dataset.classes, []
    for name, network in result.networks.items():
        pair = training.worst_pair(network.training, classes) if network.training else None
        if pair is not None and pair.strip:
            said = (
                f"{pair.target.roman} taken for {pair.predicted.roman}, {pair.count} of {pair.of}"
            )
            found.append(StripView(f"{text.shorten(name, 40)}: {said}", pair.strip))
    return found


def view(result: Result) -> list[PartView]:
    """All questions, grouped by part."""
    evidence = sequences.evidence_beside_criteria(result)
    strips = _strips(result)
    return [
        PartView(text.shorten(title, 80), [_question(item, evidence, strips) for item in questions])
        for title, questions in summary.parts(result.questions).items()
    ]
