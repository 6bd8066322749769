"""A finite state machine with circles and arrows."""

import numpy as np

from grader.report.figures import Figure
from grader.report.lettering import texts
from grader.report.small.colours import INK, line
from grader.report.strokes import arrows, dots
from reference.languages import Floats
from reference.recurrent.pictures.machine import BORDER, RADIUS, bend, layout
from reference.recurrent.study import MachineView, Study

NAME, LETTER = 6.5, 6.0  # points


def small_machine(study: Study, machine: MachineView, width: float) -> Figure:
    """The whole machine, `width` points wide; a double circle marks the start."""
    units = layout(machine) * (1, -1)
    low, high = units.min(axis=0) - BORDER, units.max(axis=0) + BORDER
    scale = width / (high[0] - low[0])
    places = (units - low) * scale
    radius = RADIUS * scale
    drawn, letters = [], []
    for symbol in study.alphabet:
        paths, labels = _arrows(machine, symbol, study.alphabet, places, radius)
        drawn.append(paths)
        letters.append(labels)
    for size, colour in ((2 * radius + 0.7, INK), (2 * radius - 0.7, "#fff")):
        drawn.append(dots(places, size, colour))
    start = [places[machine.start]]
    for size, colour in ((1.66 * radius + 0.5, INK), (1.66 * radius - 0.5, "#fff")):
        drawn.append(dots(start, size, colour))
    drawn.append(texts(places, machine.names, NAME, INK))
    height = float((high[1] - low[1]) * scale)
    said = f"Finite state machine with {len(machine.names)} states for {study.title}"
    return Figure("small", (width, height), said, "".join([*drawn, *letters]))


def _arrows(
    machine: MachineView, symbol: str, alphabet: str, places: Floats, radius: float
) -> tuple[str, str]:
    colour, dash = line(symbol, alphabet)
    read = [a for a in machine.arrows if a.symbol == symbol and a.source != a.target]
    ends = [(places[a.source], places[a.target], -bend(a, places, radius)) for a in read]
    paths, middles = arrows(ends, radius, colour, dash)
    beside = [
        _beside(start, end, middle) for (start, end, _), middle in zip(ends, middles, strict=True)
    ]
    loops = [
        places[a.source] - (0, radius * 1.3)
        for a in machine.arrows
        if a.symbol == symbol and a.source == a.target
    ]
    for size, ink in ((radius * 1.2 + 0.7, colour), (radius * 1.2 - 0.7, "#fff")):
        paths = dots(loops, size, ink) + paths if loops else paths
    beside += [loop - (0, radius) for loop in loops]
    return paths, texts(beside, [symbol] * len(beside), LETTER, colour)


def _beside(start: Floats, end: Floats, middle: Floats) -> Floats:
    """A little off an arrow's middle, above it or to its right."""
    across, down = end - start
    away = np.array([down, -across]) / max(float(np.hypot(across, down)), 1e-9)
    if away[1] > 0.1 or (abs(away[1]) <= 0.1 and away[0] < 0):
        away = -away
    moved: Floats = middle + away * 4
    return moved
