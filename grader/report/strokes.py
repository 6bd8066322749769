"""Many shapes as one SVG path, with places to a tenth of a point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reference.languages import Floats

Place = Sequence[float] | Floats
HEAD = 3.2, 1.4  # length and half the width of an arrow's head, in points


@dataclass(frozen=True)
class Frame:
    """A plot's rectangle, in points from the top left corner, and the numbers at its edges."""

    left: float
    top: float
    width: float
    height: float
    low: tuple[float, float]
    high: tuple[float, float]

    def places(self, values: Floats) -> Floats:
        """Values (n, 2) as places (n, 2), y downwards."""
        low, high = np.array(self.low), np.array(self.high)
        share = (values - low) / (high - low)
        corner = np.array([self.left, self.top + self.height])
        flat: Floats = corner + share * np.array([self.width, -self.height])
        return flat

    def border(self, colour: str) -> str:
        """The rectangle itself."""
        edges = f"M{at((self.left, self.top))}h{number(self.width)}v{number(self.height)}"
        return path(f"{edges}h{number(-self.width)}z", stroke=colour, width=0.6)


def number(value: float) -> str:
    """A tenth of a point, as short as it can be written."""
    return f"{round(float(value), 1) + 0.0:g}"


def at(place: Place) -> str:
    """Both coordinates of a place."""
    return f"{number(place[0])} {number(place[1])}"


def path(
    data: str,
    *,
    stroke: str = "none",
    fill: str = "none",
    width: float = 0,
    dash: str = "",
    cap: str = "",
) -> str:
    """One path element."""
    look = f' fill="{fill}"'
    if stroke != "none":
        look += f' stroke="{stroke}" stroke-width="{width:g}"'
    look += f' stroke-dasharray="{dash}"' if dash else ""
    look += f' stroke-linecap="{cap}"' if cap else ""
    return f'<path d="{data}"{look}/>'


def dots(places: Iterable[Place], size: float, colour: str) -> str:
    """Discs of this diameter: lines without length whose ends are round."""
    return path("".join(f"M{at(p)}h0" for p in places), stroke=colour, width=size, cap="round")


def squares(places: Iterable[Place], size: float, colour: str) -> str:
    """Squares with sides of this length: lines that are hardly any, whose ends are square.

    A line without length would have no direction, and a PDF shows no square for it.
    """
    return path("".join(f"M{at(p)}h.1" for p in places), stroke=colour, width=size, cap="square")


def triangles(places: Iterable[Place], size: float, colour: str) -> str:
    """Triangles that stand on a side of this length."""
    half, side = number(size / 2), number(size)
    drawn = (f"M{at(p)}m-{half} {half}h{side}l-{half}-{side}z" for p in places)
    return path("".join(drawn), fill=colour)


def star(place: Place, size: float, ink: str) -> str:
    """One star with five points, white inside."""
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    far = np.where(np.arange(10) % 2 == 0, size / 2, size / 4.6)
    corners = np.asarray(place) + np.stack([np.cos(turns), np.sin(turns)], axis=1) * far[:, None]
    data = "M" + "L".join(at(corner) for corner in corners) + "z"
    return path(data, stroke=ink, fill="#fff", width=0.7)


def polyline(places: Iterable[Place]) -> str:
    """The data of one open line."""
    return "M" + "L".join(at(place) for place in places)


def outlines(hulls: Iterable[Floats], width: float, ink: str, fill: str) -> str:
    """Closed shapes with a border `width` points wide round them, filled up to a dark edge."""
    data = "".join(f"{polyline(hull)}h0z" for hull in hulls)
    return "".join(
        f'<path d="{data}" fill="{fill}" stroke="{colour}" stroke-width="{wide:g}"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
        for wide, colour in ((width + 1.2, ink), (width, fill))
    )


def arrows(
    ends: Iterable[tuple[Floats, Floats, float]],
    margin: float,
    colour: str,
    dash: str = "",
    width: float = 0.7,
) -> tuple[str, list[Floats]]:
    """Bent arrows from one place to another, by a share of their length, in two paths.

    Each stops `margin` points before its ends. Returns the paths, and the middle of each arrow.
    """
    lines, heads, middles = [], [], []
    for start, end, bend in ends:
        across, down = end - start
        control = (start + end) / 2 + np.array([down, -across]) * bend
        first = start + _towards(start, control, margin)
        tip = end + _towards(end, control, margin)
        back = tip + _towards(tip, control, HEAD[0])
        side = np.array([tip[1] - back[1], back[0] - tip[0]]) * HEAD[1] / HEAD[0]
        lines.append(f"M{at(first)}Q{at(control)} {at(back)}")
        heads.append(f"M{at(tip)}L{at(back + side)}L{at(back - side)}z")
        middles.append((start + 2 * control + end) / 4)
    if not lines:
        return "", []
    drawn = path("".join(lines), stroke=colour, width=width, dash=dash)
    return drawn + path("".join(heads), fill=colour), middles


def _towards(place: Floats, other: Floats, length: float) -> Floats:
    way = other - place
    return way * (length / max(float(np.hypot(*way)), 1e-9))
