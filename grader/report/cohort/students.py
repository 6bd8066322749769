"""Gives every student of a cohort one line: marks of each question, totals, accuracies."""

from dataclasses import dataclass

from grader.cohort.standing import Cohort, NetworkStanding, QuestionStanding, Standing
from grader.report import text
from grader.report.cohort.accuracy import stopped_early, trained_names
from grader.report.cohort.head import STATUS_WORDS
from grader.report.cohort.people import Person, person

QUESTION_MM, NETWORK_MM = 9.5, 17.0  # the style sheet's columns on paper
PORTRAIT_MM, LANDSCAPE_MM = 102.0, 189.0  # room for them beside the student and the totals
MOST_NETWORKS = 8


@dataclass(frozen=True)
class Row:
    """One student. Without marks, `status` and `reason` stand in place of all figures."""

    person: Person
    status: str
    reason: str
    questions: list[str]
    earned: str
    lost: str
    pending: str
    accuracies: list[str]


@dataclass(frozen=True)
class Column:
    """A question that has a column: its id, and the most that its checks give."""

    id: str
    decided: str


@dataclass(frozen=True)
class Students:
    """The table of everyone; `omitted` names what has no column, and why."""

    columns: list[Column]
    networks: list[str]
    rows: list[Row]
    omitted: str
    early: bool
    landscape: bool


def _decided(question: QuestionStanding) -> float:
    return max(0.0, round(question.available - question.pending, 4))


def _columns(graded: list[Standing]) -> tuple[dict[str, float], list[str]]:
    """The most that is decided in each question with anything decided; ids of the others."""
    most: dict[str, float] = {}
    for standing in graded:
        for question in standing.questions:
            most[question.id] = max(most.get(question.id, 0.0), _decided(question))
    return {key: value for key, value in most.items() if value}, [
        k for k, v in most.items() if not v
    ]


def _omitted(pending: list[str], crowded: bool) -> str:
    if crowded:
        return "There are too many questions for a column each: the mark sheet has them."
    if pending:
        named = ", ".join(text.shorten(question, 12) for question in pending)
        return f"No column for what waits for a person in full: {named}."
    return ""


def _accuracy(network: NetworkStanding | None) -> str:
    if network is None or network.accuracy is None:
        return "–"
    sign = {True: " ✓", False: " ×", None: ""}[network.met]
    return f"{network.accuracy:.2f}{'†' if stopped_early(network) else ''}{sign}"


def _row(standing: Standing, columns: list[str], networks: list[str]) -> Row:
    marks = standing.marks
    earned = {question.id: question.earned for question in standing.questions}
    return Row(
        person=person(standing),
        status=STATUS_WORDS[standing.status],
        reason=text.clip(standing.reason, 160),
        questions=[text.figure(earned[key]) if key in earned else "–" for key in columns],
        earned=text.figure(marks.earned) if marks else "",
        lost=text.figure(marks.lost) if marks else "",
        pending=text.figure(marks.pending) if marks else "",
        accuracies=[_accuracy(standing.networks.get(name)) for name in networks],
    )


def view(cohort: Cohort) -> Students:
    """Everyone, in the order of their ids."""
    decided, pending = _columns(cohort.graded)
    networks = trained_names(cohort)[:MOST_NETWORKS]
    width = QUESTION_MM * len(decided) + NETWORK_MM * len(networks)
    crowded = width > LANDSCAPE_MM
    shown = {} if crowded else decided
    return Students(
        columns=[Column(text.shorten(key, 12), text.figure(value)) for key, value in shown.items()],
        networks=[text.shorten(name, 20) for name in networks],
        rows=[_row(standing, list(shown), networks) for standing in cohort.standings],
        omitted=_omitted(pending, crowded),
        early=any(
            stopped_early(network)
            for standing in cohort.graded
            for network in standing.networks.values()
        ),
        landscape=PORTRAIT_MM < width <= LANDSCAPE_MM,
    )
