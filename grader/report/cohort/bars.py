"""Draws how many students earned how much, and how many networks reach which accuracy."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from grader.report import plots, text
from grader.report.cohort.plots import (
    HALF_MM,
    HEIGHT_MM,
    LIMIT_LINE,
    MARKERS,
    STEP,
    Point,
    accuracy_limits,
)
from grader.report.figures import Figure
from grader.results import ThresholdInfo

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE_MM = 172.0
MOST_BARS = 20
WIDTHS = [step * 10**power for power in range(-2, 6) for step in (1, 2.5, 5)]
Bars = Counter[tuple[int, Any]]
"""Numbers by the index of a bar and the kind of what it counts."""


def marks_histogram(totals: Sequence[tuple[float, bool]], automatic: float) -> Figure:
    """How many students earned how much.

    Args:
        totals: earned marks of each student, and whether an undecided check may still add some.
        automatic: the most that checks can give.
    """
    highest = max([automatic, *(earned for earned, _ in totals), WIDTHS[0]])
    width = next(step for step in WIDTHS if highest / step <= MOST_BARS)
    bars: Bars = Counter((_index(earned, width), undecided) for earned, undecided in totals)
    with plots.new_figure(WIDE_MM, HEIGHT_MM) as (figure, axes):
        _stack(axes, bars, width, 0.0, {False: _filled(plots.BLUE), True: _open(plots.BLUE)})
        axes.set_xlim(0, width * (_index(highest, width) + 1))
        axes.set_xlabel("marks earned so far")
        axes.set_ylabel("students")
        figure.subplots_adjust(left=0.075, right=0.995, bottom=0.19, top=0.95)
        said = f"Histogram of the marks that {text.count(len(totals), 'student')} earned. "
        return plots.finish(figure, "plot wide-plot", "marks", said + _ranges(bars, 0.0, width))


def accuracy_histogram(
    name: str, key: str, points: Sequence[Point], threshold: ThresholdInfo
) -> Figure:
    """How many networks reach which accuracy. `key` makes its identifiers unique."""
    start, end = accuracy_limits(points, threshold)
    last = _index(end - start, STEP) - 1
    bars: Bars = Counter(
        (min(max(_index(point.accuracy - start, STEP), 0), last), point.kind) for point in points
    )
    styles = {
        kind: (_open if kind[1] else _filled)(marker["edgecolor"])
        for kind, marker in MARKERS.items()
    }
    with plots.new_figure(HALF_MM, HEIGHT_MM) as (figure, axes):
        axes.axvline(threshold.low, **LIMIT_LINE)
        if threshold.high is not None:
            axes.axvline(threshold.high, **LIMIT_LINE)
        _stack(axes, bars, STEP, start, styles)
        axes.set_xlim(start, end)
        axes.locator_params(axis="x", nbins=6, steps=[1, 2, 5, 10])
        axes.set_xlabel("test accuracy, %")
        axes.set_ylabel("students")
        figure.subplots_adjust(left=0.15, right=0.96, bottom=0.19, top=0.95)
        met = sum(point.met for point in points)
        said = f"Histogram of the test accuracy of {name}: {met} of {len(points)} met. "
        ranges = _ranges(bars, start, STEP)
        return plots.finish(figure, "plot half-plot", key, said + ranges)


def _index(value: float, width: float) -> int:
    """The bar that a value falls into; 0.3 is in the third of width 0.1, whatever floats say."""
    return math.floor(round(value / width, 6))


def _filled(colour: str) -> dict[str, Any]:
    return {"facecolor": colour, "edgecolor": colour, "linewidth": 0.8}


def _open(colour: str) -> dict[str, Any]:
    return {"facecolor": "#ffffff", "edgecolor": colour, "linewidth": 0.8}


def _sums(bars: Bars) -> dict[int, int]:
    sums: Counter[int] = Counter()
    for (index, _), number in bars.items():
        sums[index] += number
    return dict(sorted(sums.items()))


def _stack(
    axes: "Axes", bars: Bars, width: float, start: float, styles: dict[Any, dict[str, Any]]
) -> None:
    """Bars from `start` on, one kind above the other, the sum on top."""
    heights: Counter[int] = Counter()
    for kind, style in styles.items():
        for index, number in sorted((i, n) for (i, other), n in bars.items() if other == kind):
            centre = start + (index + 0.5) * width
            axes.bar(centre, number, 0.9 * width, bottom=heights[index], **style)
            heights[index] += number
    for index, total in _sums(bars).items():
        axes.annotate(
            f"{total:,}", (start + (index + 0.5) * width, total), (0, 1.5),
            textcoords="offset points", ha="center", fontsize=5.5, color=plots.MUTED,
        )  # fmt: skip
    axes.locator_params(axis="y", integer=True)
    axes.spines[["top", "right"]].set_visible(False)


def _ranges(bars: Bars, start: float, width: float) -> str:
    """The bars in words: "0 to 0.5: 3, 1 to 1.5: 7."."""
    edges = {index: (start + index * width, start + (index + 1) * width) for index in _sums(bars)}
    said = [
        f"{text.figure(edges[index][0])} to {text.figure(edges[index][1])}: {number}"
        for index, number in _sums(bars).items()
    ]
    return ", ".join(said) + "."
