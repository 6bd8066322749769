"""The pictures of the sample report: a perceptron's diagram and plots of hidden units.

The plots of hidden units are synthetic. They have the course's axes, colours (jet, 0 to 4, by the
number of symbols still to come) and point counts, so a report made of them looks like a real one.
"""

import io
from collections.abc import Iterator
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

mpl.rcParams["font.family"] = "DejaVu Sans"

Points = npt.NDArray[np.float64]
STRINGS = 60
NOISE = 0.022
DPI = 110


def png(figure: Figure) -> bytes:
    """The figure as PNG without a date or a version, so that equal figures are equal bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def diagram(
    in_hid: list[list[int]], hid_bias: list[float], hid_out: list[int], out_bias: int
) -> bytes:
    """A perceptron with two inputs, drawn from left to right with every weight and bias."""
    figure = Figure(figsize=(6.4, 3.9))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-0.5, 6.5)
    axes.set_ylim(-0.6, 3.9)
    axes.axis("off")
    inputs = [(0.0, 2.5), (0.0, 0.9)]
    hidden = [(3.0, 3.3 - k) for k in range(len(in_hid))]
    output = (5.7, 1.75)
    for k, node in enumerate(hidden):
        for j, start in enumerate(inputs):
            _connect(axes, start, node, f"{in_hid[k][j]}", 0.62 if j else 0.8)
        _connect(axes, node, output, f"{hid_out[k]}", 0.5)
        axes.text(node[0], node[1] + 0.34, f"bias {hid_bias[k]}", ha="center", fontsize=8)
    names = [f"x{j + 1}" for j in range(2)] + [f"H{k + 1}" for k in range(len(hidden))] + ["out"]
    for name, (x, y) in zip(names, [*inputs, *hidden, output], strict=True):
        axes.plot(x, y, "o", markersize=27, color="white", markeredgecolor="black")
        axes.text(x, y, name, ha="center", va="center", fontsize=10)
    axes.text(output[0], output[1] + 0.4, f"bias {out_bias}", ha="center", fontsize=8)
    return png(figure)


def srn_plot(*, annotated: bool) -> bytes:
    """Two hidden units of an SRN on a^n b^2n; `annotated` adds the states and labelled arrows."""
    figure = Figure(figsize=(5.2, 4.6))
    axes = figure.add_subplot()
    rng = np.random.default_rng(20250704)
    walk = [(state, _srn_centre(state, symbol)) for state, symbol in _anb2n(rng)]
    _scatter(axes, walk, rng, (0, 1))
    if annotated:
        _annotate(axes)
    figure.tight_layout()
    return png(figure)


def machine() -> bytes:
    """The machine of the annotated plot: it lacks the B arrows from S2 to S4, as that plot does."""
    figure = Figure(figsize=(5.6, 1.9))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-0.6, 6.6)
    axes.set_ylim(-0.6, 1.8)
    axes.axis("off")
    upper = [(1.25 * k, 1.2) for k in range(5)]
    lower = [(6.0 - k, 0.0) for k in range(7)]
    places = [*upper, *lower]
    for number, (x, y) in enumerate(places, start=1):
        axes.plot(x, y, "o", markersize=24, color="white", markeredgecolor="black")
        axes.text(x, y, f"S{number}", ha="center", va="center", fontsize=9)
    symbols = ["A"] * 4 + ["B"] * 8
    for begin, end, symbol in zip(places, [*places[1:], places[0]], symbols, strict=True):
        arrow = {"arrowstyle": "->", "shrinkA": 12, "shrinkB": 12}
        axes.annotate("", end, begin, arrowprops=arrow)
        x, y = ((a + b) / 2 for a, b in zip(begin, end, strict=True))
        axes.text(x, y + 0.14, symbol, ha="center", fontsize=9)
    return png(figure)


def lstm_plot(first: int, second: int) -> bytes:
    """Two of the three hidden units of an LSTM on a^n b^2n c^3n."""
    figure = Figure(figsize=(4.3, 3.8))
    axes = figure.add_subplot()
    rng = np.random.default_rng(20250711)
    walk = [(state, _lstm_centre(state, symbol)) for state, symbol in _anb2nc3n(rng)]
    _scatter(axes, walk, rng, (first, second))
    figure.tight_layout()
    return png(figure)


def _connect(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], label: str, at: float
) -> None:
    axes.plot(*zip(start, end, strict=True), color="0.45", linewidth=0.9, zorder=0)
    x, y = (a + at * (b - a) for a, b in zip(start, end, strict=True))
    axes.text(x, y, label, fontsize=8, ha="center", va="center", backgroundcolor="white")


def _anb2n(rng: np.random.Generator) -> Iterator[tuple[float, str]]:
    for n in rng.integers(1, 5, STRINGS):
        yield from ((k, "A") for k in range(1, n + 1))
        yield from ((n - i / 2, "B") for i in range(2 * n - 1))
        yield 0, "end"


def _anb2nc3n(rng: np.random.Generator) -> Iterator[tuple[float, str]]:
    for n in rng.integers(1, 5, STRINGS):
        yield from ((k, "A") for k in range(1, n + 1))
        yield from ((n - i / 2, "B") for i in range(2 * n))
        yield from ((n - i / 3, "C") for i in range(3 * n - 1))
        yield 0, "end"


def _srn_centre(state: float, symbol: str) -> Points:
    if symbol == "A":
        return np.array([-0.72 + 0.3 * state, 0.28 + 0.55 * np.tanh(0.55 * state)])
    if symbol == "B":
        return np.array([0.78 - 0.42 * state, -0.32 - 0.45 * np.sin(0.75 * state)])
    return np.array([-0.86, 0.12])


def _lstm_centre(state: float, symbol: str) -> Points:
    if symbol == "A":
        return np.array([0.2 + 0.18 * state, -0.75 + 0.05 * state, 0.1 * state - 0.2])
    if symbol == "B":
        return np.array([-0.15 - 0.12 * state, 0.15 + 0.17 * state, 0.55 - 0.2 * state])
    if symbol == "C":
        return np.array([-0.75 + 0.1 * state, -0.1 - 0.12 * state, 0.85 - 0.33 * state])
    return np.array([0.05, -0.9, -0.35])


def _scatter(
    axes: Axes, walk: list[tuple[float, Points]], rng: np.random.Generator, units: tuple[int, int]
) -> None:
    states = np.array([state for state, _ in walk])
    centres = np.stack([centre for _, centre in walk])
    points = np.clip(centres + rng.normal(0, NOISE, centres.shape), -1, 1)
    axes.scatter(
        points[:, units[0]], points[:, units[1]], c=states, cmap="jet", vmin=0, vmax=4, s=14
    )
    axes.set_xlim(-1.05, 1.05)
    axes.set_ylim(-1.05, 1.05)
    axes.set_xlabel(f"hidden unit {units[0]}")
    axes.set_ylabel(f"hidden unit {units[1]}")


def _annotate(axes: Axes) -> None:
    rising = [_srn_centre(k, "A") for k in range(1, 5)]
    falling = [_srn_centre(4 - i / 2, "B") for i in range(8)]
    start = _srn_centre(0, "end")
    states = [start, *rising, *falling[:-1]]
    for number, centre in enumerate(states, start=1):
        axes.add_patch(Ellipse(tuple(centre), 0.19, 0.17, fill=False, edgecolor="black"))
        axes.text(centre[0], centre[1] + 0.105, f"S{number}", ha="center", fontsize=8)
    steps = [(a, b, "A") for a, b in pairwise([start, *rising])]
    steps += [(rising[-1], falling[0], "B")]
    steps += [(a, b, "B") for a, b in pairwise(falling[:-1])]
    steps += [(falling[-2], start, "B")]
    for begin, end, symbol in steps:
        axes.annotate(
            "",
            tuple(end),
            tuple(begin),
            arrowprops={"arrowstyle": "->", "color": "crimson", "shrinkA": 9, "shrinkB": 9},
        )
        x, y = (begin + end) / 2
        axes.text(x, y, symbol, color="crimson", fontsize=10, fontweight="bold")
