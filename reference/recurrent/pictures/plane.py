"""Two hidden units against each other, with the machine drawn onto them as the assignment asks.

A boundary goes round each cluster and a labelled arrow from each cluster to the next; where there
are more clusters than a plot can bear, arrows alone show the way. The start is marked at tanh(H0),
where an SRN is before its first symbol; an LSTM starts at 0.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.pictures.strokes import POINT, arrows, labels, outlines, to_inches
from reference.recurrent.pictures.style import INK, RULE, draw_points, line
from reference.recurrent.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BORDER: Final = 11.0  # points: how wide a cluster's boundary is drawn round its members
FILL: Final = "#f3f5f7"
BEND: Final = 0.18
MARGIN: Final = 6.0  # points between an arrow and the middle of its cluster
SPARE: Final = 0.12  # of the span of a unit, left free on each side
MANY: Final = 24  # clusters beyond which boundaries and letters hide the picture
AROUND: Final = tuple(
    13 * POINT * np.array([np.cos(turn), np.sin(turn)]) for turn in np.arange(0, 6.28, np.pi / 6)
)


def draw_plane(axes: "Axes", study: Study, x: int, y: int) -> None:
    """Hidden unit `y` over hidden unit `x`, both counted from 0."""
    values = np.array([[point.hidden[x], point.hidden[y]] for point in study.points])
    low, high = values.min(axis=0), values.max(axis=0)
    spare = np.maximum(high - low, 1e-3) * SPARE
    axes.set(xlabel=f"hidden unit {x + 1}", ylabel=f"hidden unit {y + 1}")
    axes.set_xlim(low[0] - spare[0], high[0] + spare[0])
    axes.set_ylim(low[1] - spare[1], high[1] + spare[1])
    places = to_inches(axes, values)
    draw_points(axes, study.points, places, study.alphabet)
    if study.machine is None:
        return
    members = np.array([point.cluster for point in study.points])
    centres = {int(c): places[members == c].mean(axis=0) for c in dict.fromkeys(members)}
    few = len(centres) <= MANY
    taken = [*centres.values(), *_arrows(axes, study, centres, lettered=few)]
    if few:
        outlines(axes, [hull(places[members == c]) for c in centres], BORDER, INK, FILL)
        _names(axes, study, centres, taken)


def _arrows(
    axes: "Axes", study: Study, centres: dict[int, Floats], *, lettered: bool
) -> list[Floats]:
    """Arrows between the clusters shown; where their middles are."""
    middles = []
    for symbol in study.alphabet:
        ends = [(start, end, BEND) for start, end in study.between(centres, symbol)]
        style, colour = line(symbol, study.alphabet)
        width = 0.7 if lettered else 0.45
        there = arrows(axes, ends, MARGIN, color=colour, linestyle=style, linewidth=width)
        middles += there
        if lettered:
            letters = [symbol] * len(there)
            labels(axes, there, letters, 6, color=colour, bold=True, zorder=6)
    return middles


def _names(axes: "Axes", study: Study, centres: dict[int, Floats], taken: list[Floats]) -> None:
    """Each cluster's name beside it, where most room is left."""
    assert study.machine is not None
    places = []
    for centre in centres.values():
        best = max(AROUND, key=lambda way: room(centre + way, taken, centre))
        places.append(centre + best)
        taken.append(centre + best)
    names = [study.machine.names[study.clusters[cluster]] for cluster in centres]
    labels(axes, places, names, 6.5, color=INK, edgecolor=RULE)


def room(place: Floats, taken: list[Floats], own: Floats) -> float:
    """How far a place is from the nearest one that is taken, its own aside."""
    return min(float(np.hypot(*(place - other))) for other in taken if other is not own)


def hull(places: Floats) -> Floats:
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
