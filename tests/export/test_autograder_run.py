import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.capturing import isolation
from grader.errors import IntakeError, IsolationError
from grader.export import autograder_run
from grader.export.autograder_run import FAILED, isolation_here, main
from tests.export.test_gradescope import require_valid
from tests.report.example import sample


@pytest.mark.parametrize(
    ("allowed", "fault", "tier"),
    [
        ("refuse", "", "auto"),
        ("refuse", "no uid map", "auto"),
        ("rlimits", "", "auto"),
        ("rlimits", "no uid map", "rlimits"),
    ],
)
def test_walls_are_given_up_only_where_there_are_none_and_a_tutor_said_so(
    monkeypatch: pytest.MonkeyPatch, allowed: str, fault: str, tier: str
) -> None:
    monkeypatch.setattr(isolation, "sandbox_fault", lambda: fault)
    assert isolation_here(allowed) == tier


def graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: object
) -> tuple[dict[str, Any], str]:
    """What is written and said where grading gives this result, or raises this error."""

    def grade(_submission: Path, **_session: object) -> object:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(autograder_run, "_graded", grade)
    options = {
        "submission": tmp_path,
        "results": tmp_path / "results.json",
        "without-sandbox": "refuse",
        "assignment": "x",
        "dataset": "bundled",
        "protocol": "official",
        "jobs": 1,
    }
    done = CliRunner().invoke(main, [f"--{name}={value}" for name, value in options.items()])
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "results.json").read_text())
    require_valid(found)
    return found, done.output


def test_a_result_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, said = graded(tmp_path, monkeypatch, sample())
    assert found["score"] == sample().marks.earned
    assert said == ""


def test_what_is_wrong_with_the_submission_is_told_to_the_student(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = IntakeError("submission", "no files", "kuzu.py", "hand in kuzu.py")
    found, said = graded(tmp_path, monkeypatch, error)
    assert "what to do: hand in kuzu.py" in found["output"]
    assert "hand in kuzu.py" in said


@pytest.mark.parametrize(
    "error", [IsolationError("isolation", "no uid map"), ZeroDivisionError("uid map")]
)
def test_a_fault_of_the_grader_is_told_to_the_staff_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    found, said = graded(tmp_path, monkeypatch, error)
    assert found["output"].startswith(FAILED)
    assert "uid map" not in json.dumps(found)
    assert "uid map" in said
