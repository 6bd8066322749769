import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.report.decision import cells, clip_polygon, decision_plot, net_output
from grader.results import Line

from . import example

SQUARE = [(-0.5, -0.5), (2.5, -0.5), (2.5, 2.5), (-0.5, 2.5)]
numbers = st.floats(-3, 3, allow_nan=False).map(lambda value: round(value, 2))
lines = st.builds(Line, node=st.just(1), a=numbers, b=numbers, c=numbers, equation=st.just(""))


def _area(polygon: list[tuple[float, float]]) -> float:
    return 0.5 * abs(
        sum(
            x1 * y2 - x2 * y1
            for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True)
        )
    )


def test_clipping_keeps_the_positive_side() -> None:
    right_half = clip_polygon(SQUARE, 1, 0, -1)
    assert min(x for x, _ in right_half) == 1
    assert _area(right_half) == pytest.approx(4.5)
    assert clip_polygon(SQUARE, 0, 0, -1) == []


@given(st.lists(lines, max_size=5))
def test_the_pieces_cover_the_plane_once(dividing: list[Line]) -> None:
    assume(all((line.a, line.b) != (0, 0) for line in dividing))
    assert sum(map(_area, cells(SQUARE, dividing))) == pytest.approx(9.0)


@pytest.mark.parametrize(("act", "scale"), [("step", 1.0), ("sig", 1.0), ("sig", 10.0)])
def test_the_plane_agrees_with_the_table(act: str, scale: float) -> None:
    table = example.activation_table(example.SAMPLE_WEIGHTS, act, scale)
    points = np.array([row.point for row in table.rows])
    nets = net_output(example.SAMPLE_WEIGHTS, act, scale, points)
    assert nets == pytest.approx([row.net for row in table.rows])


def test_the_plot_names_the_wrong_points() -> None:
    found = example.perceptron(example.SAMPLE_WEIGHTS)
    assert found.scaled is not None
    figure = decision_plot(found.scaled, example.SAMPLE_WEIGHTS, found.lines)
    assert "wrong at (1, 2), (0, 1), (2, 1), (1, 0)" in figure.description
    assert "H1" in figure.content


def test_a_node_without_a_line_does_not_stop_the_plot() -> None:
    weights = example.SAMPLE_WEIGHTS.model_copy(update={"in_hid": [[0, 0]] * 4})
    found = example.perceptron(weights)
    assert found.step is not None
    assert decision_plot(found.step, weights, found.lines).content
