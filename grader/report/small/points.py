"""A network's states as marks: the course's colour, and a shape for the symbol read last."""

from collections.abc import Callable, Sequence

import numpy as np

from grader.report.small.colours import INK, jet
from grader.report.strokes import dots, squares, star, triangles
from reference.languages import Floats
from reference.recurrent.pictures.style import HIGHEST
from reference.recurrent.study import Point

SIZE, STAR = 3.0, 7.0  # points
EDGE = 0.7  # points: how much wider the dark shape under each mark is
MANY = 45  # marks from which on they have no dark edge
GRID = 1.7  # points: of marks that look alike and lie closer than this, one is drawn


def marks(points: Sequence[Point], places: Floats, alphabet: str) -> str:
    """Discs after the first symbol, squares after the second, triangles after any other."""
    highest = max(HIGHEST, *(point.colour for point in points))
    groups: dict[tuple[str, float], dict[tuple[int, ...], Floats]] = {}
    for point, place in zip(points, places, strict=True):
        cell = tuple(np.rint(place / GRID).astype(int).tolist())
        groups.setdefault((point.symbol, point.colour), {}).setdefault(cell, place)
    edges, insides, start = [], [], ""
    for symbol in alphabet if sum(map(len, groups.values())) < MANY else "":
        every = [p for (read, _), group in groups.items() if read == symbol for p in group.values()]
        edges.append(_shape(symbol, alphabet)(every, SIZE + EDGE, INK) if every else "")
    for (symbol, colour), group in groups.items():
        here = list(group.values())
        if symbol:
            insides.append(_shape(symbol, alphabet)(here, SIZE, jet(colour, highest)))
        else:
            start = star(here[0], STAR, INK)
    return "".join([*edges, *insides, start])


def _shape(symbol: str, alphabet: str) -> Callable[[Sequence[Floats], float, str], str]:
    return (dots, squares, triangles)[min(alphabet.index(symbol), 2)]
