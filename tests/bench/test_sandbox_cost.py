from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.bench.sandbox_cost import Cost, SandboxCost, measure_sandbox
from grader.capturing.isolation import Rlimits
from grader.errors import CaptureError

SAMPLES = Path(__file__).parents[2] / "submissions"


def test_what_is_added_is_the_median_of_the_rounds() -> None:
    walls = [Cost(3.0, 2.0), Cost(9.0, 2.5), Cost(3.2, 2.1)]
    bare = [Cost(2.9, 1.9), Cost(2.8, 2.0), Cost(2.9, 2.0)]
    cost = SandboxCost("bubblewrap", walls, bare)
    assert cost.kept
    assert cost.rows() == [
        ("bubblewrap", "3.20 s", "2.10 core-s", ""),
        ("no walls", "2.90 s", "2.00 core-s", ""),
        ("added", "+0.30 s", "+0.10 core-s", "0.5 s: kept"),
    ]
    assert not SandboxCost("bubblewrap", [Cost(3.6, 2)], [Cost(3.0, 2)]).kept


@pytest.mark.slow
def test_a_sample_is_captured_in_turns() -> None:
    assignment = load_assignment("comp9444-25t2")
    cost = measure_sandbox(SAMPLES / "z0000003", assignment, Rlimits(), 1)
    assert len(cost.walls) == len(cost.bare) == 1
    assert min(c.cores for c in (*cost.walls, *cost.bare)) > 0.5


def test_what_cannot_be_captured_says_nothing_about_time(tmp_path: Path) -> None:
    (tmp_path / "kuzu.py").write_text("class NetLin: pass")
    with pytest.raises(CaptureError, match="a submission whose networks all run"):
        measure_sandbox(tmp_path, load_assignment("comp9444-25t2"), Rlimits(), 1)
