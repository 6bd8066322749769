import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.cohort.plots import STEP, Point, accuracy_limits, key
from grader.results import ThresholdInfo

FLOOR = ThresholdInfo(low=84.0, high=None, source="")


def _points(*accuracies: float) -> list[Point]:
    return [Point(1000, accuracy, accuracy >= 84, False) for accuracy in accuracies]


@pytest.mark.parametrize(
    ("accuracies", "limits"),
    [
        ((84.2,), (83.0, 85.0)),
        ((82.4, 86.1), (82.0, 86.5)),
        ((10.0, 99.9), (78.0, 90.0)),
    ],
    ids=["near", "spread", "far off"],
)
def test_limits_hold_the_points_and_stay_near_the_threshold(
    accuracies: tuple[float, ...], limits: tuple[float, float]
) -> None:
    assert accuracy_limits(_points(*accuracies), FLOOR) == limits


@given(
    st.lists(st.floats(0, 100), min_size=1),
    st.floats(0, 100).map(lambda value: round(value, 1)),
    st.one_of(st.none(), st.floats(0, 10).map(lambda value: round(value, 1))),
)
def test_no_bar_straddles_the_threshold(
    accuracies: list[float], low: float, width: float | None
) -> None:
    high = None if width is None else min(100.0, low + width)
    threshold = ThresholdInfo(low=low, high=high, source="")
    start, end = accuracy_limits(_points(*accuracies), threshold)
    assert start <= low <= end
    assert start < end
    assert (low - start) / STEP == pytest.approx(round((low - start) / STEP), abs=1e-6)


def test_the_key_tells_four_kinds_apart_without_colour() -> None:
    described = [figure.description for figure, _ in key()]
    assert len(set(described)) == 4
    assert described == ["filled circle", "open circle", "filled triangle", "open triangle"]
