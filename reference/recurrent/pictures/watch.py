"""A network's units while it reads: hidden units, and for an LSTM its context units and gates."""

from typing import TYPE_CHECKING, Final

import numpy as np

from reference.recurrent.networks import GATES
from reference.recurrent.pictures.strokes import labels, marks, to_inches
from reference.recurrent.pictures.style import INK, INKS, LINES, MUTED, RULE
from reference.recurrent.study import Row, Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKS: Final = "osD^vPX"
MARK: Final = 2.4  # points
FOOT: Final = 0.37  # inches under the panels, for the symbols
MARGINS: Final = {"left": 0.1, "right": 0.91, "top": 0.985, "hspace": 0.14}


def draw_watch(figure: "Figure", study: Study) -> None:
    """One panel for hidden units; for an LSTM also one for context units and one for each gate."""
    trace = study.trace
    lines = [("hidden units", trace.hidden)]
    if trace.context:
        lines.insert(0, ("context units", trace.context))
    gates = GATES if trace.gates else ()
    heights = [3.0] * len(lines) + [study.units * 0.32] * len(gates)
    bottom = FOOT / float(figure.get_figheight())
    panels = figure.subplots(
        len(heights),
        sharex=True,
        squeeze=False,
        gridspec_kw={"height_ratios": heights, "bottom": bottom, **MARGINS},
    )[:, 0]
    panels[-1].set_xlim(-0.5, len(trace.text) - 0.5)
    for axes, (name, rows) in zip(panels, lines, strict=False):
        _lines(axes, name, rows)
    for number, (axes, name) in enumerate(zip(panels[len(lines) :], gates, strict=True)):
        _gate(axes, name, [gate[number] for gate in trace.gates])
    _symbols(list(panels), study)


def _lines(axes: "Axes", name: str, rows: tuple[Row, ...]) -> None:
    values = np.array(rows)
    times = np.arange(len(values))
    spare = max(float(np.ptp(values)), 1e-3) * 0.06
    axes.set_ylim(float(values.min()) - spare, float(values.max()) + spare)
    for unit, line in enumerate(values.T):
        kind = unit % len(LINES)
        axes.plot(line, color=INKS[kind], linestyle=LINES[kind], linewidth=0.9)
        shape, places = MARKS[unit % len(MARKS)], to_inches(axes, np.stack([times, line], axis=1))
        marks(axes, places, shape, MARK, facecolor=INKS[kind], linewidth=0)
        _key(axes, unit, shape, INKS[kind])
    axes.set_ylabel(name)
    axes.axhline(0, color=RULE, linewidth=0.5, zorder=0)


def _key(axes: "Axes", unit: int, shape: str, colour: str) -> None:
    """The unit's mark and name beside the panel, one under the other."""
    right, top = to_inches(axes, np.array([[axes.get_xlim()[1], axes.get_ylim()[1]]]))[0]
    place = np.array([right + 0.09, top - 0.08 - 0.11 * unit])
    marks(axes, place[None], shape, MARK, facecolor=colour, linewidth=0)
    labels(axes, [place + np.array([0.2, 0])], [f"unit {unit + 1}"], 6, color=INK)


def _gate(axes: "Axes", name: str, rows: list[Row]) -> None:
    """Dark is open; for the new values dark is 1 and white is -1."""
    low = -1 if name == "new" else 0
    axes.imshow(np.array(rows).T, "Greys", vmin=low, vmax=1, aspect="auto", interpolation="none")
    axes.set_yticks(range(len(rows[0])), [str(unit + 1) for unit in range(len(rows[0]))])
    axes.tick_params(axis="y", labelsize=5, length=0)
    axes.set_ylabel(name, rotation=0, ha="right", va="center", labelpad=10)


def _symbols(panels: "list[Axes]", study: Study) -> None:
    text = study.trace.text
    begins = [at for at in range(1, len(text)) if text[at] == text[0] != text[at - 1]]
    for axes in panels:
        for begin in begins:
            axes.axvline(begin - 0.5, color=MUTED, linewidth=0.5, linestyle=(0, (2, 2)))
        axes.set_xticks([])
    low = panels[-1].get_ylim()[0]
    places = to_inches(panels[-1], np.array([[at, low] for at in range(len(text))]))
    labels(panels[-1], list(places - np.array([0, 0.09])), list(text), 5.5, color=INK)
    panels[-1].set_xlabel("symbol read", labelpad=12)
