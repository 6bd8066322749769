"""The course's colours (jet, 0 to 4) without matplotlib, and the shapes and lines beside them."""

from itertools import pairwise

from reference.recurrent.pictures.style import HIGHEST, INK, INKS

DASHES = ("", "4 1.5", "1.2 1.2")
__all__ = ["DASHES", "INK", "INKS", "jet", "line"]


def jet(colour: float, highest: float = HIGHEST) -> str:
    """The colour of a state, as matplotlib's jet has it.

    >>> jet(0), jet(2), jet(4)
    ('#000080', '#7bff7b', '#800000')
    """
    share = colour / highest
    red = _between(share, ((0.35, 0), (0.66, 1), (0.89, 1), (1, 0.5)))
    green = _between(share, ((0.125, 0), (0.375, 1), (0.64, 1), (0.91, 0)))
    blue = _between(share, ((0, 0.5), (0.11, 1), (0.34, 1), (0.65, 0)))
    return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))


def line(symbol: str, alphabet: str) -> tuple[str, str]:
    """Colour and dashes of an arrow on which a symbol is read; one of three."""
    kind = alphabet.index(symbol) % len(DASHES)
    return INKS[kind], DASHES[kind]


def _between(share: float, corners: tuple[tuple[float, float], ...]) -> float:
    if share <= corners[0][0]:
        return corners[0][1]
    for (left, low), (right, high) in pairwise(corners):
        if share <= right:
            return low + (high - low) * (share - left) / (right - left)
    return corners[-1][1]
