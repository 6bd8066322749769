"""Says first what a cohort's figures rest on, how many there are, and what still waits."""

from collections import Counter
from dataclasses import dataclass

from grader.cohort.standing import Cohort, Standing, Status
from grader.report import summary, text

STATUS_WORDS: dict[Status, str] = {
    "graded": "graded",
    "missing": "nothing handed in",
    "duplicate": "more than one submission",
    "unreadable": "cannot be read",
    "fault": "fault of the grader",
}


@dataclass(frozen=True)
class Count:
    """A number of students and what they have in common."""

    number: int
    what: str


@dataclass(frozen=True)
class Head:
    """The first lines of the report."""

    title: str
    heading: str
    assignment: str
    footer: str
    students: int
    graded: int
    pending: str
    official: str
    notices: list[summary.Notice]
    counts: list[Count]
    waiting: str
    basis: list[tuple[str, str]]


def _counts(cohort: Cohort) -> list[Count]:
    number = Counter(standing.status for standing in cohort.standings)
    statuses = [Count(number[status], words) for status, words in STATUS_WORDS.items()]
    flags = [{flag.severity for flag in s.flags} for s in cohort.standings]
    return [
        *statuses,
        Count(sum("serious" in seen for seen in flags), "with a serious flag"),
        Count(sum(bool(seen & {"serious", "warning"}) for seen in flags), "with any flag"),
        Count(sum(bool(s.ungraded) for s in cohort.standings), "with ungraded checks"),
    ]


def _pending(graded: list[Standing]) -> float:
    return sum(standing.marks.pending for standing in graded if standing.marks)


def _amount(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _waiting(graded: list[Standing]) -> str:
    total = _pending(graded)
    if not total:
        return "No mark waits for a person."
    held = sum(check.available for standing in graded for check in standing.ungraded)
    said = f"{_amount(total - held)} marks for a person to give in written criteria"
    if held:
        said += f", and {_amount(held)} held back in checks that the grader could not decide"
    return f"{said}. Pending marks are neither given nor taken yet."


def _basis(cohort: Cohort) -> list[tuple[str, str]]:
    env = cohort.environment
    images = "official" if env.dataset.official else "not official"
    protocol = "official" if env.protocol.official else "not official"
    return [
        ("Images", f"{env.dataset.title} ({images})"),
        (
            "Protocol",
            f"{env.protocol.title} ({protocol}), {text.count(env.protocol.epochs, 'epoch')}",
        ),
        ("Computed", f"{env.precision} on {env.platform}, layout {env.layout}"),
        ("Sandbox", env.isolation.tier),
        ("Grader", f"{env.grader}, Python {env.python}, PyTorch {env.torch}"),
    ]


def view(cohort: Cohort) -> Head:
    """Everything above the first table."""
    notices = summary.notices(cohort.environment)
    assignment = text.shorten(cohort.assignment.title, 90)
    heading = f"Cohort of {text.count(len(cohort.standings), 'student')}"
    return Head(
        title=f"{heading}: {assignment}",
        heading=heading,
        assignment=assignment,
        footer="Not official marks" if notices else "",
        students=len(cohort.standings),
        graded=len(cohort.graded),
        pending=_amount(_pending(cohort.graded)),
        official=""
        if notices
        else "Official images and protocol: accuracies are the ones that count.",
        notices=notices,
        counts=_counts(cohort),
        waiting=_waiting(cohort.graded),
        basis=[(name, text.clip(value, 300)) for name, value in _basis(cohort)],
    )
