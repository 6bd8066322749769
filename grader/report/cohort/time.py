"""Says where a cohort's time went: by stage, in which submissions, and how much a cache saved."""

from dataclasses import dataclass
from statistics import median

from grader.cohort.standing import Cohort, Standing
from grader.report import text
from grader.report.cohort.people import Person, person

MOST_SLOW = 10
MOST_STAGES = 12


@dataclass(frozen=True)
class Slow:
    """A submission that took long, in seconds; training found in the cache is not in it."""

    person: Person
    total: str
    training: str
    largest: str


@dataclass(frozen=True)
class Stage:
    """Sum over all submissions; the share is percent of the whole."""

    name: str
    seconds: str
    share: str
    bar: float


@dataclass(frozen=True)
class TimeView:
    """Wall seconds, each submission's added up: with several workers it took less by the clock."""

    summary: str
    cached: str
    stages: list[Stage]
    slowest: list[Slow]


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them.

    >>> duration(4.26), duration(75), duration(9000)
    ('4.3 s', '1 min 15 s', '2 h 30 min')
    """
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    if round(seconds) < 3600:
        return f"{round(seconds) // 60} min {round(seconds) % 60:02} s"
    return f"{round(seconds / 60) // 60:,} h {round(seconds / 60) % 60:02} min"


def _total(standing: Standing) -> float:
    return sum(standing.seconds.values())


def _training(standing: Standing) -> float:
    return sum(n.seconds for n in standing.networks.values() if not n.cached)


def _slow(standing: Standing) -> Slow:
    trained = [
        (network.seconds, name) for name, network in standing.networks.items() if not network.cached
    ]
    seconds, name = max(trained, default=(0.0, ""))
    return Slow(
        person=person(standing),
        total=duration(_total(standing)),
        training=duration(_training(standing)),
        largest=f"{text.shorten(name, 40)}, {duration(seconds)}" if seconds else "",
    )


def _stages(timed: list[Standing]) -> list[Stage]:
    sums: dict[str, float] = {}
    for standing in timed:
        for name, seconds in standing.seconds.items():
            sums[name] = sums.get(name, 0.0) + seconds
    longest = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    whole = sum(sums.values()) or 1.0
    return [
        Stage(
            text.shorten(name, 40),
            duration(seconds),
            f"{100 * seconds / whole:.0f}%",
            round(100 * seconds / whole, 2),
        )
        for name, seconds in longest[:MOST_STAGES]
    ]


def _summary(timed: list[Standing]) -> str:
    totals = [_total(standing) for standing in timed]
    return (
        f"{duration(sum(totals))} for {text.count(len(timed), 'submission')}, each one's stages "
        f"added up; the median submission took {duration(median(totals))}."
    )


def _cached(cohort: Cohort) -> str:
    trained = [
        network
        for standing in cohort.graded
        for network in standing.networks.values()
        if network.accuracy is not None
    ]
    if not trained:
        return "No network was trained."
    cached = sum(network.cached for network in trained)
    share = f"{100 * cached / len(trained):.0f}%"
    return (
        f"{cached:,} of {len(trained):,} trained networks ({share}) were answered by a training "
        "that was already there, of an equal network or an earlier run."
    )


def view(cohort: Cohort) -> TimeView | None:
    """None where no time was taken down."""
    timed = [standing for standing in cohort.standings if _total(standing) > 0]
    if not timed:
        return None
    slowest = sorted(timed, key=lambda standing: (-_total(standing), standing.student))
    return TimeView(
        summary=_summary(timed),
        cached=_cached(cohort),
        stages=_stages(timed),
        slowest=[_slow(standing) for standing in slowest[:MOST_SLOW]],
    )
