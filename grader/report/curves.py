"""Shows how a network learned: every seeded run over the reference's band, against the limit.

Every report has one for each network, so it is a handful of paths: WeasyPrint's time goes into
elements, and matplotlib would take a second to import and another three to draw.
"""

import math
from collections.abc import Sequence

import numpy as np

from grader.report import plots, text
from grader.report.figures import Figure
from grader.report.lettering import text as words
from grader.report.lettering import texts, upright
from grader.report.strokes import Frame, dots, path, polyline
from grader.results import ThresholdInfo, Training

WIDTH, HEIGHT = 176.0, 106.0  # points
LEFT, TOP, RIGHT, FOOT = 27.0, 3.0, 3.0, 24.0
TYPE, HATCH = 7.0, 5.0
STEPS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
MOST_TICKS = 6
SPAN = 4.0  # at least so many percent points on the axis, or noise looks like a landscape


def threshold_text(threshold: ThresholdInfo) -> str:
    """The limit in words: a floor or a band."""
    if threshold.high is None:
        return f"at least {text.figure(threshold.low)}%"
    return f"{text.figure(threshold.low)} to {text.figure(threshold.high)}%"


def describe(name: str, training: Training) -> str:
    """What the curve shows, for a reader who cannot see it."""
    runs = [run for run in training.runs if run.accuracies]
    finals = ", ".join(text.percent(run.accuracies[-1]) for run in runs if not run.stopped)
    early = ", ".join(
        f"{text.percent(run.accuracies[-1])} after epoch {len(run.accuracies)}"
        for run in runs
        if run.stopped
    )
    ends = (f"Final: {finals}. " if finals else "") + (f"Stopped at: {early}. " if early else "")
    return (
        f"Test accuracy of {name} after each epoch. {ends}"
        f"Asked for: {threshold_text(training.threshold)}."
    )


