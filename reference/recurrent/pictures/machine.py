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
from reference.recurrent.pictures.style import INK, line
from reference.recurrent.study import Arrow, MachineView

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Circle

RADIUS: Final = 0.36
COLUMN, ROW = 1.0, 1.15
BEND: Final = 0.3
BORDER: Final = 0.6
CLOSE: Final = 1.2  # between neighbours a letter would hide the arrow: it stands above


def draw_machine(axes: "Axes", machine: MachineView, alphabet: str) -> None:
    """Draw the whole machine; a double circle marks the start."""
    from matplotlib.patches import Circle

    places = layout(machine)
    axes.set_aspect("equal")
    axes.set_axis_off()
    circles = [
        Circle(tuple(place), RADIUS, facecolor="white", edgecolor=INK, lw=0.7, zorder=3)
        for place in places.tolist()
    ]
    for circle, name in zip(circles, machine.names, strict=True):
        axes.add_patch(circle)
        size = 6 if len(name) < 4 else 4.2
        x, y = circle.center
        axes.text(x, y, name, ha="center", va="center", fontsize=size, zorder=5)
    inner = RADIUS * 0.84
    start = circles[machine.start].center
    axes.add_patch(Circle(start, inner, fill=False, edgecolor=INK, lw=0.5, zorder=4))
    for arrow in machine.arrows:
        _draw_arrow(axes, arrow, circles, alphabet)
    low, high = places.min(axis=0) - BORDER, places.max(axis=0) + BORDER
    axes.set(xlim=(low[0], high[0]), ylim=(low[1] - BORDER / 2, high[1] + BORDER / 2))


def layout(machine: MachineView) -> Floats:
    """Places (states, 2) of the circles' centres."""
    back = _distances(machine.start, ((a.target, a.source) for a in machine.arrows))
    onward = _distances(machine.start, ((a.source, a.target) for a in machine.arrows))
    columns = back if len(back) == len(machine.names) else onward
    read = {machine.start: ""} | {
        a.target: a.symbol
        for a in sorted(machine.arrows, key=lambda arrow: arrow.symbol)
        if a.target != machine.start
    }
    rows = sorted(set(read.values()))
    taken: dict[tuple[int, str], int] = {}
    level: dict[int, int] = {}
    for state in sorted(range(len(machine.names)), key=lambda state: onward[state]):
        key = (columns[state], read[state])
        level[state] = taken[key] = taken.get(key, -1) + 1
    top = np.cumsum([0, *(_height(row, read, level) for row in rows)])
    return np.array(
        [
            (columns[s] * COLUMN, -(top[rows.index(read[s])] + level[s]) * ROW)
            for s in range(len(machine.names))
        ]
    )


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


def _draw_arrow(axes: "Axes", arrow: Arrow, circles: "list[Circle]", alphabet: str) -> None:
    from matplotlib.patches import Circle, FancyArrowPatch

    style, colour = line(arrow.symbol, alphabet)
    source, target = circles[arrow.source], circles[arrow.target]
    start, end = np.array(source.center), np.array(target.center)
    if source is target:
        middle = start + np.array([0, RADIUS * 1.3])
        loop = Circle(
            (float(middle[0]), float(middle[1])), RADIUS * 0.6, fill=False, edgecolor=colour, lw=0.8
        )
        axes.add_patch(loop)
        letter = middle + np.array([0, RADIUS * 0.6])
    else:
        bend = BEND if _passes(start, end, circles) else 0.0
        axes.add_patch(
            FancyArrowPatch(
                source.center,
                target.center,
                arrowstyle="-|>,head_width=1.6,head_length=3",
                connectionstyle=f"arc3,rad={bend}",
                patchA=source,
                patchB=target,
                shrinkA=0,
                shrinkB=0.5,
                linestyle=style,
                color=colour,
                lw=0.7,
                zorder=2,
            )
        )
        across, up = end - start
        letter = (start + end) / 2 + np.array([up, -across]) * bend / 2
        if np.linalg.norm(end - start) < CLOSE:
            letter += np.array([0, RADIUS * 0.6])
    axes.text(
        float(letter[0]),
        float(letter[1]),
        arrow.symbol,
        color=colour,
        fontsize=5.5,
        fontweight="bold",
        ha="center",
        va="center",
        zorder=6,
        bbox={"boxstyle": "round,pad=0.08", "facecolor": "white", "edgecolor": "none"},
    )


def _passes(start: Floats, end: Floats, circles: "list[Circle]") -> bool:
    """Whether a straight arrow would cross another state."""
    along = end - start
    for circle in circles:
        away = np.array(circle.center) - start
        share = float(away @ along) / float(along @ along)
        inside = 0.02 < share < 0.98
        if inside and np.linalg.norm(away - share * along) < RADIUS * 1.1:
            return True
    return False
