import pytest

from grader.report.curves import describe, threshold_text, training_curve
from grader.results import ThresholdInfo

from . import example


@pytest.mark.parametrize(
    ("high", "said"), [(None, "at least 84%"), (88.5, "84 to 88.5%")], ids=["floor", "band"]
)
def test_threshold_in_words(high: float | None, said: str) -> None:
    assert threshold_text(ThresholdInfo(low=84.0, high=high, source="")) == said


def test_curve_is_the_same_every_time_and_carries_no_style() -> None:
    training = example.training("NetConv")
    figure = training_curve("NetConv", training)
    assert figure == training_curve("NetConv", training)
    assert "<style" not in figure.content
    assert "http" not in figure.content
    assert "id=" not in figure.content
    assert "Final: 93.03%. Asked for: at least 93%." in describe("NetConv", training)


def test_training_without_runs_or_reference_is_drawn() -> None:
    training = example.training("NetLin").model_copy(update={"runs": [], "reference": None})
    assert training_curve("NetLin", training).content
