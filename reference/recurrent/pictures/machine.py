"""A finite state machine with circles and arrows.

A machine that always comes back to its start counts; its states are placed by how many symbols are
still to come until then, in a row for each symbol that leads to them, so that counting up goes to
the right and counting down to the left. Any other machine goes from its start to the right.
"""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.pictures.strokes import POINT, arrows, labels, marks, to_inches
from reference.recurrent.pictures.style import INK, line
from reference.recurrent.study import Arrow, MachineView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RADIUS: Final = 0.36
COLUMN, ROW = 1.0, 1.15
BEND: Final = 0.3
BORDER: Final = 0.6


def draw_machine(axes: "Axes", machine: MachineView, alphabet: str) -> None:
    """Draw the whole machine; a double circle marks the start."""
    units = layout(machine)
    axes.set_aspect("equal")
    axes.set_axis_off()
    low, high = units.min(axis=0) - BORDER, units.max(axis=0) + BORDER
    axes.set(xlim=(low[0], high[0]), ylim=(low[1] - BORDER / 2, high[1] + BORDER / 2))
    axes.apply_aspect()
    places = to_inches(axes, units)
    ends = to_inches(axes, np.array([[0.0, 0.0], [RADIUS, 0.0]]))
    radius = float(ends[1, 0] - ends[0, 0])
    for symbol in alphabet:
        _draw_arrows(axes, machine, symbol, alphabet, places=places, radius=radius)
    across = 2 * radius / POINT
    marks(axes, places, "o", across, facecolor="white", edgecolor=INK, linewidth=0.7)
    start = places[[machine.start]]
    marks(axes, start, "o", across * 0.84, facecolor="none", edgecolor=INK, linewidth=0.5)
    for short in (True, False):
        here = [at for at, name in enumerate(machine.names) if (len(name) < 4) == short]
        names = [machine.names[state] for state in here]
        labels(axes, [places[s] for s in here], names, 6 if short else 4.2, color=INK)


def layout(machine: MachineView) -> Floats:
    """Places (states, 2) of the circles' centres."""
    back = _distances(machine.start, ((a.target, a.source) for a in machine.arrows))
    onward = _distances(machine.start, ((a.source, a.target) for a in machine.arrows))
    if len(back) < len(machine.names):
        return _rightwards(onward)
    read = {machine.start: ""} | {
        a.target: a.symbol
        for a in sorted(machine.arrows, key=lambda arrow: arrow.symbol)
        if a.target != machine.start
    }
    rows = sorted(set(read.values()))
    taken: dict[tuple[int, str], int] = {}
    level: dict[int, int] = {}
    for state in sorted(range(len(machine.names)), key=lambda state: onward[state]):
        key = (back[state], read[state])
        level[state] = taken[key] = taken.get(key, -1) + 1
    top = np.cumsum([0, *(_height(row, read, level) for row in rows)])
    return np.array(
        [
            (back[s] * COLUMN, -(top[rows.index(read[s])] + level[s]) * ROW)
            for s in range(len(machine.names))
        ]
    )


def _rightwards(onward: dict[int, int]) -> Floats:
    """States by how many arrows they are from the start, those of a column round its middle."""
    columns = {column: [s for s in onward if onward[s] == column] for column in onward.values()}
    places = np.zeros((len(onward), 2))
    for column, states in columns.items():
        for row, state in enumerate(states):
            places[state] = 2 * column * COLUMN, ((len(states) - 1) / 2 - row) * 1.6 * ROW
    return places


def _height(row: str, read: dict[int, str], level: dict[int, int]) -> int:
    """Lines that a row of states takes; the start stands in the first row of symbols."""
    return 0 if not row else 1 + max(level[s] for s, symbol in read.items() if symbol == row)


def _distances(start: int, arrows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Number of arrows to each state that they lead to."""
    leads: dict[int, list[int]] = {}
    for source, target in arrows:
        leads.setdefault(source, []).append(target)
    found, waiting = {start: 0}, deque([start])
    while waiting:
        state = waiting.popleft()
        for target in leads.get(state, []):
            if target not in found:
                found[target] = found[state] + 1
                waiting.append(target)
    return found


def _draw_arrows(
    axes: "Axes",
    machine: MachineView,
    symbol: str,
    alphabet: str,
    *,
    places: Floats,
    radius: float,
) -> None:
    style, colour = line(symbol, alphabet)
    look = {"color": colour, "linestyle": style, "linewidth": 0.7}
    read = [arrow for arrow in machine.arrows if arrow.symbol == symbol]
    ends = [
        (places[a.source], places[a.target], bend(a, places, radius))
        for a in read
        if a.source != a.target
    ]
    middles = arrows(axes, ends, radius / POINT, **look)
    above = np.array([0.0, radius * 0.6])
    close = 3.4 * radius
    letters = [
        middle + above if np.hypot(*(end - start)) < close else middle
        for middle, (start, end, _) in zip(middles, ends, strict=True)
    ]
    tops = [places[a.source] + np.array([0.0, radius * 1.3]) for a in read if a.source == a.target]
    if tops:
        marks(
            axes,
            np.array(tops),
            "o",
            radius / POINT * 1.2,
            facecolor="none",
            edgecolor=colour,
            zorder=2,
        )
    letters += [top + above for top in tops]
    labels(axes, letters, [symbol] * len(letters), 5.5, color=colour, bold=True, zorder=6)


def bend(arrow: Arrow, places: Floats, radius: float) -> float:
    """0 unless a straight arrow would cross another state."""
    start, along = places[arrow.source], places[arrow.target] - places[arrow.source]
    for place in places:
        share = float((place - start) @ along) / float(along @ along)
        away = float(np.hypot(*(place - start - share * along)))
        if 0.02 < share < 0.98 and away < radius * 1.1:
            return BEND
    return 0.0
