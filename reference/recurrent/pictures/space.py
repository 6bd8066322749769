"""Three hidden units in space, seen from where the states lie farthest apart."""

from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.pictures.strokes import to_inches
from reference.recurrent.pictures.style import draw_points
from reference.recurrent.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WHOLE: Final = (0.0, 0.06, 0.9, 0.96)  # of the figure: labels stand beside the axes
Angle = tuple[int, int]
ANGLES: Final = tuple(product((10, 20, 30, 40), (-75, -60, -45, -30, -15, 15, 30, 45, 60, 75)))


def draw_space(figure: "Figure", study: Study, angle: Angle, units: tuple[int, int, int]) -> None:
    """Draw three hidden units, counted from 0, from an elevation and an azimuth in degrees.

    The axes are matplotlib's; the points are put where it would put them.
    """
    axes: Any = figure.add_axes(WHOLE, projection="3d")  # matplotlib has no type for axes in space
    places = np.array([[point.hidden[unit] for unit in units] for point in study.points])
    limits = [(float(column.min()), float(column.max())) for column in places.T]
    axes.set(xlim=limits[0], ylim=limits[1], zlim=limits[2])
    axes.view_init(*angle)
    names = [f"hidden unit {unit + 1}" for unit in units]
    axes.set(xlabel=names[0], ylabel=names[1], zlabel=names[2])
    axes.tick_params(labelsize=5, pad=-2)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.labelpad = -5
    axes.apply_aspect()
    seen = np.column_stack([places, np.ones(len(places))]) @ axes.get_proj().T
    flat = to_inches(axes, seen[:, :2] / seen[:, 3:])
    draw_points(axes, study.points, flat, study.alphabet)


def best_angles(study: Study, units: tuple[int, int, int], count: int = 2) -> tuple[Angle, ...]:
    """Angles from which neighbouring states are far apart, at least 60 degrees between any two."""
    places = np.array([[point.hidden[unit] for unit in units] for point in study.points])
    keys = [(point.symbol, point.colour) for point in study.points]
    centres = np.array(
        [places[[k == key for k in keys]].mean(axis=0) for key in dict.fromkeys(keys)]
    )
    ordered = sorted(ANGLES, key=lambda angle: -_clearance(centres, angle))
    chosen: list[Angle] = []
    for angle in ordered:
        if all(abs(angle[1] - other[1]) >= 60 for other in chosen) and len(chosen) < count:
            chosen.append(angle)
    return tuple(chosen)


def _clearance(centres: Floats, angle: Angle) -> float:
    """Mean distance of a centre to its nearest neighbour in the picture."""
    up, round_ = np.radians(angle)
    right = np.array([-np.sin(round_), np.cos(round_), 0])
    above = np.array([-np.sin(up) * np.cos(round_), -np.sin(up) * np.sin(round_), np.cos(up)])
    flat = centres @ np.stack([right, above], axis=1)
    apart = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(apart.min(axis=1).mean())
