import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Grader

Students = Callable[..., list[Path]]
pytestmark = pytest.mark.usefixtures("untrained")


def test_each_submission_gets_a_folder_and_a_summary(
    grader: Grader, students: Students, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert grader("run", *students("z0000001", "z0000002"), "--out", out) == 0
    assert {folder.name for folder in out.iterdir()} == {"z0000001", "z0000002"}
    printed = capsys.readouterr().out
    assert "z0000001: " in printed
    assert f"Report: {out}/z0000002/report.pdf" in printed


def test_one_that_cannot_be_graded_does_not_stop_the_others(
    grader: Grader, students: Students, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = students("z0000001", "z0000003")
    empty = tmp_path / "z0000002"
    empty.mkdir()
    out = tmp_path / "out"
    assert grader("run", first, empty, tmp_path / "nowhere", last, "--out", out) == 3
    assert {folder.name for folder in out.iterdir()} == {"z0000001", "z0000003"}
    said = capsys.readouterr().err
    assert "z0000002: it holds no files" in said
    assert "nowhere: it cannot be opened: No such file or directory" in said
    assert said.count("what to do:") == 2


def test_a_fault_in_one_does_not_stop_the_others(
    grader: Grader,
    students: Students,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from grader import grading

    right = grading.grade

    def wrong(path: Path, settings: Any) -> Any:
        if path.name == "z0000001":
            raise ZeroDivisionError("by nothing")
        return right(path, settings)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(grading, "grade", wrong)
    out = tmp_path / "out"
    assert grader("run", *students("z0000001", "z0000002"), "--out", out) == 3
    assert [folder.name for folder in out.iterdir()] == ["z0000002"]
    said = capsys.readouterr().err
    assert "a fault of the grader, not of the submission: ZeroDivisionError: by nothing" in said
    assert "Traceback" not in said
    (file,) = tmp_path.glob("grader-fault-*.txt")
    assert "ZeroDivisionError" in file.read_text()


@pytest.mark.parametrize("second", ["again/z0000001", "Z0000001-late", "z0000001/hw1"])
def test_of_two_paths_of_one_student_the_first_counts(
    second: str,
    grader: Grader,
    students: Students,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, other = students("z0000001", second)
    assert grader("run", first, other, "--out", tmp_path / "out") == 3
    said = capsys.readouterr().err
    assert f"{other}: not graded: z0000001 is the student of {first} as well" in said
    assert "with another --out" in said


def test_names_that_differ_in_case_only_are_one_student(
    grader: Grader, students: Students, tmp_path: Path
) -> None:
    assert grader("run", *students("Alice", "alice"), "--out", tmp_path / "out") == 3
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == ["Alice"]


def test_a_second_path_stands_in_for_one_that_cannot_be_read(
    grader: Grader, students: Students, tmp_path: Path
) -> None:
    damaged = tmp_path / "z0000001.zip"
    damaged.write_bytes(b"PK\x03\x04")
    assert grader("run", damaged, *students("z0000001"), "--out", tmp_path / "out") == 3
    assert (tmp_path / "out" / "z0000001" / "result.json").exists()


def test_json_is_all_that_stdout_holds(
    grader: Grader, students: Students, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = students("z0000001", "z0000002")
    assert grader("run", *paths, tmp_path / "nowhere", "--json", "--out", tmp_path / "out") == 3
    lines = capsys.readouterr().out.splitlines()
    results = [json.loads(line) for line in lines]
    assert [result["submission"]["id"] for result in results] == ["z0000001", "z0000002"]
    assert {result["schema"] for result in results} == {"grader.result/1"}


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}/.", "{}/../z0000001"])
def test_a_path_may_be_spelt_in_any_way(
    spelling: str, grader: Grader, students: Students, tmp_path: Path
) -> None:
    (folder,) = students("z0000001")
    assert grader("run", spelling.format(folder), "--out", tmp_path / "out") == 0
    assert (tmp_path / "out" / "z0000001").is_dir()


def test_the_folder_one_is_in_can_be_graded(
    grader: Grader, students: Students, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(students("z0000001")[0])
    assert grader("run", ".", "--out", "../../out") == 0
    assert (tmp_path / "out" / "z0000001").is_dir()


def test_a_tilde_that_the_shell_left_is_the_home_folder(
    grader: Grader, students: Students, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    students("z0000001")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert grader("run", "~/in/z0000001", "--out=~/marks") == 0
    assert (tmp_path / "marks" / "z0000001").is_dir()


def test_reports_are_kept_out_of_the_submission(
    grader: Grader,
    students: Students,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder,) = students("z0000001")
    monkeypatch.chdir(folder)
    assert grader("run", ".") == 2
    assert "lies in the submission" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["kuzu.py"]


def test_a_single_file_is_refused_with_the_way_out(
    grader: Grader, students: Students, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder,) = students("z0000001")
    assert grader("run", folder / "kuzu.py", "--out", tmp_path / "out") == 3
    said = capsys.readouterr().err
    assert "a file that is not an archive" in said
    assert "give the folder" in said


def test_three_hundred_paths_are_graded(grader: Grader, students: Students, tmp_path: Path) -> None:
    names = [f"z{i:07d}" for i in range(300)]
    assert grader("run", *students(*names), "--json", "--out", tmp_path / "out") == 0
    assert len(list((tmp_path / "out").iterdir())) == 300


def test_a_folder_that_cannot_be_written_is_found_before_anything_is_graded(
    grader: Grader,
    students: Students,
    tmp_path: Path,
    untrained: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "out").write_text("a file")
    assert grader("run", *students("z0000001"), "--out", tmp_path / "out") == 3
    assert "cannot be written" in capsys.readouterr().err
    assert "isolation" not in untrained  # no session was opened


def test_the_options_reach_the_session(
    grader: Grader, students: Students, tmp_path: Path, untrained: dict[str, Any]
) -> None:
    options = ["--dataset", "bundled", "--protocol", "quick", "--jobs", 2, "--isolation", "rlimits"]
    assert grader("run", *students("z0000001"), *options, "--out", tmp_path / "out") == 0
    asked = {name: untrained[name] for name in ("dataset", "protocol", "jobs", "isolation")}
    assert asked == {"dataset": "bundled", "protocol": "quick", "jobs": 2, "isolation": "rlimits"}
