"""Draws any layer list as a row of tensors, so that a wrong layer is seen before it is read.

Tensors are the drawing, operations its captions: feature maps become stacks of squares, vectors
become bars. Sizes grow with the logarithm, since 784 and 10 must fit on one page.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import escape

from grader.report import lettering, text
from grader.report.figures import Figure
from grader.report.plots import BLUE, INK, MUTED
from grader.report.strokes import path
from grader.results import Layer

WIDTH, CAPTION = 864.0, 44.0
TENSOR_SLOT, PILL_SLOT, ARROW = 68.0, 50.0, 12.0
BAR, OFFSET, GAP = 14.0, 4.0, 2.0  # width of a vector, shift of a sheet, space beside an arrow
TENSORS = frozenset({"input", "conv", "linear", "pool"})
MOST_LAYERS = 40
FILLS = {"input": "#ffffff", "conv": "#a9c1d8", "linear": "#c9d8e6", "pool": "#eef2f6"}
SANS = 'font-family="Report Sans, Report Kana, DejaVu Sans, sans-serif"'


@dataclass(frozen=True)
class Place:
    """Where a layer's picture stands: its slot's left edge and width, its row's top and axis."""

    layer: Layer
    left: float
    width: float
    top: float
    axis: float

    @property
    def centre(self) -> float:
        """Horizontal centre of the slot."""
        return self.left + self.width / 2


def arrange(layers: list[Layer]) -> list[Place]:
    """Put the layers left to right, and begin a new row where the page ends."""
    places: list[Place] = []
    reach = max(map(_half_height, layers), default=0.0)
    left, top = 0.0, 0.0
    for layer in layers:
        width = TENSOR_SLOT if layer.kind in TENSORS else PILL_SLOT
        if left + width > WIDTH and left > 0:
            left, top = 0.0, top + 2 * reach + CAPTION
        places.append(Place(layer, left, width, top, top + reach + 1))
        left += width + ARROW
    return places


def _text(
    x: float, y: float, size: float, content: str, *, colour: str = INK, bold: bool = False
) -> str:
    weight, words = ' font-weight="600"' if bold else "", text.clean(content)
    return (
        f'<text {lettering.beginning(words, x, size, "middle", bold=bold)} y="{y:.1f}"'
        f' font-size="{size}" {SANS} fill="{colour}"{weight}>{escape(words)}</text>'
    )


def _fitted(content: str, width: float, size: float) -> str:
    room = max(3, int(width / (size * 0.53)))
    return content if len(content) <= room else content[: room - 1] + "…"


def _side(pixels: int) -> float:
    return 9 + 37 * math.log2(1 + min(pixels, 64)) / math.log2(65)


def _sheets(layer: Layer) -> int:
    return min(4, max(1, layer.shape[0]))


def _bar_height(layer: Layer) -> float:
    size = math.prod(layer.shape) if layer.shape else 1
    return 12 + 60 * min(1.0, math.log2(1 + max(0, size)) / 12)


def _pill_lines(layer: Layer) -> list[str]:
    return layer.op.replace("_", " ").split(" ", 1)


def _half_height(layer: Layer) -> float:
    """How far a layer's picture reaches above and below the axis of its row."""
    if layer.kind not in TENSORS:
        return 4.0 + 6 * len(_pill_lines(layer))
    if len(layer.shape) != 3:
        return _bar_height(layer) / 2
    return (_side(layer.shape[1]) + OFFSET * (_sheets(layer) - 1)) / 2


def _reach(place: Place) -> float:
    """Half the width of what is drawn in the slot: where an arrow begins or ends."""
    if place.layer.kind not in TENSORS:
        return place.width / 2
    if len(place.layer.shape) != 3:
        return BAR / 2
    return (_side(place.layer.shape[2]) + OFFSET * (_sheets(place.layer) - 1)) / 2


def _square_stack(place: Place) -> str:
    tall, wide = _side(place.layer.shape[1]), _side(place.layer.shape[2])
    sheets = _sheets(place.layer)
    left = place.centre - _reach(place)
    top = place.axis - _half_height(place.layer)
    return "".join(
        f'<rect x="{left + OFFSET * i:.1f}" y="{top + OFFSET * i:.1f}" width="{wide:.1f}"'
        f' height="{tall:.1f}" fill="{FILLS[place.layer.kind]}" stroke="{INK}" stroke-width="1"/>'
        for i in range(sheets)
    )


def _bar(place: Place) -> str:
    tall = _bar_height(place.layer)
    top = place.axis - tall / 2
    return (
        f'<rect x="{place.centre - BAR / 2:.1f}" y="{top:.1f}" width="{BAR}"'
        f' height="{tall:.1f}" fill="{FILLS[place.layer.kind]}" stroke="{INK}" stroke-width="1"/>'
    )


def _tensor(place: Place) -> str:
    layer = place.layer
    drawing = _square_stack(place) if len(layer.shape) == 3 else _bar(place)
    base = 2 * place.axis - place.top + 12
    named = layer.name and layer.name != layer.op
    return "".join(
        [
            drawing,
            _text(
                place.centre,
                base,
                11.5,
                _fitted(layer.name or layer.op, place.width, 11.5),
                bold=True,
            ),
            _text(place.centre, base + 13, 11, _fitted(layer.op, place.width, 11), colour=MUTED)
            if named
            else "",
            _text(place.centre, base + (26 if named else 13), 11, text.shape(layer.shape)),
        ]
    )


def _pill(place: Place) -> str:
    lines = [_fitted(word, place.width - 4, 11) for word in _pill_lines(place.layer)]
    height = 8 + 12 * len(lines)
    first = place.axis + 4 - 6 * (len(lines) - 1)
    return (
        f'<rect x="{place.left:.1f}" y="{place.axis - height / 2:.1f}" width="{place.width:.1f}"'
        f' height="{height}" rx="10" fill="#ffffff" stroke="{MUTED}" stroke-width="0.9"/>'
    ) + "".join(
        _text(place.centre, first + 12 * index, 11, line) for index, line in enumerate(lines)
    )


def _arrows(pairs: Iterable[tuple[Place, Place]]) -> str:
    """From the edge of each drawing to the edge of the next, all in two paths."""
    lines, heads = [], []
    for before, after in pairs:
        left = before.centre + _reach(before) + GAP
        right = after.centre - _reach(after) - GAP
        lines.append(f"M{left:.1f} {before.axis:.1f}H{right - 4:.1f}")
        heads.append(f"M{right - 4.5:.1f} {before.axis - 3:.1f}l4.5 3l-4.5 3z")
    if not lines:
        return ""
    return path("".join(lines), stroke=MUTED, width=1) + path("".join(heads), fill=BLUE)


def network_diagram(name: str, layers: list[Layer]) -> Figure:
    """The layers from left to right, in as many rows as they need."""
    places = arrange(layers[:MOST_LAYERS])
    rows = [_tensor(p) if p.layer.kind in TENSORS else _pill(p) for p in places]
    rows.append(_arrows((a, b) for a, b in pairwise(places) if a.top == b.top))
    steps = ", then ".join(
        f"{layer.op} to {text.shape(layer.shape)}" for layer in layers[:MOST_LAYERS]
    )
    height = 2 * places[-1].axis - places[-1].top + CAPTION - 2 if places else CAPTION
    description = f"Diagram of {name}: {steps}."
    return Figure("diagram", (WIDTH, height), description, "".join(rows))
