"""The oracle's arithmetic and its hand-set weights."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference.perceptron import GRIDS, HAND_SET, SCALE, Act, Grid, Weights, evaluate

every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=lambda grid: grid.name)
halves = st.integers(-20, 20).map(lambda n: n / 2)
four = st.tuples(*[halves] * 4)
weights_of_halves = st.builds(
    Weights, st.tuples(*[st.tuples(halves, halves)] * 4), four, four, halves
)


def test_grids_are_read_like_a_picture() -> None:
    assert GRIDS["012"].points[:3] == ((0, 2), (1, 2), (2, 2))
    assert GRIDS["012"].targets == (0, 1, 0, 1, 0, 1, 0, 1, 0)
    assert GRIDS["-101"].points[4] == (0, 0)
    assert GRIDS["-101"].targets == (1, 0, 1, 0, 1, 0, 1, 0, 1)


@every_grid
@pytest.mark.parametrize(("act", "scale"), [("step", 1), ("step", SCALE), ("sig", SCALE)])
def test_hand_set_weights_are_right_on_all_points(grid: Grid, act: Act, scale: float) -> None:
    result = evaluate(HAND_SET[grid.name].scaled(scale), act, grid.points)
    assert all(result.right(grid.targets))


@every_grid
def test_no_net_input_of_the_hand_set_weights_is_nearer_to_0_than_one_half(grid: Grid) -> None:
    weights = HAND_SET[grid.name]
    result = evaluate(weights, "step", grid.points)
    assert min(np.abs(result.net_hidden).min(), np.abs(result.net_output).min()) == 0.5
    assert max(np.abs(array).max() for array in (weights.arrays()[0], weights.arrays()[2])) == 1


@every_grid
def test_sigmoid_of_the_rescaled_weights_is_far_from_undecided(grid: Grid) -> None:
    output = evaluate(HAND_SET[grid.name].scaled(SCALE), "sig", grid.points).output
    assert np.abs(output - np.asarray(grid.targets)).max() < 0.008


@given(weights=weights_of_halves, act=st.sampled_from(["step", "sig"]))
def test_arithmetic_agrees_with_torch(weights: Weights, act: Act) -> None:
    points = GRIDS["012"].points
    in_hid, in_bias, hid_out, out_bias = map(torch.from_numpy, weights.arrays())
    activate = torch.sigmoid if act == "sig" else (lambda net: (net >= 0).float())
    hidden = activate(torch.tensor(points) @ in_hid.T + in_bias)
    output = activate(hidden @ hid_out + out_bias)
    result = evaluate(weights, act, points)
    assert result.output.dtype == np.float32
    np.testing.assert_allclose(result.hidden, hidden, atol=1e-6)
    np.testing.assert_allclose(result.output, output, atol=1e-5)


@given(weights=weights_of_halves, scale=st.integers(1, 1000))
def test_scaling_everything_never_changes_the_step_outputs(weights: Weights, scale: int) -> None:
    points = GRIDS["-101"].points
    before, after = (evaluate(w, "step", points) for w in (weights, weights.scaled(scale)))
    assert np.array_equal(before.hidden, after.hidden)
    assert np.array_equal(before.output, after.output)


def test_step_of_0_is_1() -> None:
    weights = Weights(((0, 0),), (0,), (1,), -1)
    assert evaluate(weights, "step", ((0, 0),)).output.tolist() == [1]


def test_sigmoid_of_a_huge_net_input_is_0_or_1_without_a_warning() -> None:
    weights = Weights(((1e6, 0), (-1e6, 0)), (0, 0), (1, 1), 0)
    with np.errstate(all="raise", over="warn", under="ignore"):
        assert evaluate(weights, "sig", ((1, 0),)).hidden.tolist() == [[1, 0]]


def test_weights_are_taken_from_arrays_of_torch_shapes() -> None:
    weights = Weights.from_arrays([[1, 2], [3, 4]], [5, 6], [[7, 8]], [9])
    assert weights == Weights(((1, 2), (3, 4)), (5, 6), (7, 8), 9)


@pytest.mark.parametrize(
    ("in_hid", "in_bias", "hid_out", "out_bias"),
    [
        ([[1, 2, 3], [4, 5, 6]], [0, 0], [[1, 1]], [0]),
        ([[1, 2]], [0, 0], [[1, 1]], [0]),
        ([[1, 2], [3, 4]], [0, 0], [[1], [1]], [0]),
        ([[1, 2], [3, 4]], [0, 0], [[1, 1]], [0, 0]),
    ],
)
def test_shapes_that_do_not_belong_together_are_refused(
    in_hid: list[list[float]],
    in_bias: list[float],
    hid_out: list[list[float]],
    out_bias: list[float],
) -> None:
    with pytest.raises(ValueError, match=r"shapes .* are not \(h, 2\)"):
        Weights.from_arrays(in_hid, in_bias, hid_out, out_bias)
