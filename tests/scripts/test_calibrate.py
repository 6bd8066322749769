from pathlib import Path

import pytest

from grader.data.metadata import Metadata
from scripts.calibrate import describe, main, threshold

FIVE = [[50.0, value] for value in (83.5, 84.0, 84.5, 85.0, 85.5)]


def test_a_minimum_lies_two_deviations_below_the_mean() -> None:
    """Mean 84.5, deviation 0.79: 82.92 comes down to the half point below."""
    assert threshold("NetFull", FIVE, 2000)["low"] == 82.5


def test_seeds_that_agree_by_luck_still_leave_slack() -> None:
    assert threshold("NetConv", [[93.8]] * 5, 2000)["low"] == 93.0


def test_the_worst_seed_passes_even_when_it_is_an_outlier() -> None:
    rows = [[90.0]] * 9 + [[80.0]]
    assert threshold("NetConv", rows, 2000)["low"] == 80.0


def test_about_is_a_band_around_the_mean() -> None:
    band = threshold("NetLin", FIVE, 2000)
    assert (band["low"], band["high"]) == (82.5, 86.5)


def test_the_source_says_how_it_was_measured() -> None:
    source = threshold("NetFull", FIVE, 2000)["source"]
    assert "seeds 0 to 4" in source
    assert "mean 84.50" in source
    assert "2,000 test images" in source


def test_what_is_written_is_valid_and_spans_the_seeds() -> None:
    found = describe({"NetFull": FIVE}, 2000)
    assert found["calibration"]["NetFull"] == {
        "seeds": [0, 1, 2, 3, 4],
        "low": [50.0, 83.5],
        "high": [50.0, 85.5],
    }
    classes = [{"label": n, "roman": str(n)} for n in range(10)]
    content = {"schema": "grader.dataset/1", "title": "x", "classes": classes} | found
    assert Metadata.model_validate(content).threshold_map() is not None


def test_a_folder_without_description_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "write title and classes first" in capsys.readouterr().err
