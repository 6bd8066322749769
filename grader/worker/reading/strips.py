"""Finds lines of text in a picture by the edges of letters, on any colours."""

from typing import Any

import numpy as np

Pixels = np.ndarray[Any, np.dtype[Any]]

LOWEST, HIGHEST = 6, 120
"""Pixels that a line of text is high."""

LEAST_STEP, CONTRAST = 12.0, 0.35
"""A step in brightness between neighbouring pixels that is part of a letter: at least so much of
255, and so much of the steepest steps of the picture."""

FAINT = 0.12
"""Share of the edges in a line of text below which a row of pixels lies between two lines."""

UPRIGHT = 60
"""Pixels: an upright line that is longer is no letter's."""


def find_strips(pixels: Pixels) -> list[tuple[int, int, int, int]]:
    """Boxes of lines of text: x0, y0, x1, y1 in pixels, from top to bottom."""
    edges = _edges(pixels)
    counts = edges.sum(axis=1)
    inky = counts[counts > 0]
    if not len(inky):
        return []
    least = max(2.0, FAINT * float(np.percentile(inky, 85)))
    strips = []
    for a, b in _runs(counts >= least):
        if LOWEST <= b - a <= HIGHEST:
            columns = np.flatnonzero(edges[a:b].any(axis=0))
            strips.append((int(columns[0]), a, int(columns[-1]) + 2, b))
    if not strips:
        return []
    usual = float(np.median([b - a for _, a, _, b in strips]))
    return [strip for strip in strips if 0.5 * usual <= strip[3] - strip[1] <= 1.8 * usual]


def _edges(pixels: Pixels) -> Pixels:
    """Where letters begin and end along each row: steps in brightness, but for upright lines.

    How large a step is one depends on the picture's contrast. A line that goes on for longer than
    a letter is the rule of a table, or the side of a selection or window.
    """
    grey = pixels @ np.array([0.3, 0.59, 0.11])
    steps = np.abs(np.diff(grey, axis=1))
    edges: Pixels = steps > max(LEAST_STEP, CONTRAST * float(np.percentile(steps, 99.5)))
    if len(edges) <= UPRIGHT:
        return edges
    sums = np.cumsum(np.pad(edges, ((1, 0), (0, 0))), axis=0, dtype=np.int32)
    full = sums[UPRIGHT:] - sums[:-UPRIGHT] >= 0.9 * UPRIGHT
    for start, column in zip(*np.nonzero(full), strict=True):
        edges[start : start + UPRIGHT, column] = False
    return edges


def _runs(inked: Pixels) -> list[tuple[int, int]]:
    """Beginnings and ends of the runs of true."""
    padded = np.concatenate([[0], inked.astype(np.int8), [0]])
    turns = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in zip(turns[::2], turns[1::2], strict=True)]