def _limits(training: Training) -> tuple[float, float]:
    seen = [value for run in training.runs for value in run.accuracies]
    seen += [training.threshold.low]
    if training.threshold.high is not None:
        seen.append(training.threshold.high)
    if training.reference:
        seen += training.reference.low + training.reference.high
    low, high = min(seen), max(seen)
    room = max(SPAN - (high - low), 0.12 * (high - low), 0.6)
    return max(0.0, low - room / 2), min(100.5, high + room / 2)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the limits, at most six."""
    fitting = (step for step in STEPS if (high - low) / step <= MOST_TICKS)
    step = next(fitting, (high - low) / MOST_TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 6) for index in range(first, last + 1)]


def _epoch_ticks(epochs: int) -> list[int]:
    return list(range(1, epochs + 1)) if epochs <= 12 else [1, epochs // 2, epochs]


def _line(frame: Frame, values: Sequence[float]) -> str:
    """Values after each epoch, as the data of an open line."""
    epochs = np.arange(1, len(values) + 1, dtype=float)
    return polyline(frame.places(np.stack([epochs, np.array(values, dtype=float)], axis=1)))


def _reference(frame: Frame, training: Training) -> list[str]:
    band = training.reference
    if band is None or not band.low:
        return []
    low, high = _line(frame, band.low), _line(frame, band.high)
    epochs = np.arange(len(band.high), 0, -1, dtype=float)
    back = polyline(frame.places(np.stack([epochs, np.array(band.high[::-1])], axis=1)))
    filled = path(f"{low}L{back[1:]}z", fill=plots.TINT)
    return [filled, path(low + high, stroke=plots.RULE, width=0.6)]


def _limit(frame: Frame, threshold: ThresholdInfo) -> list[str]:
    """A dashed line at the limit, and a hatched band where there are two."""
    edges = np.array([[frame.low[0], value] for value in (threshold.low, threshold.high or 0.0)])
    (left, bottom), (_, top) = frame.places(edges)
    line = path(f"M{left:.1f} {bottom:.1f}h{frame.width:.1f}", stroke=plots.RED, width=0.9,
                dash="5 2.5")  # fmt: skip
    if threshold.high is None:
        return [line]
    return [
        path(_hatching(left, top, frame.width, bottom - top), stroke=plots.RULE, width=0.6),
        line,
    ]


def _hatching(left: float, top: float, width: float, height: float) -> str:
    """Parallel strokes up to the right that fill a rectangle, and the rectangle."""
    drawn = [f"M{left:.1f} {top:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"]
    for index in range(1, math.ceil((width + height) / HATCH)):
        across = index * HATCH
        low, high = max(0.0, across - width), min(height, across)
        if low < high:
            start = f"{left + across - low:.1f} {top + low:.1f}"
            drawn.append(f"M{start}L{left + across - high:.1f} {top + high:.1f}")
    return "".join(drawn)


def _runs(frame: Frame, training: Training) -> list[str]:
    drawn = []
    for index, run in enumerate(training.runs):
        if not run.accuracies:
            continue
        decisive = index == training.decisive
        colour = plots.BLUE if decisive else plots.MUTED
        drawn.append(
            path(_line(frame, run.accuracies), stroke=colour, width=1.4 if decisive else 0.8)
        )
        epochs = np.arange(1, len(run.accuracies) + 1, dtype=float)
        places = frame.places(np.stack([epochs, np.array(run.accuracies)], axis=1))
        if decisive:
            drawn.append(dots(places, 2.8, colour))
        if run.stopped:
            drawn += _stop(places[-1])
    return drawn


def _stop(place: Sequence[float]) -> list[str]:
    """An open end with a word, so that nobody takes it for the last epoch."""
    x, y = float(place[0]), float(place[1])
    circle = f"M{x - 2.7:.1f} {y:.1f}a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0 -5.4 0"
    return [
        path(circle, stroke=plots.BLUE, width=0.9),
        words((x + 5, y + 8), "stopped", TYPE, plots.INK, "start"),
    ]


def _axes(frame: Frame, epochs: int) -> list[str]:
    bottom = frame.top + frame.height
    below = [(tick, frame.low[1]) for tick in _epoch_ticks(epochs)]
    beside = [(frame.low[0], tick) for tick in _ticks(frame.low[1], frame.high[1])]
    feet, sides = frame.places(np.array(below, float)), frame.places(np.array(beside, float))
    strokes = f"M{frame.left} {frame.top}V{bottom}H{frame.left + frame.width}"
    strokes += "".join(f"M{x:.1f} {bottom:.1f}v2.5" for x, _ in feet)
    strokes += "".join(f"M{frame.left:.1f} {y:.1f}h-2.5" for _, y in sides)
    labels = [*(f"{tick:g}" for tick, _ in below), *(f"{tick:g}" for _, tick in beside)]
    places = [*(feet + np.array([0.0, 8.0])), *(sides - np.array([9.5, 0.0]))]
    return [
        path(strokes, stroke=plots.MUTED, width=0.6),
        texts(places, labels, TYPE, plots.INK),
        words((frame.left + frame.width / 2, HEIGHT - 4), "epoch", TYPE, plots.INK),
        upright((4, frame.top + frame.height / 2), "test accuracy, %", TYPE, plots.INK),
    ]


def training_curve(name: str, training: Training) -> Figure:
    """Test accuracy in percent over epochs."""
    epochs = max((len(run.accuracies) for run in training.runs), default=1)
    if training.reference and any(run.stopped for run in training.runs):
        epochs = max(epochs, len(training.reference.low))
    low, high = _limits(training)
    frame = Frame(
        LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - FOOT, (0.8, low), (epochs + 0.2, high)
    )
    drawn = [
        *_reference(frame, training),
        *_limit(frame, training.threshold),
        *_runs(frame, training),
        *_axes(frame, epochs),
    ]
    return Figure("plot curve", (WIDTH, HEIGHT), describe(name, training), "".join(drawn))
