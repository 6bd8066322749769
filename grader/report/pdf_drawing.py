"""Puts the report's drawings into a PDF as what they are: paths, and letters' outlines.

WeasyPrint draws SVG, too, but lays out every letter of it as text of its own and reads paths with
regular expressions, a fifth of the time of a whole report. The drawings need little of SVG; one
that needs more is left to it.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from grader.report.lettering import FAMILY, font

ADDRESS: Final = re.compile(r'"(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+))"')
SPACE: Final = "{http://www.w3.org/2000/svg}"
STEPS: Final = re.compile(r"([MLHVQZmlhvqz])([-., 0-9]*)")
NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
OPERANDS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4}
TRANSFORM: Final = re.compile(r"translate\(([^ )]+) ([^ )]+)\)(rotate\(-90\))?")
COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
CAPS: Final = {"butt": 0, "round": 1, "square": 2}
JOINS: Final = {"miter": 0, "round": 1, "bevel": 2}
LOOK: Final = {"fill": "#000000", "stroke": "none", "stroke-width": "1"} | {
    "stroke-dasharray": "none",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "font-family": "",
    "font-size": "16",
    "font-weight": "400",
}
"""What an element inherits, and what it is where nobody says so."""
PLACED: Final = {
    "svg": {"width", "height", "viewBox"},
    "g": {"transform"},
    "path": {"d"},
    "rect": {"x", "y", "width", "height", "rx"},
    "text": {"x", "y"},
    "title": set(),
}
"""What else each element may have."""
BOLD: Final = 600
KEPT: Final = 64  # drawings of at most a few tens of kB: those of three reports
ROUND: Final = 0.5523  # of a radius: the handles of a curve that is a quarter of a circle


class _TooMuch(ValueError):
    """The drawing needs more of SVG than is known here."""


@dataclass(frozen=True)
class PdfDrawing:
    """An image as WeasyPrint wants it: it tells its size and draws itself."""

    width: float
    height: float
    operators: bytes

    def get_intrinsic_size(self, *_: object) -> tuple[float, float, float]:
        """Width, height and their ratio."""
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, *_: object) -> None:
        """As large as it fits, in the middle, nothing outside of its own edges."""
        scale = min(width / self.width, height / self.height)
        left, top = (width - scale * self.width) / 2, (height - scale * self.height) / 2
        with stream.stacked():
            stream.transform(a=scale, d=scale, e=left, f=top)
            stream.rectangle(0, 0, self.width, self.height)
            stream.clip()
            stream.end()
            stream.stream.append(self.operators)


def drawings(page: str) -> dict[str, PdfDrawing]:
    """The drawings of a page by their addresses, without those that need more of SVG."""
    found = {address: known_drawing(data) for address, data in set(ADDRESS.findall(page))}
    return {address: drawing for address, drawing in found.items() if drawing}


@lru_cache(maxsize=KEPT)
def known_drawing(data: str) -> PdfDrawing | None:
    """A drawing from its SVG in base64, kept: the oracle's are in every report of a cohort."""
    with suppress(ValueError, KeyError, ElementTree.ParseError):
        return pdf_drawing(b64decode(data).decode())
    return None


def pdf_drawing(svg: str) -> PdfDrawing:
    """A drawing from its SVG.

    Raises:
        ValueError, KeyError: it holds an element, an attribute or a value that is not known here.
        ParseError: it is no XML.
    """
    root = ElementTree.fromstring(svg)
    left, top, width, height = map(float, root.get("viewBox", "").split())
    if (left, top) != (0, 0) or min(width, height) <= 0:
        raise _TooMuch
    return PdfDrawing(width, height, "\n".join(_drawn(root, LOOK)).encode())


def _drawn(element: Element, inherited: Mapping[str, str]) -> Iterator[str]:
    """The operators of an element and of all in it."""
    kind = element.tag.removeprefix(SPACE)
    if kind not in PLACED or not element.attrib.keys() <= PLACED[kind] | LOOK.keys():
        raise _TooMuch
    look = {**inherited, **element.attrib}
    yield "q"
    if kind in ("svg", "g"):
        yield from _moved(element.get("transform", ""))
        for child in element:
            yield from _drawn(child, look)
    elif kind == "text":
        yield from _text(element, look)
    elif kind != "title":
        shape = _path(element.attrib["d"]) if kind == "path" else _rectangle(element)
        yield from _painted(shape, look)
    yield "Q"


def _moved(transform: str) -> Iterator[str]:
    if not transform:
        return
    if not (found := TRANSFORM.fullmatch(transform)):
        raise _TooMuch
    across, down = float(found[1]), float(found[2])
    yield f"{'0 -1 1 0' if found[3] else '1 0 0 1'} {_numbers(across, down)} cm"


def _painted(shape: Iterable[str], look: Mapping[str, str]) -> Iterator[str]:
    fill, stroke = look["fill"], look["stroke"]
    if fill != "none":
        yield f"{_colour(fill)} rg"
    if stroke != "none":
        dash = map(float, look["stroke-dasharray"].replace("none", "").split())
        width = float(look["stroke-width"])
        yield f"{_colour(stroke)} RG {_numbers(width)} w 4 M [{_numbers(*dash)}] 0 d"
        yield f"{CAPS[look['stroke-linecap']]} J {JOINS[look['stroke-linejoin']]} j"
    yield from shape
    yield {(False, False): "n", (True, False): "f", (False, True): "S", (True, True): "B"}[
        fill != "none", stroke != "none"
    ]


