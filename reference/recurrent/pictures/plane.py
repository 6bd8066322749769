"""Two hidden units against each other, with the machine drawn onto them as the assignment asks.

A boundary goes round each cluster and a labelled arrow from each cluster to the next; where there
are more clusters than a plot can bear, arrows alone show the way. The start is
marked at tanh(H0), where an SRN is before its first symbol; an LSTM starts at 0.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.pictures.style import HIGHEST, INK, RULE, line, scatter
from reference.recurrent.study import Arrow, Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BORDER: Final = 11.0  # points: how wide a cluster's boundary is drawn round its members
BEND: Final = 0.18
AROUND: Final = tuple(
    (13 * float(np.cos(turn)), 13 * float(np.sin(turn))) for turn in np.arange(0, 6.28, np.pi / 6)
)
MANY: Final = 24  # clusters beyond which boundaries and letters hide the picture


def draw_plane(axes: "Axes", study: Study, x: int, y: int, *, annotated: bool = True) -> None:
    """Hidden unit `y` over hidden unit `x`, both counted from 0."""
    places = np.array([[point.hidden[x], point.hidden[y]] for point in study.points])
    highest = max(HIGHEST, *(point.colour for point in study.points))
    scatter(axes, study.points, places, study.alphabet, highest)
    axes.set(xlabel=f"hidden unit {x + 1}", ylabel=f"hidden unit {y + 1}")
    axes.margins(0.12)
    if annotated and study.machine is not None:
        centres = _centres(study, places)
        _arrows(axes, study, centres)
        if len(centres) <= MANY:
            taken = [axes.transData.transform(_pair(centre)) for centre in centres.values()]
            taken += _letters(axes, study, centres)
            _names(axes, study, centres, taken)
            for cluster in centres:
                _boundary(axes, places[[p.cluster == cluster for p in study.points]])


def _centres(study: Study, places: Floats) -> dict[int, Floats]:
    members = np.array([point.cluster for point in study.points])
    return {int(c): places[members == c].mean(axis=0) for c in dict.fromkeys(members)}


def _boundary(axes: "Axes", places: Floats) -> None:
    """A thick rounded line round the hull, dark, and a thinner white one on it: an outline."""
    hull = _hull(places)
    for width, colour in ((BORDER + 1.2, INK), (BORDER, "#f3f5f7")):
        axes.plot(
            *hull.T,
            color=colour,
            linewidth=width,
            solid_joinstyle="round",
            solid_capstyle="round",
            zorder=1,
        )
    axes.fill(*hull.T, color="#f3f5f7", linewidth=0, zorder=1)


def _hull(places: Floats) -> Floats:
    """Corners of the convex hull, closed; Andrew's monotone chain."""
    ordered = sorted(set(map(tuple, places.tolist())))
    chains = []
    for points in (ordered, ordered[::-1]):
        chain: list[tuple[float, ...]] = []
        for point in points:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains += chain
    return np.array([*chains, chains[0]])


def _turn(one: tuple[float, ...], two: tuple[float, ...], three: tuple[float, ...]) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _between(study: Study, centres: dict[int, Floats]) -> list[Arrow]:
    return [a for a in study.cluster_arrows if a.source in centres and a.target in centres]


def _arrows(axes: "Axes", study: Study, centres: dict[int, Floats]) -> None:
    for arrow in _between(study, centres):
        style, colour = line(arrow.symbol, study.alphabet)
        axes.annotate(
            "",
            _pair(centres[arrow.target]),
            _pair(centres[arrow.source]),
            zorder=2,
            arrowprops={
                "arrowstyle": "-|>,head_width=0.16,head_length=0.34",
                "connectionstyle": f"arc3,rad={BEND}",
                "linestyle": style,
                "color": colour,
                "linewidth": 0.7 if len(centres) <= MANY else 0.4,
                "shrinkA": 6,
                "shrinkB": 6,
            },
        )


def _letters(axes: "Axes", study: Study, centres: dict[int, Floats]) -> list[Floats]:
    """A letter at the middle of each arrow, which bends on the screen; their places in pixels."""
    placed = []
    for arrow in _between(study, centres):
        start, end = centres[arrow.source], centres[arrow.target]
        across, up = axes.transData.transform(end) - axes.transData.transform(start)
        aside = np.array([up, -across]) * BEND / 2
        points = aside * 72 / axes.figure.dpi
        axes.annotate(
            arrow.symbol,
            _pair((start + end) / 2),
            xytext=_pair(points),
            textcoords="offset points",
            color=line(arrow.symbol, study.alphabet)[1],
            fontsize=6,
            fontweight="bold",
            ha="center",
            va="center",
            zorder=6,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )
        placed.append(axes.transData.transform((start + end) / 2) + aside)
    return placed


def _names(axes: "Axes", study: Study, centres: dict[int, Floats], taken: list[Floats]) -> None:
    """Each cluster's name beside it, where most room is left."""
    assert study.machine is not None
    pixels = axes.figure.dpi / 72
    for cluster, centre in centres.items():
        at = axes.transData.transform(centre)
        best = max(AROUND, key=lambda way: _room(at + np.array(way) * pixels, taken, at))
        taken.append(at + np.array(best) * pixels)
        axes.annotate(
            study.machine.names[study.clusters[cluster]],
            _pair(centre),
            xytext=best,
            textcoords="offset points",
            fontsize=6.5,
            ha="center",
            va="center",
            zorder=5,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": RULE, "lw": 0.5},
        )


def _room(place: Floats, taken: list[Floats], own: Floats) -> float:
    return min(float(np.linalg.norm(place - other)) for other in taken if other is not own)


def _pair(place: Floats) -> tuple[float, float]:
    return float(place[0]), float(place[1])
