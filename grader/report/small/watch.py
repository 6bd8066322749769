"""Units over time: what each does while a sequence is read."""

from itertools import groupby

import numpy as np

from grader.report.figures import Figure
from grader.report.lettering import text, texts, upright
from grader.report.small.colours import DASHES, INK, INKS
from grader.report.strokes import Frame, dots, path, polyline
from reference.recurrent.pictures.style import MUTED, RULE
from reference.recurrent.study import Row, Study

LABEL, SYMBOL = 6.2, 5.2  # points
MOST_SYMBOLS = 40
LEFT, RIGHT, TOP, FOOT = 20.0, 30.0, 3.0, 9.0


def small_watch(study: Study, width: float, height: float) -> Figure:
    """Context units of an LSTM, hidden units of an SRN, in a picture of this size in points."""
    trace = study.trace
    rows = trace.context or trace.hidden
    name = "context units" if trace.context else "hidden units"
    drawn = _lines(rows, name, trace.text, width, height)
    said = f"{name.capitalize()} of the reference for {study.title} while it reads {trace.text}"
    return Figure("small", (width, height), said, drawn)


def _lines(rows: tuple[Row, ...], name: str, read: str, width: float, height: float) -> str:
    values = np.array(rows)
    times = np.arange(len(values), dtype=float)
    spare = max(float(np.ptp(values)), 1e-3) * 0.06
    low, high = float(values.min()) - spare, float(values.max()) + spare
    frame = Frame(
        LEFT, TOP, width - LEFT - RIGHT, height - TOP - FOOT, (-0.5, low), (len(values) - 0.5, high)
    )
    drawn = [_strings(frame, read), frame.border(MUTED)]
    for unit, column in enumerate(values.T):
        colour, dash = INKS[unit % len(INKS)], DASHES[unit % len(DASHES)]
        places = frame.places(np.stack([times, column], axis=1))
        drawn.append(path(polyline(places), stroke=colour, width=0.9, dash=dash))
        drawn.append(dots(places, 2.2, colour))
        key = 6 + 9 * unit
        drawn.append(path(f"M{width - RIGHT + 3:g} {key}h8", stroke=colour, width=0.9, dash=dash))
        drawn.append(
            text((width - RIGHT + 13, key), f"unit {unit + 1}", LABEL - 0.7, colour, "start")
        )
    ends = (round(float(values.min())), round(float(values.max())))
    ticks = sorted({0, *(tick for tick in ends if low <= tick <= high)})
    at_ticks = frame.places(np.array([[-0.5, tick] for tick in ticks], float))
    for place, tick in zip(at_ticks, ticks, strict=True):
        drawn.append(
            text(place - np.array([2.5, 0]), f"{tick:d}".replace("-", "−"), LABEL - 0.7, INK, "end")
        )
    begins, labels = _labels(read)
    below = frame.places(np.array([[begin, low] for begin in begins])) + np.array([0, 5.5])
    drawn.append(texts(below, labels, SYMBOL, INK))
    drawn.append(upright((5, TOP + frame.height / 2), name, LABEL, INK))
    return "".join(drawn)


def _labels(read: str) -> tuple[list[float], list[str]]:
    """Every symbol read, or where there is no room for each, runs of them: 3A, 6B."""
    if len(read) <= MOST_SYMBOLS:
        return [float(time) for time in range(len(read))], list(read)
    runs = ["".join(run) for _, run in groupby(read)]
    ends = np.cumsum([len(run) for run in runs])
    middles = [float(end - len(run) / 2 - 0.5) for run, end in zip(runs, ends, strict=True)]
    return middles, [f"{len(run)}{run[0]}" if len(run) > 1 else run for run in runs]


def _strings(frame: Frame, read: str) -> str:
    """A line at 0, and one before each string but the first."""
    begins = [t for t in range(1, len(read)) if read[t] == read[0] != read[t - 1]]
    tops = frame.places(np.array([[t - 0.5, frame.high[1]] for t in begins]).reshape(-1, 2))
    upright_lines = "".join(f"M{x:.1f} {y:.1f}v{frame.height:.1f}" for x, y in tops)
    (zero,) = frame.places(np.array([[-0.5, 0.0]]))
    level = path(f"M{zero[0]:.1f} {zero[1]:.1f}h{frame.width:.1f}", stroke=RULE, width=0.5)
    return level + (path(upright_lines, stroke=MUTED, width=0.5, dash="2 2") if begins else "")
