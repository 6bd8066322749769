"""Everything about hand-set weights, on the sample submission's and on the oracle's."""

import math

import numpy as np
import pytest

from grader.errors import CaptureError
from grader.marks.perceptron import analyse_perceptron, student_weights
from reference.perceptron import GRIDS, HAND_SET, SCALE, Grid

GRID = GRIDS["012"]
SAMPLE = student_weights(
    [[1, 1], [1, 1], [-1, 1], [-1, 1]], [-2.5, -1.5, -0.5, 0.5], [[1, -1, 1, -1]], [0]
)
TARGET_1 = ((1.0, 2.0), (0.0, 1.0), (2.0, 1.0), (1.0, 0.0))
every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=lambda grid: grid.name)


def test_sample_is_right_with_step_and_wrong_with_sigmoid() -> None:
    analysis = analyse_perceptron(SAMPLE, GRID)
    assert (analysis.step.right, analysis.scaled.right, len(analysis.step.rows)) == (9, 5, 9)
    assert analysis.scaled.scale == 10


def test_sample_s_target_1_points_come_out_as_0_4666() -> None:
    rows = {row.point: row for row in analyse_perceptron(SAMPLE, GRID).scaled.rows}
    assert tuple(point for point, row in rows.items() if not row.right) == TARGET_1
    assert all(round(rows[point].output, 4) == 0.4666 for point in TARGET_1)


def test_sample_s_true_activations() -> None:
    rows = analyse_perceptron(SAMPLE, GRID).step.rows
    table = {
        row.point: "".join(f"{value:g}" for value in (*row.hidden, row.output)) for row in rows
    }
    assert table == {
        (0, 2): "01110",
        (1, 2): "11111",
        (2, 2): "11010",
        (0, 1): "00111",
        (1, 1): "01010",
        (2, 1): "11001",
        (0, 0): "00010",
        (1, 0): "00001",
        (2, 0): "01000",
    }


def test_sample_has_no_margin_and_no_scale_helps() -> None:
    analysis = analyse_perceptron(SAMPLE, GRID)
    assert tuple(m.point for m in analysis.margins if m.margin == 0) == TARGET_1
    assert analysis.smallest_margin == 0
    assert analysis.smallest_hidden_net == 0.5
    assert analysis.smallest_scale is None
    assert "net input is exactly 0 at (1, 2), (0, 1), (2, 1), (1, 0)" in analysis.scale_reason
    assert "0.4666 at a scale of 10" in analysis.scale_reason


def test_sample_is_named_and_its_missing_rescaling_too() -> None:
    analysis = analyse_perceptron(SAMPLE, GRID)
    assert analysis.unscaled
    assert analysis.mistake is not None
    assert analysis.mistake.id == "zero-margin"


@every_grid
def test_the_oracle_s_weights_are_without_fault(grid: Grid) -> None:
    analysis = analyse_perceptron(HAND_SET[grid.name].scaled(SCALE), grid)
    assert analysis.step.right == analysis.sigmoid.right == 9
    assert analysis.smallest_margin == analysis.smallest_hidden_net == 0.5 * SCALE
    assert analysis.smallest_scale is not None
    assert analysis.smallest_scale < 1
    assert (analysis.scale_reason, analysis.unscaled, analysis.mistake) == ("", False, None)


@every_grid
def test_a_margin_is_negative_exactly_where_step_is_wrong(grid: Grid) -> None:
    """The weights of the other grid have no margin of exactly 0."""
    other = next(name for name in GRIDS if name != grid.name)
    analysis = analyse_perceptron(HAND_SET[other], grid)
    wrong = [row.point for row in analysis.step.rows if not row.right]
    assert [margin.point for margin in analysis.margins if margin.margin < 0] == wrong != []


@pytest.mark.parametrize(
    ("in_bias", "found"),
    [
        ([0, 0, 0], "shapes"),
        ([0, math.nan, 0, 0], "not a number"),
        ([0, math.inf, 0, 0], "infinite"),
        ([0, 1e31, 0, 0], "larger than 1e+30"),
    ],
)
def test_unusable_weights_are_refused(in_bias: list[float], found: str) -> None:
    with pytest.raises(CaptureError) as refusal:
        student_weights(np.zeros((4, 2)), in_bias, np.zeros((1, 4)), [0])
    assert found in refusal.value.found
    assert refusal.value.hint


def test_a_perceptron_without_hidden_nodes_is_refused() -> None:
    with pytest.raises(CaptureError, match="no hidden node"):
        student_weights(np.zeros((0, 2)), [], np.zeros((1, 0)), [0])


def test_the_largest_weights_that_are_accepted_stay_finite() -> None:
    weights = student_weights(np.full((4, 2), 1e30), [-1e30] * 4, np.full((1, 4), 1e30), [0])
    analysis = analyse_perceptron(weights, GRID)
    assert all(math.isfinite(row.net) for row in analysis.scaled.rows)
