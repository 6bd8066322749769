"""The plots of a recurrent network as reports and galleries show them, one drawing an idea."""

import re
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from grader.report.figures import Figure
from grader.report.plots import blank_figure, finish, new_figure
from reference.recurrent.pictures.machine import draw_machine
from reference.recurrent.pictures.plane import draw_plane
from reference.recurrent.pictures.space import best_angles, draw_space
from reference.recurrent.pictures.watch import draw_watch
from reference.recurrent.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

HALF, WHOLE = 84.0, 176.0  # mm: half a page and a whole one
PLANE_HEIGHT, SPACE_HEIGHT = 76.0, 70.0
LARGE_WIDTH, LARGE_HEIGHT = 130.0, 96.0  # the one plane of two units
MACHINE_HEIGHT, LARGE_MACHINE = 42.0, 24  # more states than this are set in more rows
WATCH_HEIGHT, LSTM_HEIGHT = 40.0, 105.0


@dataclass(frozen=True)
class Drawing:
    """A finished drawing: a name without spaces, the style sheet's class, and words for it."""

    name: str
    css_class: str
    description: str
    figure: "MatplotlibFigure"

    def on_page(self) -> Figure:
        """As SVG, places rounded to a hundredth of a point: a third of the size is digits."""
        made = finish(self.figure, self.css_class, self.name, self.description)
        return replace(made, content=re.sub(r"(\.\d\d)\d+", r"\1", made.content))


def planes(study: Study) -> list[Drawing]:
    """Every pair of hidden units, with the machine drawn onto it."""
    return [_plane(study, x, y) for x, y in combinations(range(study.units), 2)]


def spaces(study: Study, views: int) -> list[Drawing]:
    """The first three hidden units from the angles that show most; none of two units."""
    if study.units < 3:
        return []
    drawings = []
    for number, angle in enumerate(best_angles(study, (0, 1, 2), views), start=1):
        with blank_figure(HALF, SPACE_HEIGHT) as figure:
            draw_space(figure, study, angle, (0, 1, 2))
        said = f"Hidden units 1, 2 and 3 on {study.title} in space"
        name = f"{study.language}-space-{number}"
        drawings.append(Drawing(name, "state-space", said, figure))
    return drawings


def machine(study: Study) -> Drawing | None:
    """The machine of the network; None where it is none."""
    if study.machine is None:
        return None
    height = MACHINE_HEIGHT * (1.3 if study.states > LARGE_MACHINE else 1)
    with new_figure(WHOLE, height) as (figure, axes):
        figure.subplots_adjust(left=0, right=1, bottom=0, top=1)
        draw_machine(axes, study.machine, study.alphabet)
    said = f"Finite state machine with {len(study.machine.names)} states for {study.title}"
    return Drawing(f"{study.language}-machine", "machine", said, figure)


def watch(study: Study) -> Drawing:
    """The units over time."""
    with blank_figure(WHOLE, LSTM_HEIGHT if study.kind == "lstm" else WATCH_HEIGHT) as figure:
        draw_watch(figure, study)
    said = f"Units of a network for {study.title} while it reads {study.trace.text}"
    return Drawing(f"{study.language}-watch", "watch", said, figure)


def _plane(study: Study, x: int, y: int) -> Drawing:
    width, height = (LARGE_WIDTH, LARGE_HEIGHT) if study.units == 2 else (HALF, PLANE_HEIGHT)
    kind = "state-plane large" if study.units == 2 else "state-plane"
    with new_figure(width, height) as (figure, axes):
        figure.subplots_adjust(left=15 / width, right=0.99, bottom=9 / height, top=0.99)
        draw_plane(axes, study, x, y)
    said = f"Hidden unit {y + 1} over hidden unit {x + 1} on {study.title}"
    return Drawing(f"{study.language}-plane-{x + 1}{y + 1}", kind, said, figure)
