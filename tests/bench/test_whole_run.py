"""What `grader bench --submission` makes of its runs."""

from pathlib import Path

import pytest

from grader.bench.whole_run import Run, RunFigures, measure_run
from grader.errors import GraderError


def test_a_promise_is_held_against_the_median() -> None:
    runs = [Run(61, 50, 1.4), Run(40, 34, 1.3), Run(40, 31.9, 1.7)]
    assert RunFigures(runs, 3 * 2**29).rows() == [
        ("whole run", "40.0 s", "40.0 to 61.0", "60 s", True),
        ("outside training", "8.1 s", "6.0 to 11.0", "8 s", False),
        ("PDF, warm", "1.40 s", "1.30 to 1.70", "1.5 s", True),
        ("peak memory", "1.50 GiB", "", "1.5 GiB", True),
    ]


def test_a_run_that_fails_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="what to do"):
        measure_run(tmp_path / "missing", "bundled", 1)
