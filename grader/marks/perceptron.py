"""Everything that can be known about a hand-set perceptron from its weights and its forward.

Pure arithmetic in the trusted process: the student's module was run elsewhere. Whatever is
counted here is counted by the oracle on the student's weights; where the student's own forward
says otherwise, the disagreement is reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.errors import CaptureError
from grader.marks.dividing_lines import DividingLine, dividing_lines
from grader.marks.perceptron_findings import (
    StudentForward,
    describe_disagreements,
    explain_no_scale,
    judge_scaling,
)
from reference.mistakes.perceptron import PerceptronMistake, name_mistake
from reference.perceptron import SCALE, Act, Evaluation, Grid, Weights, evaluate
from reference.rescaling import smallest_scale

LARGEST = 1e30  # beyond this, sums in float32 overflow at the scales that are tried


@dataclass(frozen=True)
class PointRow:
    """One point: its hidden activations, the output's net input and the output."""

    point: tuple[float, float]
    target: int
    hidden: tuple[float, ...]
    net: float
    output: float
    right: bool


@dataclass(frozen=True)
class ActivationTable:
    """All points under one activation function, with every weight and bias times `scale`."""

    act: Act
    scale: float
    rows: tuple[PointRow, ...]

    @property
    def right(self) -> int:
        """Number of points that come out right."""
        return sum(row.right for row in self.rows)


@dataclass(frozen=True)
class PointMargin:
    """How far step's net input to the output lies on the right side of 0; negative where wrong.

    0 is no margin on either side, although step(0) = 1.
    """

    point: tuple[float, float]
    margin: float


@dataclass(frozen=True)
class PerceptronAnalysis:
    """All findings. Margins are in the units of the weights as handed in.

    Args:
        weights: as handed in.
        step: with step.
        sigmoid: with sigmoid and the weights as handed in.
        scaled: with sigmoid and everything times the assignment's number.
        lines: dividing line of each hidden node.
        margins: of each point.
        smallest_margin: the least of `margins`.
        smallest_hidden_net: the least net input, in size, of a hidden node at any point.
        smallest_scale: the least number to multiply everything by for sigmoid to be right on all
            points, rounded up to 3 digits; None where none is.
        scale_reason: why none is, else empty.
        unscaled: whether the weights were not rescaled for sigmoid.
        unscaled_reason: the evidence for it or against it.
        disagreements: where the student's forward differs from the oracle on these weights.
        mistake: the known mistake that these weights show, if any.
    """

    weights: Weights
    step: ActivationTable
    sigmoid: ActivationTable
    scaled: ActivationTable
    lines: tuple[DividingLine, ...]
    margins: tuple[PointMargin, ...]
    smallest_margin: float
    smallest_hidden_net: float
    smallest_scale: float | None
    scale_reason: str
    unscaled: bool
    unscaled_reason: str
    disagreements: tuple[str, ...]
    mistake: PerceptronMistake | None


def analyse_perceptron(
    weights: Weights,
    grid: Grid,
    forwards: Mapping[Act, StudentForward] | None = None,
    *,
    scale: float = SCALE,
) -> PerceptronAnalysis:
    """Find out everything about these weights on this grid.

    Args:
        weights: see `student_weights`.
        grid: points and targets.
        forwards: what the student's own forward gave, for each activation function tried.
        scale: the assignment's number for rescaling.
    """
    step = evaluate(weights, "step", grid.points)
    margins = _margins(step, grid)
    smallest = smallest_scale(weights, grid)
    unscaled, unscaled_reason = judge_scaling(weights, grid)
    return PerceptronAnalysis(
        weights=weights,
        step=_table(weights, "step", 1.0, grid),
        sigmoid=_table(weights, "sig", 1.0, grid),
        scaled=_table(weights, "sig", scale, grid),
        lines=dividing_lines(weights),
        margins=margins,
        smallest_margin=min(margin.margin for margin in margins),
        smallest_hidden_net=float(np.abs(step.net_hidden).min()),
        smallest_scale=smallest,
        scale_reason="" if smallest is not None else explain_no_scale(weights, grid),
        unscaled=unscaled,
        unscaled_reason=unscaled_reason,
        disagreements=describe_disagreements(weights, grid, forwards or {}),
        mistake=name_mistake(weights, grid),
    )


def student_weights(
    in_hid: npt.ArrayLike, in_bias: npt.ArrayLike, hid_out: npt.ArrayLike, out_bias: npt.ArrayLike
) -> Weights:
    """Accept captured weights: shapes (h, 2), (h,), (1, h) or (h,), and (1,) or ().

    Raises:
        CaptureError: shapes that do not belong together, no hidden node, or numbers that are not
            finite or too large to compute with.
    """
    expected = "in_hid.weight (h, 2), in_hid.bias (h), hid_out.weight (1, h), hid_out.bias (1)"
    hint = "assign tensors of these shapes, with ordinary numbers, in set_weights()"
    try:
        weights = Weights.from_arrays(in_hid, in_bias, hid_out, out_bias)
    except ValueError as error:
        raise CaptureError("MLP.set_weights", str(error), expected, hint) from None
    if not weights.in_bias:
        raise CaptureError("MLP.set_weights", "there is no hidden node", expected, hint)
    if not all((np.abs(array) <= LARGEST).all() for array in weights.arrays()):
        found = f"a weight is not a number, infinite or larger than {LARGEST:g}"
        raise CaptureError("MLP.set_weights", found, "finite weights", hint)
    return weights


def _table(weights: Weights, act: Act, scale: float, grid: Grid) -> ActivationTable:
    result = evaluate(weights.scaled(scale), act, grid.points)
    rows = zip(
        grid.points,
        grid.targets,
        result.hidden,
        result.net_output,
        result.output,
        result.right(grid.targets),
        strict=True,
    )
    return ActivationTable(
        act,
        scale,
        tuple(
            PointRow(point, target, tuple(map(float, hidden)), float(net), float(output), right)
            for point, target, hidden, net, output, right in rows
        ),
    )


def _margins(step: Evaluation, grid: Grid) -> tuple[PointMargin, ...]:
    signs = (1 if target == 1 else -1 for target in grid.targets)
    return tuple(
        PointMargin(point, sign * float(net) + 0.0)  # + 0.0 turns -0 into 0
        for point, sign, net in zip(grid.points, signs, step.net_output, strict=True)
    )
