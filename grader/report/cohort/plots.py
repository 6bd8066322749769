"""The code that a cohort's drawings share, and the points they draw.

A circle is a threshold met, a triangle one missed; what is filled is final, what is open was
stopped before the last epoch or may still change. Colour only repeats it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.report import plots
from grader.report.figures import Figure
from grader.results import ThresholdInfo

HALF_MM, HEIGHT_MM = 84.0, 48.0
POINTS_AROUND = 6.0
"""Percentage points that an axis shows on either side of a threshold: beyond them lie failures
whose distance tells nothing, and they would press everything else together."""
STEP = 0.5
"""Percentage points between the ends of an axis, and the width of a bar."""


@dataclass(frozen=True)
class Point:
    """One student's network: independent parameters, test accuracy in percent.

    `early`: the run that counts was stopped before its last epoch.
    """

    parameters: int
    accuracy: float
    met: bool
    early: bool

    @property
    def kind(self) -> tuple[bool, bool]:
        """What it is drawn by: threshold met, stopped early."""
        return self.met, self.early


MARKERS: dict[tuple[bool, bool], dict[str, Any]] = {
    (True, False): {"marker": "o", "facecolor": plots.BLUE, "edgecolor": plots.BLUE},
    (True, True): {"marker": "o", "facecolor": "#ffffff", "edgecolor": plots.BLUE},
    (False, False): {"marker": "v", "facecolor": plots.RED, "edgecolor": plots.RED},
    (False, True): {"marker": "v", "facecolor": "#ffffff", "edgecolor": plots.RED},
}
LIMIT_LINE: dict[str, Any] = {"color": plots.RED, "linewidth": 0.9, "dashes": (5, 2.5)}


def accuracy_limits(points: Sequence[Point], threshold: ThresholdInfo) -> tuple[float, float]:
    """Lowest and highest accuracy that is drawn in its place; others stand at the edge.

    Both are whole steps away from the threshold, so that no bar straddles it.
    """
    upper = threshold.low if threshold.high is None else threshold.high
    low, high = threshold.low - POINTS_AROUND, upper + POINTS_AROUND
    seen = [min(max(point.accuracy, low), high) for point in points]
    below = _steps(min(threshold.low, threshold.low - min([*seen, threshold.low - 1])))
    above = _steps(min(100 - threshold.low, max([*seen, upper + 1]) - threshold.low))
    return threshold.low - below * STEP, threshold.low + above * STEP


def _steps(distance: float) -> int:
    return math.ceil(round(distance / STEP, 6))


def key() -> list[tuple[Figure, str]]:
    """One mark of each kind with its meaning."""
    words = {
        (True, False): "threshold met",
        (True, True): "met, stopped early",
        (False, False): "missed",
        (False, True): "missed, stopped early",
    }
    return [(_key_mark(MARKERS[kind], kind[1]), said) for kind, said in words.items()]


def _key_mark(marker: dict[str, Any], hollow: bool) -> Figure:
    shape = "circle" if marker["marker"] == "o" else "triangle"
    outline = "M10 6a4 4 0 1 1-8 0a4 4 0 1 1 8 0z" if shape == "circle" else "M1.5 2.5h9l-4.5 8z"
    content = (
        f'<path d="{outline}" fill="{marker["facecolor"]}" stroke="{marker["edgecolor"]}" '
        'stroke-width="1.4"/>'
    )
    return Figure("key-mark", (12.0, 12.0), f"{'open' if hollow else 'filled'} {shape}", content)
