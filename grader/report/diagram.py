"""Draws any layer list as a row of tensors, so that a wrong layer is seen before it is read.

Tensors are the drawing, operations its captions: feature maps become stacks of squares, vectors
become bars. Sizes grow with the logarithm, since 784 and 10 must fit on one page.
"""

import math
from dataclasses import dataclass

from markupsafe import Markup, escape

from grader.report import text
from grader.report.plots import BLUE, INK, MUTED
from grader.results import Layer

WIDTH, ROW_HEIGHT, MIDDLE = 720.0, 118.0, 44.0
TENSOR_SLOT, PILL_SLOT, ARROW = 84.0, 62.0, 14.0
TENSORS = frozenset({"input", "conv", "linear", "pool"})
MOST_LAYERS = 40
FILLS = {"input": "#ffffff", "conv": "#a9c1d8", "linear": "#c9d8e6", "pool": "#eef2f6"}
SANS = "font-family=\"'Report Sans', 'Report Kana', 'DejaVu Sans', sans-serif\""


@dataclass(frozen=True)
class Place:
    """Where a layer's picture stands: its slot's left edge and width, and the row's top."""

    layer: Layer
    left: float
    width: float
    top: float

    @property
    def centre(self) -> float:
        """Horizontal centre of the slot."""
        return self.left + self.width / 2


def arrange(layers: list[Layer]) -> list[Place]:
    """Put the layers left to right, and begin a new row where the page ends."""
    places: list[Place] = []
    left, top = 0.0, 0.0
    for layer in layers:
        width = TENSOR_SLOT if layer.kind in TENSORS else PILL_SLOT
        if left + width > WIDTH and left > 0:
            left, top = 0.0, top + ROW_HEIGHT
        places.append(Place(layer, left, width, top))
        left += width + ARROW
    return places


def _text(
    x: float, y: float, size: float, content: str, colour: str = INK, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {SANS} text-anchor="middle"'
        f' fill="{colour}"{weight}>{escape(text.clean(content))}</text>'
    )


def _fitted(content: str, width: float, size: float) -> str:
    room = max(3, int(width / (size * 0.53)))
    return content if len(content) <= room else content[: room - 1] + "…"


def _square_stack(place: Place) -> str:
    channels, height, width = place.layer.shape
    tall = 9 + 37 * math.log2(1 + min(height, 64)) / math.log2(65)
    wide = 9 + 37 * math.log2(1 + min(width, 64)) / math.log2(65)
    sheets = min(4, max(1, channels))
    offset = 4.0
    left = place.centre - (wide + offset * (sheets - 1)) / 2
    top = place.top + MIDDLE - (tall + offset * (sheets - 1)) / 2
    return "".join(
        f'<rect x="{left + offset * i:.1f}" y="{top + offset * i:.1f}" width="{wide:.1f}"'
        f' height="{tall:.1f}" fill="{FILLS[place.layer.kind]}" stroke="{INK}" stroke-width="1"/>'
        for i in range(sheets)
    )


def _bar(place: Place) -> str:
    size = math.prod(place.layer.shape) if place.layer.shape else 1
    tall = 12 + 60 * min(1.0, math.log2(1 + size) / 12)
    return (
        f'<rect x="{place.centre - 7:.1f}" y="{place.top + MIDDLE - tall / 2:.1f}" width="14"'
        f' height="{tall:.1f}" fill="{FILLS[place.layer.kind]}" stroke="{INK}" stroke-width="1"/>'
    )


def _tensor(place: Place) -> str:
    layer = place.layer
    drawing = _square_stack(place) if len(layer.shape) == 3 else _bar(place)
    base = place.top + 2 * MIDDLE
    named = layer.name and layer.name != layer.op
    return "".join(
        [
            drawing,
            _text(
                place.centre,
                base,
                10.5,
                _fitted(layer.name or layer.op, place.width, 10.5),
                bold=True,
            ),
            _text(place.centre, base + 12, 9.5, _fitted(layer.op, place.width, 9.5), MUTED)
            if named
            else "",
            _text(place.centre, base + (24 if named else 12), 9.5, text.shape(layer.shape)),
        ]
    )


def _pill(place: Place) -> str:
    content = _fitted(place.layer.op, place.width - 6, 9.5)
    return (
        f'<rect x="{place.left:.1f}" y="{place.top + MIDDLE - 10:.1f}" width="{place.width:.1f}"'
        f' height="20" rx="10" fill="#ffffff" stroke="{MUTED}" stroke-width="0.9"/>'
        + _text(place.centre, place.top + MIDDLE + 3.4, 9.5, content)
    )


def _arrow(left: float, y: float) -> str:
    return (
        f'<path d="M{left + 1:.1f} {y}h{ARROW - 5}" stroke="{MUTED}" stroke-width="1" fill="none"/>'
        f'<path d="M{left + ARROW - 5:.1f} {y - 3}l4.5 3l-4.5 3z" fill="{BLUE}"/>'
    )


def network_diagram(name: str, layers: list[Layer]) -> Markup:
    """The layers as inline SVG with a title for readers who cannot see it."""
    places = arrange(layers[:MOST_LAYERS])
    rows = [_tensor(p) if p.layer.kind in TENSORS else _pill(p) for p in places]
    rows += [_arrow(p.left + p.width, p.top + MIDDLE) for p in places[:-1]]
    steps = ", then ".join(
        f"{layer.op} to {text.shape(layer.shape)}" for layer in layers[:MOST_LAYERS]
    )
    height = (places[-1].top if places else 0.0) + ROW_HEIGHT
    title = escape(text.clean(f"Diagram of {name}: {steps}."))
    return Markup(
        f'<svg class="diagram" role="img" viewBox="0 0 {WIDTH:g} {height:g}">'
        f"<title>{title}</title>{''.join(rows)}</svg>"
    )
