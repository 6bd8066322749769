"""Draws what the hand-set perceptron does with the plane: regions, dividing lines, nine points.

With step, every region is a polygon: the plane is cut by each dividing line in turn, and the output
is asked once in each piece. With sigmoid the output is asked on a fine grid. Every report has two
such planes, so each is a handful of paths and, with sigmoid, one small image.
"""

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.report import plots
from grader.report.figures import Figure
from grader.report.lettering import text, texts
from grader.report.strokes import Frame, arrows, at, dots, path, polyline
from grader.results import ActivationTable, Line, PerceptronWeights

SIDE, LEFT, FOOT, EDGE = 152.0, 20.0, 21.0, 2.0  # points
TYPE = 7.0
GRID = 61
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


def _regions(
    frame: Frame, weights: PerceptronWeights, lines: Sequence[Line], square: list[Point]
) -> str:
    on = [
        piece
        for piece in cells(square, lines)
        if net_output(weights, "step", 1.0, np.mean(np.array(piece), axis=0, keepdims=True))[0] >= 0
    ]
    data = "".join(f"{polyline(frame.places(np.array(piece)))}z" for piece in on)
    return path(data, stroke=plots.SHADE, fill=plots.SHADE, width=0.4) if on else ""


def _surface(frame: Frame, weights: PerceptronWeights, scale: float) -> str:
    """The output as an image, white at 0, and a line where it is 0.5."""
    import contourpy
    from PIL import Image

    steps = np.linspace(frame.low[0], frame.high[0], GRID)
    first, second = np.meshgrid(steps, steps)
    points = np.stack([first.ravel(), second.ravel()], axis=1)
    output = _sigmoid(net_output(weights, "sig", scale, points)).reshape(GRID, GRID)
    shade = np.array([int(plots.SHADE[i : i + 2], 16) for i in (1, 3, 5)])
    colours = 255 + output[::-1, :, None] * (shade - 255)
    stream = io.BytesIO()
    Image.fromarray(np.round(colours).astype(np.uint8)).save(stream, "PNG")
    data = base64.b64encode(stream.getvalue()).decode()
    image = (
        f'<image x="{frame.left:g}" y="{frame.top:g}" width="{frame.width:g}"'
        f' height="{frame.height:g}" xlink:href="data:image/png;base64,{data}"/>'
    )
    halves = contourpy.contour_generator(first, second, output).lines(0.5)
    drawn = "".join(polyline(frame.places(np.asarray(line))) for line in halves)
    return image + (path(drawn, stroke=plots.INK, width=0.7) if drawn else "")


def _lines(
    frame: Frame, lines: Sequence[Line], points: Sequence[Point], square: list[Point]
) -> list[str]:
    """Each line with an arrow to the side where its node is on, its label where there is room."""
    taken = list(points)
    low, high = frame.low[0], frame.high[0]
    span = high - low
    drawn, ends, labels = "", [], []
    for line in lines:
        length = float(np.hypot(line.a, line.b))
        edge = [p for p in clip_polygon(square, line.a, line.b, line.c) if _on(line, p, length)]
        if length == 0 or len(edge) < 2:
            continue
        (x1, y1), (x2, y2) = edge[0], edge[-1]
        drawn += polyline(frame.places(np.array([(x1, y1), (x2, y2)])))
        dx, dy = 0.09 * span * line.a / length, 0.09 * span * line.b / length
        spots = [
            (x1 + share * (x2 - x1) + 1.5 * dx, y1 + share * (y2 - y1) + 1.5 * dy)
            for share in np.linspace(0.1, 0.9, 17)
        ]
        x, y = max(spots, key=lambda spot: _room(spot, taken, low, high))
        taken.append((x, y))
        start, end, label = frame.places(
            np.array([(x - 1.5 * dx, y - 1.5 * dy), (x - 0.5 * dx, y - 0.5 * dy), (x, y)])
        )
        ends.append((start, end, 0.0))
        labels.append((label, f"H{line.node}"))
    if not drawn:
        return []
    heads, _ = arrows(ends, 0.0, plots.INK, width=0.8)
    places, names = [place for place, _ in labels], [name for _, name in labels]
    return [path(drawn, stroke=plots.INK, width=0.9), heads, texts(places, names, 6.5, plots.INK)]


def _room(spot: Point, taken: Sequence[Point], low: float, high: float) -> float:
    """Distance of a label from points, other labels and the frame; the frame may be nearer."""
    frame = min(spot[0] - low, high - spot[0], spot[1] - low, high - spot[1])
    return min([2 * frame, *(float(np.hypot(spot[0] - x, spot[1] - y)) for x, y in taken)])


def _on(line: Line, point: Point, length: float) -> bool:
    return abs(line.a * point[0] + line.b * point[1] + line.c) <= 1e-9 * max(1.0, length)


def _points(frame: Frame, table: ActivationTable) -> list[str]:
    places = frame.places(np.array([row.point for row in table.rows], dtype=float))
    rows = list(zip(places, table.rows, strict=True))
    drawn = [dots(places, 7.0, plots.INK)]
    if inside := [place for place, row in rows if not row.target]:
        drawn.append(dots(inside, 5.2, "#fff"))
    boxes = "".join(f"M{at(place)}m-6 -6h12v12h-12z" for place, row in rows if not row.right)
    return [*drawn, path(boxes, stroke=plots.RED, width=1.4)] if boxes else drawn


def _axes(frame: Frame, ticks: Sequence[float]) -> list[str]:
    left, bottom = frame.left, frame.top + frame.height
    below = frame.places(np.array([(tick, frame.low[1]) for tick in ticks]))
    beside = frame.places(np.array([(frame.low[0], tick) for tick in ticks]))
    strokes = "".join(f"M{at(place)}v2.5" for place in below)
    strokes += "".join(f"M{at(place)}h-2.5" for place in beside)
    labels = [f"{tick:g}" for tick in ticks]
    places = [*(below + np.array([0.0, 8.0])), *(beside - np.array([7.0, 0.0]))]
    return [
        frame.border(plots.MUTED),
        path(strokes, stroke=plots.MUTED, width=0.6),
        texts(places, labels * 2, TYPE, plots.INK),
        text((left + frame.width / 2, bottom + 16), "x₁", TYPE, plots.INK),
        text((4, frame.top + 0.35 * frame.height), "x₂", TYPE, plots.INK),
    ]


def decision_plot(
    table: ActivationTable, weights: PerceptronWeights, lines: Sequence[Line]
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
    side = SIDE - LEFT - EDGE
    frame = Frame(LEFT, EDGE, side, side, (low, low), (high, high))
    square = [(low, low), (high, low), (high, high), (low, high)]
    below = (
        _regions(frame, weights, lines, square)
        if table.act == "step"
        else _surface(frame, weights, table.scale)
    )
    points = [(row.point[0], row.point[1]) for row in table.rows]
    drawn = [
        below,
        *_lines(frame, lines, points, square),
        *_points(frame, table),
        *_axes(frame, sorted({value for row in table.rows for value in row.point})),
    ]
    said = f"Output with {kind} over the plane: {said}."
    return Figure("plot plane", (SIDE, EDGE + side + FOOT), said, "".join(drawn))
