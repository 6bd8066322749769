"""Draws test accuracy against the number of independent parameters of one network of a cohort."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.report import plots
from grader.report.cohort.plots import (
    HALF_MM,
    HEIGHT_MM,
    LIMIT_LINE,
    MARKERS,
    Point,
    accuracy_limits,
)
from grader.report.figures import Figure
from grader.results import ThresholdInfo

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROWEST = 6.25  # the axis' end over its start, so that two round figures fit between
MOST_TICKS = 6
MOST_LABELS = 3
AT_THE_EDGE = 0.06
"""Share of the axis beyond its last tick that half of the tick's label does not fit into."""
LABELLED_FROM = 5
Place = tuple[int, float, tuple[bool, bool]]
"""Parameters, accuracy as drawn, and kind: students at one place share a mark."""


def accuracy_scatter(
    name: str, key: str, points: Sequence[Point], threshold: ThresholdInfo
) -> Figure:
    """Accuracy against independent parameters; a mark is larger the more students it stands for.

    Args:
        name: the network.
        key: makes the drawing's identifiers unique on its page.
        points: at least one, each with parameters.
        threshold: what the accuracy is held against.
    """
    low, high = accuracy_limits(points, threshold)
    places: Counter[Place] = Counter(
        (point.parameters, min(max(point.accuracy, low), high), point.kind) for point in points
    )
    with plots.new_figure(HALF_MM, HEIGHT_MM) as (figure, axes):
        _draw_threshold(axes, threshold)
        _draw_places(axes, places)
        _set_parameter_axis(axes, [point.parameters for point in points])
        axes.set_ylim(low - 0.4, high + 0.4)
        _label_largest(axes, places)
        axes.set_xlabel("independent parameters")
        axes.set_ylabel("test accuracy, %")
        axes.spines[["top", "right"]].set_visible(False)
        figure.subplots_adjust(left=0.15, right=0.96, bottom=0.19, top=0.98)
        return plots.finish(figure, "plot half-plot", key, _describe(name, points))


def _draw_threshold(axes: "Axes", threshold: ThresholdInfo) -> None:
    axes.axhline(threshold.low, **LIMIT_LINE)
    if threshold.high is not None:
        axes.axhspan(threshold.low, threshold.high, facecolor=plots.TINT, linewidth=0)
        axes.axhline(threshold.high, **LIMIT_LINE)


def _draw_places(axes: "Axes", places: "Counter[Place]") -> None:
    for kind, marker in MARKERS.items():
        ordered = sorted(
            ((number, x, y) for (x, y, other), number in places.items() if other == kind),
            reverse=True,  # the large ones first, or they would hide the others
        )
        if ordered:
            numbers, x, y = zip(*ordered, strict=True)
            area = [_area(number) for number in numbers]
            axes.scatter(x, y, s=area, linewidth=0.8, zorder=3, clip_on=False, **marker)


def _area(number: int) -> float:
    """Size of the mark of so many students, square points: it must grow, and yet leave room."""
    return float(9 * number**0.35)


def _label_largest(axes: "Axes", places: "Counter[Place]") -> None:
    """Numbers beside the largest marks, unless another number stands there already."""
    largest = sorted(places.items(), key=lambda item: (-item[1], item[0]))[:MOST_LABELS]
    taken: list[tuple[float, float]] = []
    for (x, y, _), number in largest:
        at = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))
        near = any(abs(at[0] - a) < 0.08 and abs(at[1] - b) < 0.08 for a, b in taken)
        if number >= LABELLED_FROM and not near:
            taken.append((at[0], at[1]))
            beside = (math.sqrt(_area(number)) / 2 + 1.5, 3)
            axes.annotate(f"{number:,}", (x, y), beside, textcoords="offset points", fontsize=6)


def _round(tick: int) -> str:
    """A round figure, short enough to stand beside the next.

    >>> _round(500_000), _round(20_000_000)
    ('500,000', '20M')
    """
    return f"{tick:,}" if tick < 10**6 else f"{tick // 10**6:,}M"


def _set_parameter_axis(axes: "Axes", sizes: Sequence[int]) -> None:
    low, high = min(sizes) / 1.25, max(sizes) * 1.25
    room = math.sqrt(max(1.0, NARROWEST / (high / low)))
    low, high = low / room, high * room
    ticks = [step * 10**power for power in range(20) for step in (1, 2, 5)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    if len(ticks) > MOST_TICKS:
        ticks = [tick for tick in ticks if str(tick).startswith("1")]
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [_round(tick) for tick in ticks])
    axes.minorticks_off()
    if math.log(high / ticks[-1]) < AT_THE_EDGE * math.log(high / low):
        axes.get_xticklabels()[-1].set_horizontalalignment("right")  # centred, it would be cut


def _describe(name: str, points: Sequence[Point]) -> str:
    sizes = [point.parameters for point in points]
    met = sum(point.met for point in points)
    return (
        f"Test accuracy of {name} against its number of independent parameters, {min(sizes):,} to "
        f"{max(sizes):,}: {met} of {len(points)} networks met what was asked for."
    )
