"""Where a node of a perceptron is on: parts of the plane, and the nine points."""

from collections.abc import Sequence

import numpy as np

from grader.report.figures import Figure
from grader.report.plots import SHADE
from grader.report.strokes import Frame, dots, path, polyline
from reference.recurrent.pictures.style import INK, MUTED

SIZE = 4.4  # points: of the nine points
Point = tuple[float, float]


def small_regions(
    pieces: Sequence[Sequence[Point]],
    points: Sequence[tuple[Point, int]],
    span: tuple[float, float],
    side: float,
    said: str,
) -> Figure:
    """A square picture of this side in points: shaded where a node is on.

    Args:
        pieces: polygons where it is.
        points: each with its target; those with target 1 are filled.
        span: lowest and highest x1 and x2 of the picture.
        side: width and height in points.
        said: what a reader who cannot see it is told.
    """
    frame = Frame(1, 1, side - 2, side - 2, (span[0], span[0]), (span[1], span[1]))
    areas = "".join(f"{polyline(frame.places(np.array(piece)))}z" for piece in pieces)
    places = frame.places(np.array([point for point, _ in points]))
    inside = [place for place, (_, target) in zip(places, points, strict=True) if not target]
    drawn = path(areas, stroke=SHADE, fill=SHADE, width=0.3) if areas else ""
    drawn += frame.border(MUTED) + dots(places, SIZE, INK)
    drawn += dots(inside, SIZE - 1.6, "#fff") if inside else ""
    return Figure("small", (side, side), said, drawn)
