"""What sigmoid does as all weights grow, and the smallest scale at which it is right."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference.perceptron import GRIDS, HAND_SET, Grid, Weights, evaluate
from reference.rescaling import (
    is_clearly_right,
    is_right_in_float32,
    limit_hidden,
    limit_net,
    sigmoid_margins,
    smallest_scale,
    zero_hidden,
    zero_output,
)

GRID = GRIDS["012"]
ZERO_MARGIN = Weights(
    ((1, 1), (1, 1), (-1, 1), (-1, 1)), (-2.5, -1.5, -0.5, 0.5), (1, -1, 1, -1), 0
)
ON_THE_LINE = Weights(((1, 1),), (-1,), (1,), -0.5)
every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=lambda grid: grid.name)


@every_grid
def test_scale_is_the_smallest(grid: Grid) -> None:
    scale = smallest_scale(HAND_SET[grid.name], grid)
    assert scale is not None
    assert is_clearly_right(HAND_SET[grid.name], scale, grid)
    assert not is_clearly_right(HAND_SET[grid.name], scale * 0.99, grid)


@settings(deadline=None, max_examples=40)
@given(
    noise=st.lists(st.floats(-0.25, 0.25), min_size=17, max_size=17),
    grid=st.sampled_from(list(GRIDS.values())),
)
def test_scale_is_the_smallest_for_crooked_weights_too(noise: list[float], grid: Grid) -> None:
    in_hid, in_bias, hid_out, out_bias = HAND_SET[grid.name].arrays()
    weights = Weights.from_arrays(
        in_hid + np.reshape(noise[:8], (4, 2)),
        in_bias + np.asarray(noise[8:12]),
        hid_out + np.asarray(noise[12:16]),
        out_bias + noise[16],
    )
    scale = smallest_scale(weights, grid)
    assume(scale is not None)
    assert scale is not None
    assert is_right_in_float32(weights, scale, grid)
    assert not is_clearly_right(weights, scale * 0.985, grid)


def test_weights_ten_times_as_large_need_a_tenth_of_the_scale() -> None:
    once = smallest_scale(HAND_SET["012"], GRID)
    tenfold = smallest_scale(HAND_SET["012"].scaled(10), GRID)
    assert once is not None
    assert tenfold == pytest.approx(once / 10)


def test_no_scale_serves_where_the_margin_is_0() -> None:
    assert smallest_scale(ZERO_MARGIN, GRID) is None


def test_rounding_alone_does_not_count_as_right() -> None:
    """In float32 the outputs are exactly 0.5 at a scale of 100, which a program counts as 1."""
    assert is_right_in_float32(ZERO_MARGIN, 100, GRID)
    assert not is_clearly_right(ZERO_MARGIN, 100, GRID)
    assert (sigmoid_margins(ZERO_MARGIN, 100, GRID) < 0).any()


def test_margins_are_net_inputs_where_those_are_exact_enough() -> None:
    for scale in (0.5, 1.0, 5.0):
        net = evaluate(HAND_SET["012"].scaled(scale), "sig", GRID.points).net_output
        signs = np.where(np.asarray(GRID.targets) == 1, 1, -1)
        margins = sigmoid_margins(HAND_SET["012"], scale, GRID)
        np.testing.assert_allclose(margins * scale, net * signs, atol=1e-5)


def test_a_node_with_net_input_0_stays_at_one_half() -> None:
    at = [GRID.points.index(point) for point in ((0.0, 1.0), (1.0, 0.0))]
    assert sorted(np.flatnonzero(zero_hidden(ON_THE_LINE, GRID))) == sorted(at)
    assert limit_hidden(ON_THE_LINE, GRID)[at].ravel().tolist() == [0.5, 0.5]
    assert limit_net(ON_THE_LINE, GRID)[at].tolist() == [0, 0]


def test_zero_but_for_rounding_is_zero() -> None:
    """0.1 + 0.2 - 0.3 is not 0 in float32, yet it is what the student meant."""
    weights = Weights.from_arrays([[0.1, 0.2]], [-0.3], [[1]], [-1])
    grid = Grid("one", ((1, 1), (0, 0)), (1, 0))
    assert zero_hidden(weights, grid).ravel().tolist() == [True, False]
    assert zero_output(weights, grid).tolist() == [True, False]
