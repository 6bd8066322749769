from pathlib import Path
from typing import Any

import pytest

from grader.cohort.books import Tally
from grader.cohort.standing import Cohort, Standing
from tests.commands.conftest import Grader
from tests.report.cohort import cohort_example


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the command asks of the cohort's flow, which grades nothing here."""
    told: dict[str, Any] = {"cohort": cohort_example.cohort(3)}
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))

    def graded(find: Any, settings: Any, watcher: Any) -> tuple[Cohort, Tally]:
        told["settings"] = settings
        (tmp_path / "unpacked").mkdir()
        told["found"] = find(tmp_path / "unpacked")
        if "error" in told:
            raise told["error"]
        return told["cohort"], Tally(graded=1)

    monkeypatch.setattr("grader.cohort.batch.grade_cohort", graded)
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for student in ("z1000001", "z1000002"):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "kuzu.py").write_text("x = 1\n")
    return tmp_path / "in"


def test_everyone_is_found_and_the_cohort_reported(
    asked: dict[str, Any],
    folder: Path,
    tmp_path: Path,
    grader: Grader,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "marks"
    assert grader("batch", folder, "--out", out, "--dataset", "bundled", "--timings") == 0
    assert [c.student for c in asked["found"].candidates] == ["z1000001", "z1000002"]
    settings = asked["settings"]
    assert settings.protocol.name == "decide"
    assert (settings.precision, settings.device, settings.executor) == ("fp32", "cpu", "local")
    assert settings.cache is not None
    assert (out / "cohort.html").exists()
    assert (out / "cohort.pdf").read_bytes().startswith(b"%PDF-")
    said = capsys.readouterr().out
    assert "3 students" in said
    assert f"Report: {out}/cohort.pdf" in said
    assert "core-seconds" in said


def test_options_reach_the_flow(
    asked: dict[str, Any], folder: Path, tmp_path: Path, grader: Grader
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("zid,name\nz1000001,A\nz1000009,B\n")
    options = ["--protocol", "official", "--jobs", 7, "--no-cache", "--isolation", "rlimits"]
    options += ["--executor", "dask://head:8786", "--roster", roster, "--dataset", "bundled"]
    assert grader("batch", folder, "--out", tmp_path / "marks", *options) == 0
    settings = asked["settings"]
    assert settings.protocol.name == "official"
    assert (settings.jobs, settings.executor) == (7, "dask://head:8786")
    assert settings.isolation == "rlimits"
    assert settings.cache is None
    missing = [c.student for c in asked["found"].candidates if c.problem == "missing"]
    assert missing == ["z1000009"]


def test_a_fault_of_the_graders_ends_with_three(
    asked: dict[str, Any], folder: Path, tmp_path: Path, grader: Grader
) -> None:
    fault = Standing(student="z9", status="fault", reason="no sandbox")
    asked["cohort"] = cohort_example.empty().model_copy(update={"standings": [fault]})
    assert grader("batch", folder, "--out", tmp_path / "o", "--dataset", "bundled") == 3


def test_whoever_stops_it_is_told_how_to_go_on(
    asked: dict[str, Any],
    folder: Path,
    tmp_path: Path,
    grader: Grader,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked["error"] = KeyboardInterrupt()
    assert grader("batch", folder, "--out", tmp_path / "o", "--dataset", "bundled") == 130
    said = capsys.readouterr().err
    assert "the same command goes on from there" in said


def test_reports_do_not_go_into_what_is_graded(
    folder: Path, grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("batch", folder, "--out", folder / "marks", "--dataset", "bundled") == 2
    assert "lies in the submission" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    code = grader("batch", tmp_path / "nowhere", "--out", tmp_path / "o", "--dataset", "bundled")
    assert code == 3
    assert "nowhere" in capsys.readouterr().err
