"""Draws many shapes as one path, so that a plot of hundreds of marks is a handful of elements.

A vector plot is laid out, embedded and drawn in time that grows with its elements; matplotlib
makes one of each mark, arrow and box. Places here are inches on the figure, which must have its
final size, margins and limits before. Everything is drawn onto the figure, above its axes.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reference.languages import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINT: Final = 1 / 72  # inches
HEAD: Final = (3.4 * POINT, 1.5 * POINT)  # length and half the width of an arrow's head
PLATE: Final = "#ffffff"


def to_inches(axes: "Axes", places: Floats) -> Floats:
    """Places (n, 2) in the units of the axes as inches."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    flat: Floats = figure.dpi_scale_trans.inverted().transform(axes.transData.transform(places))
    return flat


def marks(axes: "Axes", places: Floats, shape: str, size: float, **look: Any) -> None:
    """One path of markers of `size` points at these places."""
    from matplotlib.markers import MarkerStyle
    from matplotlib.path import Path

    style = MarkerStyle(shape)
    one = style.get_path().transformed(style.get_transform())
    corners = np.asarray(one.vertices, float) * size * POINT
    shapes = [Path(corners + place, one.codes) for place in places]
    _add(axes, shapes, **{"linewidth": 0.4, "zorder": 3, **look})


def outlines(axes: "Axes", hulls: Iterable[Floats], width: float, ink: str, fill: str) -> None:
    """Closed shapes with a border `width` points wide round them: dark, and filled up to it."""
    from matplotlib.path import Path

    shapes = [Path(hull, closed=True) for hull in hulls]
    for wide, colour in ((width + 1.2, ink), (width, fill)):
        _add(
            axes,
            shapes,
            edgecolor=colour,
            facecolor=fill,
            linewidth=wide,
            joinstyle="round",
            capstyle="round",
            zorder=1,
        )


def arrows(
    axes: "Axes", ends: list[tuple[Floats, Floats, float]], margin: float, **look: Any
) -> list[Floats]:
    """Bent arrows from one place to another, by a share of their length, in two paths.

    Each stops `margin` points before its ends. Returns the middle of each.
    """
    from matplotlib.path import Path

    lines, heads, middles = [], [], []
    for start, end, bend in ends:
        across, up = end - start
        control = (start + end) / 2 + np.array([up, -across]) * bend
        first = start + _towards(start, control, margin * POINT)
        tip = end + _towards(end, control, margin * POINT)
        back = tip + _towards(tip, control, HEAD[0])
        side = np.array([tip[1] - back[1], back[0] - tip[0]]) * HEAD[1] / HEAD[0]
        lines.append(
            Path(np.array([first, control, back]), [Path.MOVETO, Path.CURVE3, Path.CURVE3])
        )
        heads.append(Path(np.array([tip, back + side, back - side, tip]), closed=True))
        middles.append((start + 2 * control + end) / 4)
    colour = look.pop("color")
    _add(axes, lines, edgecolor=colour, facecolor="none", **{"zorder": 2, **look})
    _add(axes, heads, facecolor=colour, linewidth=0, zorder=2)
    return middles


def labels(
    axes: "Axes",
    places: list[Floats],
    texts: list[str],
    size: float,
    *,
    color: str,
    edgecolor: str = "none",
    bold: bool = False,
    zorder: float = 5,
) -> None:
    """Texts of `size` points as outlines, one path, on white plates that are another."""
    from matplotlib.path import Path

    high = size * POINT * 0.58
    boxes, outlined = [], []
    for place, text in zip(places, texts, strict=True):
        corners, codes, wide = _outline(text, size, bold)
        half = np.array([max(wide / 2 + 0.012, high), high])
        around = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half + place
        boxes.append(Path(around, closed=True))
        outlined.append(Path(corners + place, codes))
    plates = {"facecolor": PLATE, "edgecolor": edgecolor, "linewidth": 0.4}
    _add(axes, boxes, zorder=zorder, **plates)
    _add(axes, outlined, facecolor=color, linewidth=0, zorder=zorder + 0.1)


@cache
def _outline(text: str, size: float, bold: bool) -> tuple[Floats, Any, float]:
    """Corners and codes of a text in the middle of (0, 0), and its width, in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(weight="bold" if bold else "normal")
    path = TextPath((0, 0), text, size=size, prop=font)
    corners = np.asarray(path.vertices, float) * POINT
    high = TextPath((0, 0), "A", size=size, prop=font).get_extents().height * POINT
    wide = float(path.get_extents().width) * POINT
    return corners - np.array([wide, high]) / 2, path.codes, wide


def _towards(place: Floats, other: Floats, length: float) -> Floats:
    way = other - place
    return way * (length / max(float(np.hypot(*way)), 1e-9))


def _add(axes: "Axes", shapes: list[Any], **look: Any) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if not shapes:
        return
    figure = axes.get_figure(root=True)
    assert figure is not None
    whole = Path.make_compound_path(*shapes)
    figure.add_artist(PathPatch(whole, transform=figure.dpi_scale_trans, clip_on=False, **look))
