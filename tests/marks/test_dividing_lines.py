"""Dividing lines read as a person would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.marks.dividing_lines import dividing_lines
from reference.perceptron import GRIDS, HAND_SET, Weights


def line(a: float, b: float, c: float) -> tuple[str, str]:
    (found,) = dividing_lines(Weights(((a, b),), (c,), (1.0,), 0.0))
    assert (found.node, found.a, found.b, found.c) == (1, a, b, c)
    return found.equation, found.region


@pytest.mark.parametrize(
    ("coefficients", "equation", "region"),
    [
        ((1, 1, -2.5), "x1 + x2 = 2.5", "x1 + x2 >= 2.5"),
        ((10, 10, -25), "x1 + x2 = 2.5", "x1 + x2 >= 2.5"),
        ((-1, 1, 0.5), "x1 - x2 = 0.5", "x1 - x2 <= 0.5"),
        ((2, 1, 0), "x1 + 0.5 x2 = 0", "x1 + 0.5 x2 >= 0"),
        ((1, -3, 1), "0.3333 x1 - x2 = -0.3333", "0.3333 x1 - x2 >= -0.3333"),
        ((2, 0, -1), "x1 = 0.5", "x1 >= 0.5"),
        ((-2, 0, 1), "x1 = 0.5", "x1 <= 0.5"),
        ((0, -4, -6), "x2 = -1.5", "x2 <= -1.5"),
        ((0, 0, 1), "no line: x1 and x2 have no weight", "everywhere"),
        ((0, 0, -1), "no line: x1 and x2 have no weight", "nowhere"),
    ],
)
def test_equation_and_region(
    coefficients: tuple[float, float, float], equation: str, region: str
) -> None:
    assert line(*coefficients) == (equation, region)


@given(
    scale=st.integers(1, 50),
    coefficients=st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9)),
)
def test_rescaling_moves_no_line(scale: int, coefficients: tuple[int, int, int]) -> None:
    a, b, c = coefficients
    assert line(a, b, c) == line(scale * a, scale * b, scale * c)


def test_nodes_are_numbered_from_1() -> None:
    lines = dividing_lines(HAND_SET[GRIDS["012"].name])
    assert [line.node for line in lines] == [1, 2, 3, 4]
