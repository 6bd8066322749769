"""The pictures of Part 2 that the report shows, beside what they must look like.

For hand-set weights that is what those weights give; a trained network has no one right picture of
a hidden node, but its output has the nine points right.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from grader.report.decision import cells, clip_polygon, net_output
from grader.report.small.regions import small_regions
from grader.report.strips import (
    POINTS,
    WIDTHS,
    OraclePicture,
    QuestionRow,
    Strip,
    absent,
    bare,
    question_row,
    student_pictures,
)
from grader.results import Line, PerceptronResult, PerceptronWeights, QuestionResult, Result
from reference.perceptron import GRIDS, HAND_SET, Grid

COLUMNS, MOST = 7, 6
HALF = 0.5  # how far a picture reaches beyond the outer points
Piece = list[tuple[float, float]]

_ASKED = re.compile(r"hid_(\d)_\?")


def perceptron_rows(result: Result) -> Iterator[QuestionRow]:
    """One row for each question whose criteria ask for pictures of hidden nodes."""
    for question in result.questions:
        nodes = [match for c in question.criteria if (match := _ASKED.search(c.title))]
        if nodes:
            yield _row(question, int(nodes[0][1]), result)


def _row(question: QuestionResult, nodes: int, result: Result) -> QuestionRow:
    pictures = student_pictures(question.id, result)[:MOST]
    oracle = list(_right(nodes, result.perceptron))
    strips = [Strip(COLUMNS, pictures, "" if pictures else absent(result), [])]
    if len(pictures) + len(oracle) <= COLUMNS:
        strips = [Strip(COLUMNS, pictures, strips[0].absent, oracle)]
    elif oracle:
        strips.append(Strip(COLUMNS, [], "", oracle))
    return question_row(question, strips, bare=bare(pictures, result))


def _right(nodes: int, found: PerceptronResult | None) -> Iterator[OraclePicture]:
    """What the weights handed in give, where they are of that many nodes; else a right output."""
    grid = _grid_of(found)
    if grid is None:
        return
    weights = found.weights if found is not None else None
    if weights is None or len(weights.in_hid) != nodes:
        right = PerceptronWeights.model_validate(asdict(HAND_SET[grid.name]))
        yield _picture(_output(right, grid), grid, "An output with all nine points right")
        return
    square = _square(grid)
    for line in _lines(weights):
        piece = clip_polygon(square, line.a, line.b, line.c)
        caption = f"hid_{nodes}_{line.node} by check.py"
        yield _picture([piece] if len(piece) > 2 else [], grid, caption)
    yield _picture(_output(weights, grid), grid, f"out_{nodes} by check.py, with step")


def _grid_of(found: PerceptronResult | None) -> Grid | None:
    """The nine points that the perceptron was tried on."""
    if found is None or found.step is None:
        return None
    points = {tuple(row.point) for row in found.step.rows}
    return next((grid for grid in GRIDS.values() if set(grid.points) == points), None)


def _square(grid: Grid) -> Piece:
    low = min(min(point) for point in grid.points) - HALF
    high = max(max(point) for point in grid.points) + HALF
    return [(low, low), (high, low), (high, high), (low, high)]


def _lines(weights: PerceptronWeights) -> list[Line]:
    pairs = zip(weights.in_hid, weights.in_bias, strict=True)
    return [
        Line(node=node, a=a, b=b, c=c, equation="")
        for node, ((a, b), c) in enumerate(pairs, start=1)
    ]


def _output(weights: PerceptronWeights, grid: Grid) -> list[Piece]:
    """Where the output is 1 with step."""
    pieces = cells(_square(grid), _lines(weights))
    middles = np.array([np.mean(np.array(piece), axis=0) for piece in pieces])
    on = net_output(weights, "step", 1.0, middles) >= 0
    return [piece for piece, is_on in zip(pieces, on, strict=True) if is_on]


def _picture(pieces: list[Piece], grid: Grid, caption: str) -> OraclePicture:
    (low, _), _, (high, _), _ = _square(grid)
    points = list(zip(grid.points, grid.targets, strict=True))
    figure = small_regions(pieces, points, (low, high), WIDTHS[COLUMNS] * POINTS, caption)
    return OraclePicture(figure, caption)
