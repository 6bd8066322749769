import pytest

from grader.report.cohort.bars import accuracy_histogram, marks_histogram
from grader.report.cohort.plots import Point
from grader.results import ThresholdInfo

FLOOR = ThresholdInfo(low=84.0, high=None, source="")


def test_marks_fall_into_the_bar_that_begins_with_them() -> None:
    totals = [(0.0, False), (0.3, False), (0.3, True), (3.1, False)]
    said = marks_histogram(totals, 3.1).description
    assert said == (
        "Histogram of the marks that 4 students earned. 0 to 0.25: 1, 0.25 to 0.5: 2, 3 to 3.25: 1."
    )


@pytest.mark.parametrize("highest", [0.0, 0.2, 1.0, 17.0, 100.0, 5000.0])
def test_marks_of_any_size_make_few_bars(highest: float) -> None:
    said = marks_histogram([(highest * i / 100, False) for i in range(101)], highest).description
    assert 1 <= said.count(":") <= 21


def test_accuracies_are_counted_and_those_far_off_stand_at_the_edge() -> None:
    points = [
        Point(10, 84.0, True, False),
        Point(10, 83.99, False, False),
        Point(10, 12.5, False, True),
    ]
    said = accuracy_histogram("NetFull", "h", points, FLOOR).description
    assert said == (
        "Histogram of the test accuracy of NetFull: 1 of 3 met. "
        "78 to 78.5: 1, 83.5 to 84: 1, 84 to 84.5: 1."
    )


@pytest.mark.parametrize(("low", "high"), [(0.0, None), (100.0, None), (0.0, 100.0)])
def test_thresholds_at_the_ends_can_be_drawn(low: float, high: float | None) -> None:
    threshold = ThresholdInfo(low=low, high=high, source="")
    for accuracy in (0.0, 100.0):
        points = [Point(10, accuracy, True, False)]
        assert ": 1." in accuracy_histogram("N", "h", points, threshold).description


def test_drawings_are_the_same_every_time_and_refer_to_nothing() -> None:
    points = [Point(10, 80 + i / 7, i > 28, i % 2 == 0) for i in range(60)]
    drawn = accuracy_histogram("N", "h", points, FLOOR)
    assert drawn == accuracy_histogram("N", "h", points, FLOOR)
    assert "http" not in drawn.content
    assert 'id="h-' in drawn.content
