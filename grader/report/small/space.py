"""Three hidden units in space, seen from where the states lie farthest apart."""

from itertools import product

import numpy as np

from grader.report.figures import Figure
from grader.report.lettering import text, upright
from grader.report.small.colours import INK
from grader.report.small.points import marks
from grader.report.strokes import at, path
from reference.languages import Floats
from reference.recurrent.pictures.space import Angle, best_angles
from reference.recurrent.pictures.style import RULE
from reference.recurrent.study import Study

LABEL = 6.0  # points
BORDER = 11.0


def small_space(study: Study, width: float, height: float) -> Figure:
    """The first three hidden units in a box, in a picture of this size in points."""
    (angle,) = best_angles(study, (0, 1, 2), 1)
    values = np.array([point.hidden[:3] for point in study.points])
    low, high = values.min(axis=0), values.max(axis=0)
    inside = (values - low) / np.maximum(high - low, 1e-9) - 0.5
    corners = np.array(list(product((-0.5, 0.5), repeat=3)))
    box = _seen(corners, angle)
    size = box.max(axis=0) - box.min(axis=0)
    room = np.array([width, height]) - 2 * BORDER
    scale = float((room / size).min())
    shift = np.array([width, height]) / 2 - scale * (box.max(axis=0) + box.min(axis=0)) / 2
    placed = box * scale + shift
    drawn = [path(_edges(placed), stroke=RULE, width=0.5), _names(placed)]
    drawn.append(marks(study.points, _seen(inside, angle) * scale + shift, study.alphabet))
    said = f"Hidden units 1, 2 and 3 of the reference on {study.title} in space"
    return Figure("small", (width, height), said, "".join(drawn))


def _seen(places: Floats, angle: Angle) -> Floats:
    """Places in space as places on paper, y downwards, from an elevation and an azimuth."""
    up, turn = np.radians(angle)
    right = np.array([-np.sin(turn), np.cos(turn), 0])
    above = np.array([-np.sin(up) * np.cos(turn), -np.sin(up) * np.sin(turn), np.cos(up)])
    flat: Floats = places @ np.stack([right, -above], axis=1)
    return flat


def _edges(corners: Floats) -> str:
    """The box's twelve edges; corner i has its three bits as coordinates."""
    pairs = [(i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]
    return "".join(f"M{at(corners[a])}L{at(corners[b])}" for a, b in pairs)


def _names(corners: Floats) -> str:
    """A unit's name at the edge of the box, of its four, that is farthest out to lower left."""
    drawn = []
    for name, bit in (("unit 1", 4), ("unit 2", 2), ("unit 3", 1)):
        middles = [(corners[i] + corners[i | bit]) / 2 for i in range(8) if not i & bit]
        outer = min(middles, key=lambda p: p[0]) if bit == 1 else max(middles, key=lambda p: p[1])
        if bit == 1:
            drawn.append(upright(outer - np.array([6, 0]), name, LABEL, INK))
        else:
            drawn.append(text(outer + np.array([0, 6]), name, LABEL, INK))
    return "".join(drawn)
