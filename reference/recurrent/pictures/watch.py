"""A network's units while it reads: hidden units, and for an LSTM its context units and gates."""

from typing import TYPE_CHECKING, Final

import numpy as np

from reference.recurrent.networks import GATES
from reference.recurrent.pictures.style import INKS, LINES, MUTED, RULE
from reference.recurrent.study import Row, Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKS: Final = "osD^vPX"


def draw_watch(figure: "Figure", study: Study) -> None:
    """One panel for hidden units; for an LSTM also one for context units and one for each gate."""
    trace = study.trace
    lines = [("hidden units", trace.hidden)]
    if trace.context:
        lines.insert(0, ("context units", trace.context))
    gates = GATES if trace.gates else ()
    heights = [3.0] * len(lines) + [study.units * 0.32] * len(gates)
    panels = figure.subplots(
        len(heights), sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights}
    )[:, 0]
    for axes, (name, rows) in zip(panels, lines, strict=False):
        _lines(axes, name, rows)
    for number, (axes, name) in enumerate(zip(panels[len(lines) :], gates, strict=True)):
        _gate(axes, f"{name}", [gate[number] for gate in trace.gates])
    _symbols(list(panels), study)


def _lines(axes: "Axes", name: str, rows: tuple[Row, ...]) -> None:
    values = np.array(rows)
    for unit, line in enumerate(values.T):
        kind = unit % len(LINES)
        axes.plot(
            line,
            color=INKS[kind],
            linestyle=LINES[kind],
            linewidth=0.9,
            marker=MARKS[unit % len(MARKS)],
            markersize=2.2,
            label=f"unit {unit + 1}",
        )
    axes.set_ylabel(name)
    axes.axhline(0, color=RULE, linewidth=0.5, zorder=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=6)


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
        axes.tick_params(axis="x", length=0)
    panels[-1].set_xticks(range(len(text)), list(text), fontsize=5.5)
    panels[-1].set_xlim(-0.5, len(text) - 0.5)
    panels[-1].set_xlabel("symbol read")
