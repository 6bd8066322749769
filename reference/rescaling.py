"""What sigmoid does when all weights and biases are multiplied by a number s.

As s grows, a hidden node tends to step, but to 0.5 where its net input is exactly 0; the output
tends to 1 or 0 by the sign of its net input in that limit, and to 0.5 where that is 0. Float32
hides the last case: at a large s the hidden nodes round to 0 and 1, the output to 0.5 exactly,
and 0.5 counts as 1. So everything here is computed as the limit plus the distance from it, which
keeps its sign however small it is.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from reference.perceptron import Grid, Weights, evaluate

Doubles = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

ROUNDING = 8 * float(np.finfo(np.float32).eps)  # of the largest term: a sum this small is 0
ROUNDING_64 = 16 * float(np.finfo(np.float64).eps)


def zero_hidden(weights: Weights, grid: Grid) -> Booleans:
    """Where a hidden node's net input is 0 but for rounding: (points, h)."""
    return np.equal(_net_hidden(weights, grid), 0)


def zero_output(weights: Weights, grid: Grid) -> Booleans:
    """Where step's net input to the output is 0 but for rounding: (points,)."""
    hidden = evaluate(weights, "step", grid.points).hidden.astype(np.float64)
    return np.equal(_net_output(weights, hidden), 0)


def limit_hidden(weights: Weights, grid: Grid) -> Doubles:
    """What the hidden nodes tend to, 0, 0.5 or 1: (points, h)."""
    return np.heaviside(_net_hidden(weights, grid), 0.5)


def limit_net(weights: Weights, grid: Grid) -> Doubles:
    """The net input to the output, over s, in the limit: (points,). 0 means that 0.5 is near."""
    return _net_output(weights, limit_hidden(weights, grid))


def sigmoid_margins(weights: Weights, scale: float, grid: Grid) -> Doubles:
    """Net input to the output at this scale, over the scale, counted towards the target: (points,).

    Positive where the point is right, negative where it is wrong, 0 where the output is 0.5.
    """
    net = _net_hidden(weights, grid)
    with np.errstate(over="ignore", under="ignore"):
        distance = np.where(net == 0, 0, -np.sign(net) / (1 + np.exp(scale * np.abs(net))))
        terms = distance * np.asarray(weights.hid_out, np.float64)
    margins = _sum(np.column_stack([limit_net(weights, grid), terms]), ROUNDING_64)
    return margins * np.where(np.asarray(grid.targets) == 1, 1, -1)


def is_right_in_float32(weights: Weights, scale: float, grid: Grid) -> bool:
    """Whether sigmoid counts as right on all points at this scale, as a training program counts."""
    return all(evaluate(weights.scaled(scale), "sig", grid.points).right(grid.targets))


def is_clearly_right(weights: Weights, scale: float, grid: Grid) -> bool:
    """Whether sigmoid is right on all points at this scale, and not by rounding alone."""
    margins = sigmoid_margins(weights, scale, grid)
    return bool((margins > 0).all()) and is_right_in_float32(weights, scale, grid)


def smallest_scale(
    weights: Weights, grid: Grid, right: Callable[[Weights, float, Grid], bool] = is_clearly_right
) -> float | None:
    """The smallest s at which sigmoid is right on all points, rounded up to 3 digits.

    Every number from 0.001 to 100,000 in steps of 6% is tried; then the first that serves and the
    one before it are brought together by bisection. None where no number served.
    """

    def serves(scale: float) -> bool:
        return right(weights, scale, grid)

    below = 0.0
    for scale in _candidates():
        if serves(scale):
            return _rounded_up(serves, _bisect(serves, below, scale))
        below = scale
    return None


def _candidates() -> Iterator[float]:
    return (10 ** (exponent / 40) for exponent in range(-120, 201))


def _bisect(serves: Callable[[float], bool], below: float, above: float) -> float:
    while above - below > 1e-6 * above:
        middle = (below + above) / 2
        if serves(middle):
            above = middle
        else:
            below = middle
    return above


def _rounded_up(serves: Callable[[float], bool], scale: float) -> float:
    """Round up to 3 digits, or not at all where the rounded number does not serve."""
    unit = 10.0 ** (math.floor(math.log10(scale)) - 2)
    rounded = float(f"{math.ceil(scale / unit) * unit:.3g}")
    return rounded if serves(rounded) else scale


def _net_hidden(weights: Weights, grid: Grid) -> Doubles:
    in_hid, in_bias, _, _ = (array.astype(np.float64) for array in weights.arrays())
    x = np.asarray(grid.points)
    terms = x[:, None, :] * in_hid[None, :, :]
    biases = np.broadcast_to(in_bias[None, :, None], (*terms.shape[:2], 1))
    return _sum(np.concatenate([terms, biases], axis=2), ROUNDING)


def _net_output(weights: Weights, hidden: Doubles) -> Doubles:
    biases = np.full((len(hidden), 1), weights.out_bias)
    return _sum(np.hstack([hidden * np.asarray(weights.hid_out, np.float64), biases]), ROUNDING)


def _sum(terms: Doubles, rounding: float) -> Doubles:
    """Sum over the last axis; 0 where it is no larger than rounding errors of the terms."""
    total = terms.sum(axis=-1)
    return np.where(np.abs(total) <= rounding * np.abs(terms).max(axis=-1), 0.0, total)
