"""What all pictures of Part 3 have in common: the course's colours, and shapes beside them.

The state of a symbol is its colour (jet from 0 to 4, as in the course's plots). Jet cannot be told
apart by every eye, so shape says which symbol was read, and every state is labelled.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from reference.languages import Floats

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


def shape(symbol: str, alphabet: str) -> str:
    """The marker for a symbol that was read."""
    return SHAPES.get(symbol) or OTHER_SHAPES[alphabet.index(symbol)]


def line(symbol: str, alphabet: str) -> tuple[object, str]:
    """Line style and colour of an arrow on which a symbol is read; one of three."""
    kind = alphabet.index(symbol) % len(LINES)
    return LINES[kind], INKS[kind]


def scatter(
    axes: "Axes", points: "tuple[Point, ...]", places: Floats, alphabet: str, highest: float
) -> None:
    """Draw points in the course's colours, (P, 2) places, the start as a star."""
    symbols = np.array([point.symbol for point in points])
    colours = np.array([point.colour for point in points])
    for symbol in alphabet:
        here = symbols == symbol
        axes.scatter(
            places[here, 0],
            places[here, 1],
            c=colours[here],
            cmap=COLOURS,
            vmin=0,
            vmax=highest,
            marker=shape(symbol, alphabet),
            s=11,
            linewidths=0.4,
            edgecolors=INK,
            label=f"{symbol} read",
            zorder=3,
        )
    axes.scatter(
        places[symbols == "", 0],
        places[symbols == "", 1],
        marker="*",
        c="white",
        s=60,
        edgecolors=INK,
        linewidths=0.8,
        label="start",
        zorder=4,
    )
