"""Known mistakes in hand-set weights are recognised, and right weights are not accused."""

import pytest

from reference.mistakes.perceptron import PERCEPTRON_MISTAKES, PerceptronMistake, name_mistake
from reference.perceptron import GRIDS, HAND_SET, SCALE, Grid, Weights

every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=lambda grid: grid.name)


@every_grid
@pytest.mark.parametrize("mistake", PERCEPTRON_MISTAKES, ids=lambda mistake: mistake.id)
def test_typical_instance_is_named_after_its_own_mistake(
    mistake: PerceptronMistake, grid: Grid
) -> None:
    assert name_mistake(mistake.example(HAND_SET[grid.name], grid), grid) is mistake


@every_grid
@pytest.mark.parametrize("scale", [2.0, SCALE, 1000.0])
def test_right_weights_show_no_mistake(grid: Grid, scale: float) -> None:
    assert name_mistake(HAND_SET[grid.name].scaled(scale), grid) is None


def test_weights_that_no_known_mistake_explains_are_left_unnamed() -> None:
    one_line = Weights(((1, 1),) * 4, (-0.5,) * 4, (1, 1, 1, 1), -0.5)
    assert name_mistake(one_line, GRIDS["012"]) is None


def test_zero_margin_is_named_before_and_after_rescaling() -> None:
    """In float32 these weights pass for right at a scale of 100, by rounding alone."""
    weights = Weights(
        ((1, 1), (1, 1), (-1, 1), (-1, 1)), (-2.5, -1.5, -0.5, 0.5), (1, -1, 1, -1), 0
    )
    for scale in (1.0, SCALE, 100.0):
        found = name_mistake(weights.scaled(scale), GRIDS["012"])
        assert found is not None
        assert found.id == "zero-margin"


def test_sentences_are_unique_and_say_what_to_do() -> None:
    sentences = [mistake.sentence for mistake in PERCEPTRON_MISTAKES]
    assert len(set(sentences)) == len(sentences) == len({m.id for m in PERCEPTRON_MISTAKES})
    assert all(sentence.count(".") >= 2 for sentence in sentences)