def _numbers(*values: float) -> str:
    """To a thousandth: PDF knows no exponents, which smaller numbers would be written with."""
    return " ".join(f"{round(value, 3):g}" for value in values)


def _colour(colour: str) -> str:
    if not COLOUR.fullmatch(colour):
        raise _TooMuch
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return " ".join(f"{int(digits[at : at + 2], 16) / 255:.4g}" for at in (0, 2, 4))


def _rectangle(element: Element) -> Iterator[str]:
    x, y, width, height, radius = (
        float(element.get(name, "0")) for name in ("x", "y", "width", "height", "rx")
    )
    if not radius:
        yield f"{_numbers(x, y, width, height)} re"
        return
    right, bottom, short = x + width, y + height, radius * (1 - ROUND)
    yield f"{_numbers(x + radius, y)} m {_numbers(right - radius, y)} l"
    yield f"{_numbers(right - short, y, right, y + short, right, y + radius)} c"
    yield f"{_numbers(right, bottom - radius)} l"
    yield f"{_numbers(right, bottom - short, right - short, bottom, right - radius, bottom)} c"
    yield f"{_numbers(x + radius, bottom)} l"
    yield f"{_numbers(x + short, bottom, x, bottom - short, x, bottom - radius)} c"
    yield f"{_numbers(x, y + radius)} l"
    yield f"{_numbers(x, y + short, x + short, y, x + radius, y)} c h"


def _path(data: str) -> Iterator[str]:
    """A path's data: lines and quadratic curves, to places or by distances."""
    x, y, first = 0.0, 0.0, (0.0, 0.0)
    steps = STEPS.findall(data)
    if "".join(kind + numbers for kind, numbers in steps) != data:
        raise _TooMuch
    for kind, numbers in steps:
        command, values = kind.upper(), [float(number) for number in NUMBER.findall(numbers)]
        if command == "Z" and not values:
            x, y = first
            yield "h"
            continue
        size = OPERANDS.get(command)
        if size is None or not values or len(values) % size:
            raise _TooMuch
        for at in range(0, len(values), size):
            left, top = (x, y) if kind.islower() else (0.0, 0.0)
            some = values[at : at + size]
            if command == "H":
                x = left + some[0]
            elif command == "V":
                y = top + some[0]
            elif command == "Q":
                a, b, c, d = left + some[0], top + some[1], left + some[2], top + some[3]
                bend = x + (a - x) / 1.5, y + (b - y) / 1.5, c + (a - c) / 1.5, d + (b - d) / 1.5
                x, y = c, d
                yield _numbers(*bend)
            else:
                x, y = left + some[0], top + some[1]
            moves = command == "M" and not at  # more places behind the first are lines to them
            if moves:
                first = x, y
            yield f"{_numbers(x, y)} {'m' if moves else 'c' if command == 'Q' else 'l'}"


def _text(element: Element, look: Mapping[str, str]) -> Iterator[str]:
    """The outlines of the letters, one behind the other."""
    if look["font-family"].split(",")[0] != FAMILY or len(element):
        raise _TooMuch
    size, bold = float(look["font-size"]), float(look["font-weight"]) >= BOLD
    yield f"{_colour(look['fill'])} rg"
    unit = size / font(bold)["head"].unitsPerEm
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    yield f"{unit:.6f} 0 0 {-unit:.6f} {_numbers(x, y)} cm"
    for letter in element.text or "":
        yield _outline(letter, bold=bold)


@cache
def _outline(letter: str, *, bold: bool) -> str:
    """Operators that fill a letter, in the font's units, and go to the place of the next."""
    from fontTools.pens.basePen import BasePen

    class Pen(BasePen):  # type: ignore[misc]
        """Writes down where it goes, in whole units; the base class makes cubic curves of all."""

        def __init__(self, glyphs: Any) -> None:
            super().__init__(glyphs)
            self.drawn: list[str] = []

        def _add(self, operator: str, *places: tuple[float, float]) -> None:
            numbers = (f"{value:.0f}" for place in places for value in place)
            self.drawn.append(" ".join((*numbers, operator)))

        def _moveTo(self, place: tuple[float, float]) -> None:
            self._add("m", place)

        def _lineTo(self, place: tuple[float, float]) -> None:
            self._add("l", place)

        def _curveToOne(self, *places: tuple[float, float]) -> None:
            self._add("c", *places)

        def _closePath(self) -> None:
            self._add("h")

    glyphs, name = font(bold).getGlyphSet(), font(bold).getBestCmap().get(ord(letter))
    if name is None:
        raise _TooMuch
    pen = Pen(glyphs)
    glyphs[name].draw(pen)
    return f"{' '.join(pen.drawn)} f 1 0 0 1 {glyphs[name].width} 0 cm"
