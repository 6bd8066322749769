"""Two hidden units against each other, with the machine drawn onto them where there is room."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from grader.report.figures import Figure
from grader.report.lettering import text, texts, upright
from grader.report.small.colours import INK, line
from grader.report.small.points import marks
from grader.report.strokes import Frame, arrows, outlines
from reference.languages import Floats
from reference.recurrent.pictures.plane import AROUND, FILL, MANY, SPARE, hull, room
from reference.recurrent.pictures.strokes import POINT
from reference.recurrent.pictures.style import MUTED
from reference.recurrent.study import Point, Study

BORDER, MARGIN, BEND = 8.0, 5.0, 0.18
LABEL, LETTER = 6.2, 5.4  # points


def small_plane(study: Study, x: int, y: int, width: float, height: float) -> Figure:
    """Hidden unit `y` over hidden unit `x`, counted from 0, in a picture of this size in points."""
    said = f"Hidden unit {y + 1} over hidden unit {x + 1} of the reference on {study.title}"
    machine = None if study.machine is None else partial(_machine, study)
    return plane_of(
        study.points, study.alphabet, (x, y), (width, height), said=said, machine=machine
    )


def plane_of(
    points: Sequence[Point],
    alphabet: str,
    units: tuple[int, int],
    size: tuple[float, float],
    *,
    said: str,
    machine: Callable[[Floats], str] | None = None,
) -> Figure:
    """Any network's points on two hidden units.

    Args:
        points: at least one.
        alphabet: the symbols that may have been read.
        units: across and up, counted from 0.
        size: width and height in points.
        said: what a reader who cannot see it is told.
        machine: draws what lies under the marks, from their places.
    """
    (x, y), (width, height) = units, size
    values = np.array([[point.hidden[x], point.hidden[y]] for point in points])
    low, high = values.min(axis=0), values.max(axis=0)
    spare = np.maximum(high - low, 1e-3) * SPARE
    frame = Frame(10, 1, width - 11, height - 12, tuple(low - spare), tuple(high + spare))
    places = frame.places(values)
    drawn = [frame.border(MUTED)]
    if machine is not None:
        drawn.append(machine(places))
    drawn.append(marks(points, places, alphabet))
    drawn.append(text((10 + frame.width / 2, height - 5), f"hidden unit {x + 1}", LABEL, INK))
    drawn.append(upright((5, 1 + frame.height / 2), f"hidden unit {y + 1}", LABEL, INK))
    return Figure("small", (width, height), said, "".join(drawn))


def _machine(study: Study, places: Floats) -> str:
    """Clusters, named, and arrows between them; where there are too many, arrows alone."""
    assert study.machine is not None
    members = np.array([point.cluster for point in study.points])
    centres = {int(c): places[members == c].mean(axis=0) for c in dict.fromkeys(members)}
    few = len(centres) <= MANY
    drawn, taken, letters = [], list(centres.values()), []
    for symbol in study.alphabet:
        ends = [(start, end, BEND) for start, end in study.between(centres, symbol)]
        colour, dash = line(symbol, study.alphabet)
        paths, middles = arrows(ends, MARGIN, colour, dash, 0.7 if few else 0.4)
        drawn.append(paths)
        taken += middles
        letters.append(texts(middles, [symbol] * len(middles), LETTER, colour) if few else "")
    if not few:
        return "".join(drawn)
    around = outlines([hull(places[members == c]) for c in centres], BORDER, INK, FILL)
    names = [study.machine.names[study.clusters[cluster]] for cluster in centres]
    return around + "".join(drawn) + "".join(letters) + _names(names, centres, taken)


def _names(names: list[str], centres: dict[int, Floats], taken: list[Floats]) -> str:
    """Each cluster's name beside it, where most room is left."""
    ways = [way / POINT * 0.8 for way in AROUND]
    places = []
    for centre in centres.values():
        best = max(ways, key=lambda way: room(centre + way, taken, centre))
        places.append(centre + best)
        taken.append(centre + best)
    return texts(places, names, LABEL, INK)
