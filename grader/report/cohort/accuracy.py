"""Holds every network of a cohort against its threshold and against its number of parameters."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grader.cohort.standing import Cohort, NetworkStanding
from grader.report import text
from grader.report.cohort.bars import accuracy_histogram
from grader.report.cohort.plots import Point, accuracy_limits
from grader.report.cohort.scatter import accuracy_scatter
from grader.report.curves import threshold_text
from grader.report.figures import Figure
from grader.results import ThresholdInfo

MOST_STAGES = 6


@dataclass(frozen=True)
class AccuracyView:
    """One network over the cohort. `scatter` is missing where all have as many parameters."""

    name: str
    verdict: str
    remarks: list[str]
    histogram: Figure
    scatter: Figure | None


def trained_names(cohort: Cohort) -> list[str]:
    """The networks that were trained for anyone, in the assignment's order."""
    names = (
        name
        for standing in cohort.graded
        for name, network in standing.networks.items()
        if network.accuracy is not None
    )
    return list(dict.fromkeys(names))


def stopped_early(network: NetworkStanding) -> bool:
    """Whether the run that counts made fewer epochs than the protocol asks for."""
    if network.epochs is None or network.asked is None:
        return False
    return network.epochs < network.asked


def _points(networks: list[NetworkStanding]) -> list[Point]:
    return [
        Point(n.parameters or 0, n.accuracy, bool(n.met), stopped_early(n))
        for n in networks
        if n.accuracy is not None
    ]


def _thresholds(networks: list[NetworkStanding]) -> "Counter[tuple[float, float | None]]":
    return Counter(
        (n.low, n.high) for n in networks if n.accuracy is not None and n.low is not None
    )


def _verdict(points: list[Point], threshold: ThresholdInfo) -> str:
    met = sum(point.met for point in points)
    share = 100 * met / len(points)
    return (
        f"{met:,} of {text.count(len(points), 'trained network')} ({share:.0f}%) met what was "
        f"asked for: {threshold_text(threshold)}"
    )


def _remarks(
    networks: list[NetworkStanding], points: list[Point], threshold: ThresholdInfo
) -> Iterator[str]:
    early = sum(point.early for point in points)
    if early:
        yield (
            f"{text.count(early, 'run')} stopped before the last epoch, when the outcome was "
            "settled: their accuracy is that of the epoch they stopped at, and they are drawn open."
        )
    low, high = accuracy_limits(points, threshold)
    below = sum(point.accuracy < low for point in points)
    above = sum(point.accuracy > high for point in points)
    for number, edge, side in ((below, low, "below"), (above, high, "above")):
        if number:
            yield f"{number:,} {side} {text.figure(edge)}% stand{'s' * (number == 1)} at the edge."
    if len(_thresholds(networks)) > 1:
        yield "Not all were held against the same threshold; the line is the most common one."
    sizes = {point.parameters for point in points}
    if len(sizes) == 1:
        yield f"All have {sizes.pop():,} independent parameters."
    yield from _untrained(networks)


def _untrained(networks: list[NetworkStanding]) -> Iterator[str]:
    stages = Counter(network.failure for network in networks if not network.captured)
    if stages:
        named = [
            f"{number:,} at {text.shorten(stage, 30) or 'an unknown stage'}"
            for stage, number in stages.most_common(MOST_STAGES)
        ]
        rest = sum(stages.values()) - sum(n for _, n in stages.most_common(MOST_STAGES))
        named += [f"{rest:,} elsewhere"] if rest else []
        yield f"Not captured: {', '.join(named)}."
    idle = sum(network.captured and network.accuracy is None for network in networks)
    if idle:
        yield f"Captured and not trained: {idle:,}."


def _view(index: int, name: str, networks: list[NetworkStanding]) -> AccuracyView | None:
    thresholds = _thresholds(networks).most_common(1)
    if not thresholds:
        return None
    (low, high), _ = thresholds[0]
    threshold = ThresholdInfo(low=low, high=high, source="")
    points = _points(networks)
    sized = [point for point in points if point.parameters]
    shown = text.shorten(name, 40)
    scatter = None
    if len({point.parameters for point in sized}) > 1:
        scatter = accuracy_scatter(shown, f"scatter-{index}", sized, threshold)
    return AccuracyView(
        name=shown,
        verdict=_verdict(points, threshold),
        remarks=list(_remarks(networks, points, threshold)),
        histogram=accuracy_histogram(shown, f"histogram-{index}", points, threshold),
        scatter=scatter,
    )


def view(cohort: Cohort) -> list[AccuracyView]:
    """Every network that was trained for anyone."""
    views = (
        _view(index, name, [s.networks[name] for s in cohort.graded if name in s.networks])
        for index, name in enumerate(trained_names(cohort), start=1)
    )
    return [view for view in views if view is not None]
