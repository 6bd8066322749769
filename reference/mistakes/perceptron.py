"""Known mistakes in the hand-set weights of Part 2, each recognised from the weights alone.

They are ordered from the specific to the general: the first that recognises a student's weights
names them. Random weights are told from hand-set ones by their decimals: a person types few.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from reference.perceptron import GRIDS, HAND_SET, HIDDEN, SCALE, Act, Grid, Weights, evaluate
from reference.rescaling import is_clearly_right, zero_hidden, zero_output

DIGITS = 5  # the most significant digits that a person is taken to type


@dataclass(frozen=True)
class PerceptronMistake:
    """One known mistake.

    Args:
        id: unique name.
        sentence: what a student reads: what the weights do, what was asked, what to change.
        example: makes a typical instance from right, unscaled weights for a grid.
        recognise: whether weights for a grid show this mistake.
        fails: ids of the checks that its typical instance must not pass.
    """

    id: str
    sentence: str
    example: Callable[[Weights, Grid], Weights]
    recognise: Callable[[Weights, Grid], bool]
    fails: tuple[str, ...]


def name_mistake(weights: Weights, grid: Grid) -> PerceptronMistake | None:
    """The first known mistake that these weights show, if any."""
    return next((m for m in PERCEPTRON_MISTAKES if m.recognise(weights, grid)), None)


def is_right(weights: Weights, act: Act, grid: Grid) -> bool:
    """Whether all nine points come out right."""
    return all(evaluate(weights, act, grid.points).right(grid.targets))


def _typed(values: tuple[float, ...]) -> bool:
    return all(np.float32(f"{value:.{DIGITS}g}") == np.float32(value) for value in values)


def _typed_parts(weights: Weights) -> list[bool]:
    matrix = tuple(chain.from_iterable(weights.in_hid))
    return list(map(_typed, (matrix, weights.in_bias, weights.hid_out, (weights.out_bias,))))


def _random(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(0).normal(0, 0.15, shape)


def _not_set(weights: Weights, grid: Grid) -> bool:
    return not is_right(weights, "step", grid) and not any(_typed_parts(weights))


def _partly_set(weights: Weights, grid: Grid) -> bool:
    parts = _typed_parts(weights)
    return not is_right(weights, "step", grid) and any(parts) and not all(parts)


def _becomes_right(change: Callable[[Weights], Weights], weights: Weights, grid: Grid) -> bool:
    return not is_right(weights, "step", grid) and is_right(change(weights), "step", grid)


def _transposed(weights: Weights) -> Weights:
    """Undo the reading of a (2, h) matrix, one row an input, as if it were (h, 2)."""
    matrix = weights.arrays()[0]
    return Weights.from_arrays(matrix.reshape(2, -1).T, *weights.arrays()[1:])


def _scrambled(weights: Weights) -> Weights:
    matrix = weights.arrays()[0]
    return Weights.from_arrays(matrix.T.reshape(-1, 2), *weights.arrays()[1:])


def _negative_bias(weights: Weights) -> Weights:
    in_hid, in_bias, hid_out, out_bias = weights.arrays()
    return Weights.from_arrays(in_hid, -in_bias, hid_out, -out_bias)


def _larger_biases(weights: Weights) -> Weights:
    in_hid, in_bias, hid_out, out_bias = weights.arrays()
    factor = np.float32(SCALE)
    return Weights.from_arrays(in_hid, in_bias * factor, hid_out, out_bias * factor)


def _smaller_biases(weights: Weights) -> Weights:
    return replace(weights.scaled(SCALE), in_bias=weights.in_bias, out_bias=weights.out_bias)


def _inverted(weights: Weights) -> Weights:
    return replace(weights, hid_out=tuple(-w for w in weights.hid_out), out_bias=-weights.out_bias)


def _all_wrong(weights: Weights, grid: Grid) -> bool:
    return not any(evaluate(weights, "step", grid.points).right(grid.targets))


def _right_elsewhere(weights: Weights, grid: Grid) -> bool:
    others = (other for other in GRIDS.values() if other.points != grid.points)
    return not is_right(weights, "step", grid) and any(
        is_right(weights, "step", other) for other in others
    )


def _no_hidden_bias(weights: Weights, grid: Grid) -> bool:
    return not is_right(weights, "step", grid) and not any(weights.in_bias)


def _only_step(weights: Weights, grid: Grid) -> bool:
    """Right with step, but with sigmoid neither as they are nor rescaled."""
    return is_right(weights, "step", grid) and not any(
        is_clearly_right(weights, scale, grid) for scale in (1.0, SCALE)
    )


def _lowered_output(weights: Weights, grid: Grid) -> Weights:
    """Lower the output's bias until a target-1 point has net input 0, which step still calls 1."""
    net = evaluate(weights, "step", grid.points).net_output
    least = min(float(n) for n, target in zip(net, grid.targets, strict=True) if target)
    return replace(weights, out_bias=weights.out_bias - least)


def _line_through_points(weights: Weights, grid: Grid) -> Weights:
    """Lower every hidden bias until a point lies on each dividing line."""
    nets = evaluate(weights, "step", grid.points).net_hidden
    least = np.where(nets > 0, nets, np.inf).min(axis=0)
    in_hid, in_bias, hid_out, out_bias = weights.arrays()
    return Weights.from_arrays(in_hid, in_bias - least, hid_out, out_bias)


