"""Text in a drawing, placed by the widths of the report's own letters.

SVG has an attribute for text that is centred or ends at its place, but WeasyPrint makes a drawing
of its own of each such text: a fifth of a PDF's bytes.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Literal

from markupsafe import escape

from grader.report.strokes import Place, at, number
from grader.resources import templates_dir

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "Report Sans"
TALL = 0.36  # of the size of a text: how far its base line is below its middle
Anchor = Literal["start", "middle", "end"]
SHARES: dict[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}


def text(place: Place, words: str, size: float, colour: str, anchor: Anchor = "middle") -> str:
    """Words, `anchor` of them at the place; their middle in height."""
    return (
        f'<text {beginning(words, place[0], size, anchor)} y="{_base(place, size)}"'
        f' font-family="{FAMILY}" font-size="{size:g}" fill="{colour}">'
        f"{escape(words)}</text>"
    )


def texts(places: Iterable[Place], words: Iterable[str], size: float, colour: str) -> str:
    """Words in the middle of places, in one group."""
    drawn = (
        f'<text {beginning(word, place[0], size, "middle")} y="{_base(place, size)}">'
        f"{escape(word)}</text>"
        for place, word in zip(places, words, strict=True)
    )
    return f'<g font-family="{FAMILY}" font-size="{size:g}" fill="{colour}">{"".join(drawn)}</g>'


def upright(place: Place, words: str, size: float, colour: str) -> str:
    """Words that read upwards, their middle at the place."""
    turned = f'transform="translate({at(place)})rotate(-90)"'
    return f"<g {turned}>{text((0, 0), words, size, colour)}</g>"


def beginning(words: str, x: float, size: float, anchor: Anchor, *, bold: bool = False) -> str:
    """Attributes that put words at a place, the middle or the end of them by `anchor`.

    A letter that the font lacks comes from another one, of unknown width: such words are left to
    whoever draws them.

    >>> beginning("00", 10, 10, "middle")
    'x="4"'
    >>> beginning("お", 10, 10, "middle")
    'x="10" text-anchor="middle"'
    """
    if anchor == "start":
        return f'x="{number(x)}"'
    widths = _widths(bold)
    if not all(letter in widths for letter in words):
        return f'x="{number(x)}" text-anchor="{anchor}"'
    return f'x="{number(x - SHARES[anchor] * size * sum(widths[letter] for letter in words))}"'


def _base(place: Place, size: float) -> str:
    return number(place[1] + size * TALL)


@cache
def font(bold: bool) -> "TTFont":
    """The report's font, read into memory."""
    from fontTools.ttLib import TTFont

    return TTFont(templates_dir() / "fonts" / f"sans-{600 if bold else 400}.ttf")


@cache
def _widths(bold: bool) -> dict[str, float]:
    """Every letter of the font with its width in ems."""
    found = font(bold)
    names, widths, em = found.getBestCmap(), found["hmtx"], found["head"].unitsPerEm
    return {chr(code): widths[name][0] / em for code, name in names.items()}
