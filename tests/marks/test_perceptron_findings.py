"""The sentences about hand-set weights name points and values."""

from dataclasses import replace

import numpy as np
import pytest

from grader.marks.perceptron_findings import (
    StudentForward,
    describe_disagreements,
    explain_no_scale,
    judge_scaling,
)
from reference.perceptron import GRIDS, HAND_SET, SCALE, Act, Weights, evaluate

GRID = GRIDS["012"]
RIGHT = HAND_SET["012"]


def forward(weights: Weights, act: Act) -> StudentForward:
    result = evaluate(weights, act, GRID.points)
    return StudentForward(result.output.reshape(9, 1).copy(), result.hidden.copy())


def test_step_that_is_wrong_is_the_reason() -> None:
    reason = explain_no_scale(replace(RIGHT, out_bias=-2.5), GRID)
    assert reason.startswith("Step itself is wrong at (1, 2), (0, 1), (2, 1), (1, 0)")


def test_a_point_on_a_dividing_line_is_the_reason() -> None:
    reason = explain_no_scale(replace(RIGHT, in_bias=(1.0, -2.5, -0.5, -0.5)), GRID)
    assert "Hidden node 1 has a net input of exactly 0 at (0, 1), (1, 0)" in reason
    assert "sigmoid stays at 0.5" in reason


def test_a_net_output_of_0_is_the_reason_and_rounding_no_remedy() -> None:
    reason = explain_no_scale(replace(RIGHT, out_bias=-2.0), GRID)
    assert "The output's net input is exactly 0 at (1, 2), (0, 1), (2, 1), (1, 0)" in reason
    assert "that is rounding, not a margin" in reason


def test_a_scale_beyond_the_range_is_the_reason() -> None:
    """The limit is right, but the net inputs are a million times too small."""
    assert "at no scale" in explain_no_scale(RIGHT.scaled(1e-6), GRID)


def test_small_weights_are_not_rescaled() -> None:
    unscaled, evidence = judge_scaling(RIGHT, GRID)
    assert unscaled
    assert "0.5 in size, where sigmoid gives 0.622 or 0.378: far from step's" in evidence


def test_weights_right_with_sigmoid_need_no_rescaling() -> None:
    assert judge_scaling(RIGHT.scaled(SCALE), GRID) == (
        False,
        "Sigmoid is right on all points with the weights as handed in.",
    )


def test_large_weights_can_be_wrong_for_another_reason() -> None:
    unscaled, evidence = judge_scaling(replace(RIGHT, out_bias=-2.5).scaled(SCALE), GRID)
    assert not unscaled
    assert "as good as step's 1 or 0" in evidence


@pytest.mark.parametrize("act", ["step", "sig"])
def test_a_forward_that_computes_what_the_weights_say_is_not_mentioned(act: Act) -> None:
    assert describe_disagreements(RIGHT, GRID, {act: forward(RIGHT, act)}) == ()


def test_a_differing_output_is_named_with_its_point_and_values() -> None:
    student = forward(RIGHT, "step")
    student.output[1] = 0
    assert describe_disagreements(RIGHT, GRID, {"step": student}) == (
        "With step at (1, 2), forward gives 0 for the output; the weights give 1.",
    )


def test_a_differing_hidden_node_is_named() -> None:
    student = forward(RIGHT, "sig")
    assert student.hidden is not None
    student.hidden[0, 2] = np.nan
    (sentence,) = describe_disagreements(RIGHT, GRID, {"sig": student})
    assert sentence.startswith("With sig at (0, 2), forward gives nan for hidden node 3;")


def test_many_differences_are_counted() -> None:
    student = StudentForward(1 - forward(RIGHT, "step").output)
    sentences = describe_disagreements(RIGHT, GRID, {"step": student})
    assert len(sentences) == 4
    assert sentences[-1] == "With step, 6 more values differ."


def test_too_few_outputs_are_mentioned() -> None:
    student = StudentForward(np.zeros((4, 2)))
    assert describe_disagreements(RIGHT, GRID, {"sig": student}) == (
        "With sig, forward gives 8 values for 9 points.",
    )
