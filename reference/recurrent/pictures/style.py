"""What all pictures of Part 3 have in common: the course's colours, and shapes beside them.

The state of a symbol is its colour (jet from 0 to 4, as in the course's plots). Jet cannot be told
apart by every eye, so shape says which symbol was read, and every state is labelled.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.pictures.strokes import marks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reference.recurrent.study import Point

COLOURS: Final = "jet"
HIGHEST: Final = 4  # the state with the last colour
INK, MUTED, RULE, BLUE, RED = "#16202b", "#55606d", "#c3cad2", "#1d4f7c", "#a33a00"
SHAPES: Final = {"A": "o", "B": "s", "C": "^"}
OTHER_SHAPES: Final = "osD^vPX"  # for an alphabet of seven letters
LINES: Final = ("solid", (0, (4, 1.5)), (0, (1.2, 1.2)))
INKS: Final = (INK, BLUE, RED)
MARK, STAR = 3.6, 8.0  # points


def shape(symbol: str, alphabet: str) -> str:
    """The marker for a symbol that was read."""
    return SHAPES.get(symbol) or OTHER_SHAPES[alphabet.index(symbol)]


def line(symbol: str, alphabet: str) -> tuple[object, str]:
    """Line style and colour of an arrow on which a symbol is read; one of three."""
    kind = alphabet.index(symbol) % len(LINES)
    return LINES[kind], INKS[kind]


def draw_points(axes: "Axes", points: "tuple[Point, ...]", places: Floats, alphabet: str) -> None:
    """Draw points in the course's colours at places (P, 2) in inches, the start as a star."""
    from matplotlib import colormaps

    highest = max(HIGHEST, *(point.colour for point in points))
    keys = [(point.symbol, point.colour) for point in points]
    for symbol, colour in dict.fromkeys(keys):
        here = np.array([key == (symbol, colour) for key in keys])
        if symbol:
            look = {"facecolor": colormaps[COLOURS](colour / highest), "edgecolor": INK}
            marks(axes, places[here], shape(symbol, alphabet), MARK, linewidth=0.3, **look)
        else:
            marks(axes, places[here], "*", STAR, facecolor="white", edgecolor=INK, zorder=4)
