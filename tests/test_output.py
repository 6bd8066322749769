import os
from pathlib import Path

import pytest

from grader.errors import ReportError, UsageError
from grader.output import require_apart, require_writable, write_everything, write_text
from grader.results import Result
from tests.report.example import sample


def test_a_folder_is_made_and_proven_writable(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    require_writable(folder)
    assert list(folder.iterdir()) == []


def test_a_file_in_the_way_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(ReportError) as caught:
        require_writable(tmp_path / "out")
    assert str(caught.value).splitlines() == [
        f"{tmp_path}/out: cannot be written (File exists)",
        "  expected: a folder of your own for the reports",
        "  what to do: choose another with --out DIR",
    ]


def test_a_folder_that_nobody_may_write_to_is_refused() -> None:
    with pytest.raises(ReportError, match="cannot be written"):
        require_writable(Path("/proc/reports"))


@pytest.mark.parametrize("out", [".", "results", "deep/er", "../z1234567/results"])
def test_reports_do_not_go_into_the_submission(out: str, tmp_path: Path) -> None:
    submission = tmp_path / "z1234567"
    with pytest.raises(UsageError, match="lies in the submission") as caught:
        require_apart(submission / out, submission)
    assert "--out DIR" in caught.value.hint


@pytest.mark.parametrize("out", ["results", "z1234567-results", "z1234567/../results"])
def test_reports_go_anywhere_else(out: str, tmp_path: Path) -> None:
    require_apart(tmp_path / out, tmp_path / "z1234567")


def test_a_file_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "result.json"
    file.write_text("before")
    seen: list[str] = []
    replace = Path.replace

    def watched(part: Path, target: Path) -> Path:
        seen.append(file.read_text())
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_text(file, "お after\n")
    assert seen == ["before"]
    assert file.read_text(encoding="utf-8") == "お after\n"
    assert list(tmp_path.iterdir()) == [file]


def test_what_was_there_survives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "result.json"
    file.write_text("before")

    def full(part: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match=r"cannot be written \(No space left on device\)"):
        write_text(file, "after")
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_everybody_may_read_a_report_whom_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "result.json", "{}")
    finally:
        os.umask(before)
    assert (tmp_path / "result.json").stat().st_mode & 0o777 == 0o640


@pytest.mark.slow
def test_a_result_and_its_reports_lie_in_a_folder_of_the_student(tmp_path: Path) -> None:
    result = sample()
    folder = write_everything(result, tmp_path / "out")
    assert folder == tmp_path / "out" / result.submission.id
    assert {path.name for path in folder.iterdir()} == {"result.json", "report.html", "report.pdf"}
    assert Result.from_json((folder / "result.json").read_text()) == result
