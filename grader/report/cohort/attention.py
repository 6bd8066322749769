"""Lists what a person must settle before marks go out: who has none, what could not be decided,
and what was flagged."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.cohort.standing import Cohort, Standing, Status
from grader.report import summary, text
from grader.report.cohort.head import STATUS_WORDS
from grader.report.cohort.matrices import REASON, shared_matrices
from grader.report.cohort.people import Person, group_messages, person
from grader.results import Severity

STATUS_ORDER: tuple[Status, ...] = ("fault", "unreadable", "duplicate", "missing")
SEVERITY_ORDER: tuple[Severity, ...] = ("serious", "warning")


@dataclass(frozen=True)
class Unmarked:
    """Students without marks for the same reason."""

    status: str
    word: str
    reason: str
    people: list[Person]


@dataclass(frozen=True)
class Undecided:
    """A check that the grader could not decide, why, and for whom."""

    question: str
    title: str
    message: str
    people: list[Person]


@dataclass(frozen=True)
class Flagged:
    """One flag and everyone who has it."""

    severity: str
    word: str
    where: str
    message: str
    people: list[Person]


@dataclass(frozen=True)
class Attention:
    """What needs a person first; `notes` is how many have flags for information alone."""

    unmarked: list[Unmarked]
    undecided: list[Undecided]
    flagged: list[Flagged]
    notes: int

    @property
    def nothing(self) -> bool:
        """Whether marks can go out as they are."""
        return not (self.unmarked or self.undecided or self.flagged)


def _unmarked(cohort: Cohort) -> list[Unmarked]:
    groups: dict[tuple[Status, str], list[Person]] = {}
    for standing in cohort.standings:
        if standing.status != "graded":
            key = (standing.status, standing.reason)
            groups.setdefault(key, []).append(person(standing))
    rows = [
        Unmarked(status, STATUS_WORDS[status], text.clip(reason, 300), people)
        for (status, reason), people in groups.items()
    ]
    order = [str(status) for status in STATUS_ORDER]
    return sorted(rows, key=lambda row: order.index(row.status))


def _undecided(cohort: Cohort) -> list[Undecided]:
    messages = (
        ((check.question, check.title), check.message, person(standing))
        for standing in cohort.standings
        for check in standing.ungraded
    )
    return [
        Undecided(
            text.shorten(said.key[0], 12), text.clip(said.key[1], 200), said.message, said.people
        )
        for said in group_messages(messages)
    ]


def _flags(standings: list[Standing]) -> Iterator[tuple[tuple[str, ...], str, Person]]:
    for standing in standings:
        for flag in standing.flags:
            if flag.severity in SEVERITY_ORDER:
                yield (flag.severity, flag.where), flag.message, person(standing)


def _flagged(cohort: Cohort) -> list[Flagged]:
    rows = [
        Flagged(
            severity=said.key[0],
            word=summary.SEVERITY_WORDS[said.key[0]],
            where=text.shorten(said.key[1], 60),
            message=said.message,
            people=said.people,
        )
        for said in group_messages(_flags(cohort.standings))
    ]
    rows += _shared_matrices(cohort)
    order = [str(severity) for severity in SEVERITY_ORDER]
    return sorted(rows, key=lambda row: order.index(row.severity))


def _shared_matrices(cohort: Cohort) -> list[Flagged]:
    """For a person to ask about: no mark depends on it."""
    return [
        Flagged(
            severity="warning",
            word=summary.SEVERITY_WORDS["warning"],
            where="hw1.pdf",
            message=(
                f"one confusion matrix, cell for cell, in several reports ({one.what});"
                f" {one.code}. {REASON}"
            ),
            people=one.people,
        )
        for one in shared_matrices(cohort)
    ]


def view(cohort: Cohort) -> Attention:
    """Everything that waits for a decision, written criteria aside."""
    return Attention(
        unmarked=_unmarked(cohort),
        undecided=_undecided(cohort),
        flagged=_flagged(cohort),
        notes=sum(any(f.severity == "info" for f in s.flags) for s in cohort.standings),
    )
