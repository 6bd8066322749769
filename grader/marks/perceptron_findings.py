"""What the grader says in words about hand-set weights: why no scale helps, what is not rescaled.

Every sentence names the points and the values it rests on, so that a student can check it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reference.perceptron import SCALE, Act, Grid, Weights, evaluate
from reference.rescaling import (
    is_right_in_float32,
    limit_net,
    sigmoid_margins,
    smallest_scale,
    zero_hidden,
)

CLOSE = 0.05  # a sigmoid within this of 0 or 1 passes for a step
CLOSE_NET = float(np.log(1 / CLOSE - 1))  # 2.94: the net input that takes the sigmoid so far
TOLERANCE: Mapping[Act, float] = {"step": 0.0, "sig": 1e-4}  # sigmoid: float32 libraries differ
SHOWN = 3  # points listed for each activation function before the rest is only counted


@dataclass(frozen=True)
class StudentForward:
    """What the student's own forward gave on the grid's points, in their order.

    `output` has one value a point, in any shape; `hidden` has shape (points, h), or is None
    where the student's module does not keep it.
    """

    output: npt.NDArray[np.floating]
    hidden: npt.NDArray[np.floating] | None = None


def explain_no_scale(weights: Weights, grid: Grid) -> str:
    """Why sigmoid is not right on all points at any scale."""
    return " ".join(_reasons(weights, grid)) or (
        "Sigmoid tends to step as the scale grows and would be right in the end, but at no scale"
        " between 0.001 and 100000."
    )


def _reasons(weights: Weights, grid: Grid) -> Iterator[str]:
    step_right = np.asarray(evaluate(weights, "step", grid.points).right(grid.targets))
    limit = limit_net(weights, grid) * np.where(np.asarray(grid.targets) == 1, 1, -1)
    undecided = (limit == 0) & (sigmoid_margins(weights, SCALE, grid) <= 0)
    spoilt = undecided | (limit < 0)
    on_line = zero_hidden(weights, grid)
    if (wrong := spoilt & ~step_right).any():
        yield (
            f"Step itself is wrong at {_points(grid, wrong)}, and sigmoid tends to step as the"
            " scale grows."
        )
    for node, at in enumerate(on_line.T, start=1):
        if (half := at & step_right & spoilt).any():
            yield (
                f"Hidden node {node} has a net input of exactly 0 at {_points(grid, half)}:"
                " there step gives 1, but sigmoid stays at 0.5 at every scale."
            )
    if (zero := undecided & step_right & ~on_line.any(axis=1)).any():
        scale = SCALE if judge_scaling(weights, grid)[0] else 1
        outputs = evaluate(weights.scaled(scale), "sig", grid.points).output[zero]
        yield (
            f"The output's net input is exactly 0 at {_points(grid, zero)}: there step gives 1,"
            f" but sigmoid tends to 0.5 from below ({_range(outputs)} at a scale of {scale:g})."
        )
    if rounded := smallest_scale(weights, grid, is_right_in_float32):
        yield (
            f"From a scale of {rounded:.3g} on, 32-bit numbers round this to exactly 0.5, which"
            " counts as 1; that is rounding, not a margin."
        )


def judge_scaling(weights: Weights, grid: Grid) -> tuple[bool, str]:
    """Whether the weights were not rescaled for sigmoid, and the evidence in words.

    Rescaled weights take most hidden sigmoids close to 0 or 1. Weights that are right with
    sigmoid as handed in need no rescaling.
    """
    sigmoid = evaluate(weights, "sig", grid.points)
    if all(sigmoid.right(grid.targets)):
        return False, "Sigmoid is right on all points with the weights as handed in."
    typical = float(np.median(np.abs(sigmoid.net_hidden)))
    value = 1 / (1 + np.exp(-typical))
    evidence = (
        f"Half of the hidden net inputs are no larger than {typical:.3g} in size, where sigmoid"
        f" gives {value:.3f} or {1 - value:.3f}"
    )
    if typical < CLOSE_NET:
        return True, f"{evidence}: far from step's 1 or 0."
    return False, f"{evidence}: as good as step's 1 or 0."


def describe_disagreements(
    weights: Weights, grid: Grid, forwards: Mapping[Act, StudentForward]
) -> tuple[str, ...]:
    """Where the student's forward and the oracle differ on the student's own weights."""
    return tuple(
        sentence
        for act, forward in forwards.items()
        for sentence in _differ(weights, grid, act, forward)
    )


def _differ(weights: Weights, grid: Grid, act: Act, forward: StudentForward) -> Iterator[str]:
    expected = evaluate(weights, act, grid.points)
    outputs = forward.output.reshape(-1)
    if outputs.shape != expected.output.shape:
        yield f"With {act}, forward gives {outputs.size} values for {len(grid.points)} points."
        return
    found = [outputs.reshape(-1, 1)]
    wanted = [expected.output.reshape(-1, 1)]
    names = ["the output"]
    if forward.hidden is not None and forward.hidden.shape == expected.hidden.shape:
        found.insert(0, forward.hidden)
        wanted.insert(0, expected.hidden)
        names[:0] = [f"hidden node {node}" for node in range(1, expected.hidden.shape[1] + 1)]
    sentences = list(_cells(grid, act, names, np.hstack(found), np.hstack(wanted)))
    yield from sentences[:SHOWN]
    if len(sentences) > SHOWN:
        yield f"With {act}, {len(sentences) - SHOWN} more values differ."


def _cells(
    grid: Grid,
    act: Act,
    names: list[str],
    found: npt.NDArray[np.floating],
    wanted: npt.NDArray[np.floating],
) -> Iterator[str]:
    same = np.abs(found - wanted) <= TOLERANCE[act]  # false for nan, as it must be
    for row, column in np.argwhere(~same):
        yield (
            f"With {act} at {_point(grid.points[row])}, forward gives {found[row, column]:.4g} for"
            f" {names[column]}; the weights give {wanted[row, column]:.4g}."
        )


def _points(grid: Grid, chosen: npt.NDArray[np.bool_]) -> str:
    return ", ".join(_point(p) for p, wanted in zip(grid.points, chosen, strict=True) if wanted)


def _point(point: tuple[float, float]) -> str:
    return f"({point[0]:g}, {point[1]:g})"


def _range(values: Iterable[np.floating]) -> str:
    texts = sorted({f"{value:.4f}" for value in values})
    return texts[0] if len(texts) == 1 else f"{texts[0]} to {texts[-1]}"
