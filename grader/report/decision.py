"""Draws what the hand-set perceptron does with the plane: regions, dividing lines, nine points.

With step, every region is a polygon: the plane is cut by each dividing line in turn, and the output
is asked once in each piece. With sigmoid the output is asked on a fine grid.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.report import plots
from grader.report.figures import Figure
from grader.results import ActivationTable, Line, PerceptronWeights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_MM = 54.0
GRID = 151
ARROW = {
    "arrowstyle": "-|>",
    "lw": 0.8,
    "color": plots.INK,
    "shrinkA": 0,
    "shrinkB": 0,
    "mutation_scale": 6,
}
Point = tuple[float, float]


def clip_polygon(polygon: Sequence[Point], a: float, b: float, c: float) -> list[Point]:
    """The part of a convex polygon where a x1 + b x2 + c >= 0 (Sutherland and Hodgman, 1974)."""
    kept: list[Point] = []
    for index, (x, y) in enumerate(polygon):
        before_x, before_y = polygon[index - 1]
        value, before = a * x + b * y + c, a * before_x + b * before_y + c
        if (value >= 0) != (before >= 0):
            share = before / (before - value)
            kept.append((before_x + share * (x - before_x), before_y + share * (y - before_y)))
        if value >= 0:
            kept.append((x, y))
    return kept


def cells(square: list[Point], lines: Sequence[Line]) -> list[list[Point]]:
    """The convex pieces into which the lines cut the square."""
    pieces = [square]
    for line in lines:
        sides = ((line.a, line.b, line.c), (-line.a, -line.b, -line.c))
        pieces = [
            part for piece in pieces for side in sides if (part := clip_polygon(piece, *side))
        ]
    return [piece for piece in pieces if len(piece) > 2]


def net_output(weights: PerceptronWeights, act: str, scale: float, points: Any) -> Any:
    """Net input of the output node for points (n, 2), all parameters times `scale`: (n,)."""
    net = scale * (points @ np.array(weights.in_hid).T + np.array(weights.in_bias))
    hidden = (net >= 0).astype(float) if act == "step" else _sigmoid(net)
    return scale * (hidden @ np.array(weights.hid_out) + weights.out_bias)


def _sigmoid(net: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(net, -60, 60)))


def _bounds(table: ActivationTable) -> tuple[float, float]:
    values = [value for row in table.rows for value in row.point]
    return min(values) - 0.5, max(values) + 0.5


def _draw_regions(
    axes: "Axes", weights: PerceptronWeights, lines: Sequence[Line], low: float, high: float
) -> None:
    from matplotlib.patches import Polygon

    square = [(low, low), (high, low), (high, high), (low, high)]
    for piece in cells(square, lines):
        middle = np.mean(np.array(piece), axis=0, keepdims=True)
        if net_output(weights, "step", 1.0, middle)[0] >= 0:
            axes.add_patch(
                Polygon(
                    piece, closed=True, facecolor=plots.SHADE, edgecolor=plots.SHADE, linewidth=0.4
                )
            )


def _draw_surface(
    axes: "Axes", weights: PerceptronWeights, scale: float, low: float, high: float
) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    steps = np.linspace(low, high, GRID)
    first, second = np.meshgrid(steps, steps)
    points = np.stack([first.ravel(), second.ravel()], axis=1)
    output = _sigmoid(net_output(weights, "sig", scale, points)).reshape(GRID, GRID)
    shades = LinearSegmentedColormap.from_list("shades", ["#ffffff", plots.SHADE])
    axes.imshow(
        output, extent=(low, high, low, high), origin="lower", cmap=shades, vmin=0, vmax=1,
        interpolation="bilinear", aspect="equal",
    )  # fmt: skip
    if output.min() < 0.5 < output.max():
        axes.contour(first, second, output, levels=[0.5], colors=[plots.INK], linewidths=0.7)


def _draw_lines(
    axes: "Axes", lines: Sequence[Line], points: Sequence[Point], low: float, high: float
) -> None:
    """Each line with an arrow to the side where its node is on, its label where there is room."""
    taken = list(points)
    square = [(low, low), (high, low), (high, high), (low, high)]
    span = high - low
    for line in lines:
        length = float(np.hypot(line.a, line.b))
        edge = [p for p in clip_polygon(square, line.a, line.b, line.c) if _on(line, p, length)]
        if length == 0 or len(edge) < 2:
            continue
        (x1, y1), (x2, y2) = edge[0], edge[-1]
        axes.plot([x1, x2], [y1, y2], color=plots.INK, linewidth=0.9)
        dx, dy = 0.09 * span * line.a / length, 0.09 * span * line.b / length
        spots = [
            (x1 + share * (x2 - x1) + 1.5 * dx, y1 + share * (y2 - y1) + 1.5 * dy)
            for share in np.linspace(0.1, 0.9, 17)
        ]
        x, y = max(spots, key=lambda spot: _room(spot, taken, low, high))
        taken.append((x, y))
        start, end = (x - 1.5 * dx, y - 1.5 * dy), (x - 0.5 * dx, y - 0.5 * dy)
        axes.annotate("", end, start, arrowprops=ARROW)
        axes.annotate(f"H{line.node}", (x, y), ha="center", va="center", fontsize=6.5)


def _room(spot: Point, taken: Sequence[Point], low: float, high: float) -> float:
    """Distance of a label from points, other labels and the frame; the frame may be nearer."""
    frame = min(spot[0] - low, high - spot[0], spot[1] - low, high - spot[1])
    return min([2 * frame, *(float(np.hypot(spot[0] - x, spot[1] - y)) for x, y in taken)])


def _on(line: Line, point: Point, length: float) -> bool:
    return abs(line.a * point[0] + line.b * point[1] + line.c) <= 1e-9 * max(1.0, length)


def _draw_points(axes: "Axes", table: ActivationTable) -> None:
    for row in table.rows:
        x, y = row.point
        fill = plots.INK if row.target else "#ffffff"
        axes.plot(x, y, "o", markersize=6, markerfacecolor=fill, markeredgecolor=plots.INK,
                  markeredgewidth=0.9, zorder=4)  # fmt: skip
        if not row.right:
            axes.plot(x, y, "s", markersize=12, markerfacecolor="none", markeredgecolor=plots.RED,
                      markeredgewidth=1.4, zorder=5)  # fmt: skip


def decision_plot(
    table: ActivationTable, weights: PerceptronWeights, lines: Sequence[Line], key: str
) -> Figure:
    """The plane under one activation table's weights."""
    low, high = _bounds(table)
    kind = "step" if table.act == "step" else f"sigmoid, all weights times {table.scale:g}"
    wrong = [row.point for row in table.rows if not row.right]
    said = (
        "every point right"
        if not wrong
        else "wrong at " + ", ".join(f"({x:g}, {y:g})" for x, y in wrong)
    )
    with plots.new_figure(SIZE_MM, SIZE_MM) as (figure, axes):
        if table.act == "step":
            _draw_regions(axes, weights, lines, low, high)
        else:
            _draw_surface(axes, weights, table.scale, low, high)
        points = [(row.point[0], row.point[1]) for row in table.rows]
        _draw_lines(axes, lines, points, low, high)
        _draw_points(axes, table)
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        axes.set_aspect("equal")
        ticks = sorted({value for row in table.rows for value in row.point})
        axes.set_xticks(ticks)
        axes.set_yticks(ticks)
        axes.set_xlabel("x₁")
        axes.set_ylabel("x₂", rotation=0, labelpad=4)
        figure.subplots_adjust(left=0.13, right=0.985, bottom=0.145, top=0.99)
        return plots.finish(
            figure, "plot plane", key, f"Output with {kind} over the plane: {said}."
        )