NINE_POINTS = ("mlp_step", "mlp_rescaled")
"""What wrong weights of an ordinary size fail; sigmoid is then not asked."""
SIGMOID = ("mlp_sigmoid", "mlp_rescaled")

PERCEPTRON_MISTAKES: tuple[PerceptronMistake, ...] = (
    PerceptronMistake(
        "wrong-hidden-size",
        f"The perceptron has another number of hidden nodes than {HIDDEN}. Four were asked for."
        f" Write set_weights for {HIDDEN} hidden nodes.",
        lambda right, _: replace(
            right,
            in_hid=(*right.in_hid, (1.0, 1.0)),
            in_bias=(*right.in_bias, 0.5),
            hid_out=(*right.hid_out, 0.0),
        ),
        lambda weights, _: len(weights.in_bias) != HIDDEN,
        ("mlp_hidden", *SIGMOID),
    ),
    PerceptronMistake(
        "weights-not-set",
        "After set_weights() all weights are still random. Weights set by hand were asked for."
        " Assign to the .data of in_hid.weight, in_hid.bias, hid_out.weight and hid_out.bias.",
        lambda _right, _grid: Weights.from_arrays(
            _random(HIDDEN, 2), _random(HIDDEN), _random(HIDDEN), _random(1)
        ),
        _not_set,
        NINE_POINTS,
    ),
    PerceptronMistake(
        "weights-partly-set",
        "set_weights() sets some of the weights and leaves others random. All were to be set by"
        " hand. Assign to the weight and the bias of both in_hid and hid_out.",
        lambda right, _: Weights.from_arrays(
            right.in_hid, _random(HIDDEN), right.hid_out, _random(1)
        ),
        _partly_set,
        NINE_POINTS,
    ),
    PerceptronMistake(
        "other-grid",
        "These weights are right for another year's nine points. This assignment has other"
        " points and targets. Draw them and place the dividing lines anew.",
        lambda _, grid: next(
            HAND_SET[name] for name, other in GRIDS.items() if other.points != grid.points
        ),
        _right_elsewhere,
        NINE_POINTS,
    ),
    PerceptronMistake(
        "output-inverted",
        "The output is wrong at all nine points: 1 where 0 is wanted and 0 where 1 is wanted."
        " Change the sign of the hidden-to-output weights and of the output's bias.",
        lambda right, _: _inverted(right),
        _all_wrong,
        NINE_POINTS,
    ),
    PerceptronMistake(
        "transposed-matrix",
        "The input-to-hidden weights are written one row an input, but in_hid.weight holds one"
        " row a hidden node, so they are mixed up. Write one pair (for x1, x2) for each node.",
        lambda right, _: _scrambled(right),
        lambda weights, grid: _becomes_right(_transposed, weights, grid),
        NINE_POINTS,
    ),
    PerceptronMistake(
        "threshold-as-bias",
        "The biases have the wrong sign. A node with threshold t needs the bias -t, as the net"
        " input is compared with 0. Change the sign of the biases.",
        lambda right, _: _negative_bias(right),
        lambda weights, grid: _becomes_right(_negative_bias, weights, grid),
        NINE_POINTS,
    ),
    PerceptronMistake(
        "biases-not-rescaled",
        "The weights are rescaled but the biases are not, so the dividing lines have moved."
        " Weights and biases were to be multiplied alike. Multiply the biases as well.",
        lambda right, _: _smaller_biases(right),
        lambda weights, grid: _becomes_right(_larger_biases, weights, grid),
        ("mlp_step",),
    ),
    PerceptronMistake(
        "bias-forgotten",
        "The biases of the hidden nodes are all 0, so every dividing line passes through the"
        " origin and the points are not separated. Lines may lie anywhere. Set in_hid.bias too.",
        lambda right, _: replace(right, in_bias=(0.0,) * HIDDEN),
        _no_hidden_bias,
        NINE_POINTS,
    ),
    PerceptronMistake(
        "point-on-dividing-line",
        "Some points lie on a hidden node's dividing line. Step calls 0 a 1, but sigmoid makes it"
        " 0.5 at every scale. Move the line between the points by changing the node's bias.",
        _line_through_points,
        lambda weights, grid: _only_step(weights, grid) and bool(zero_hidden(weights, grid).any()),
        SIGMOID,
    ),
    PerceptronMistake(
        "zero-margin",
        "The output's net input is exactly 0 at some points. Step calls 0 a 1, but sigmoid"
        " tends to 0.5 there, whatever the scale. Change the output's bias to move it off 0.",
        _lowered_output,
        lambda weights, grid: _only_step(weights, grid) and bool(zero_output(weights, grid).any()),
        SIGMOID,
    ),
    PerceptronMistake(
        "not-rescaled",
        "The weights are right with step but too small for sigmoid. They were to be multiplied by"
        f" a large number. Multiply all weights and biases by {SCALE:g}.",
        lambda right, _: right,
        lambda weights, grid: (
            is_right(weights, "step", grid)
            and not is_right(weights, "sig", grid)
            and is_clearly_right(weights, SCALE, grid)
        ),
        SIGMOID,
    ),
)
