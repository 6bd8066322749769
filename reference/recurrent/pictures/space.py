"""Three hidden units in space, seen from where the states lie farthest apart."""

from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.pictures.style import COLOURS, HIGHEST, INK, shape
from reference.recurrent.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Angle = tuple[int, int]
ANGLES: Final = tuple(product((10, 20, 30, 40), (-75, -60, -45, -30, -15, 15, 30, 45, 60, 75)))


def draw_space(figure: "Figure", study: Study, angle: Angle, units: tuple[int, int, int]) -> None:
    """Draw three hidden units, counted from 0, from an elevation and an azimuth in degrees."""
    axes: Any = figure.add_subplot(projection="3d")  # matplotlib has no type for axes in space
    places = np.array([[point.hidden[unit] for unit in units] for point in study.points])
    symbols = np.array([point.symbol for point in study.points])
    colours = np.array([point.colour for point in study.points])
    for symbol in study.alphabet:
        here = symbols == symbol
        axes.scatter(
            *places[here].T,
            c=colours[here],
            cmap=COLOURS,
            vmin=0,
            vmax=max(HIGHEST, *colours),
            marker=shape(symbol, study.alphabet),
            s=9,
            linewidths=0.3,
            edgecolors=INK,
            depthshade=False,
        )
    axes.scatter(*places[:1].T, marker="*", c="white", s=50, edgecolors=INK, depthshade=False)
    axes.view_init(*angle)
    names = [f"hidden unit {unit + 1}" for unit in units]
    axes.set(xlabel=names[0], ylabel=names[1], zlabel=names[2])
    axes.tick_params(labelsize=5, pad=-2)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.labelpad = -5


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
