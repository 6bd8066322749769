from pathlib import Path

import pytest

from grader.report.files import ReportFiles
from tests.commands.conftest import Grader
from tests.report.example import sample


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a result; rendering is tested elsewhere and only told where to write."""
    (tmp_path / "result.json").write_text(sample().to_json())
    monkeypatch.setattr(
        "grader.report.write_report",
        lambda _result, folder, _key: ReportFiles(folder / "report.html", folder / "report.pdf"),
    )
    return tmp_path


@pytest.mark.parametrize("name", [".", "result.json"])
def test_a_result_is_rendered_beside_itself(
    name: str, grader: Grader, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("report", written / name) == 0
    files = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert files == [written / "report.html", written / "report.pdf"]


def test_a_result_is_rendered_elsewhere(
    grader: Grader, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("report", written, "--out", written / "reprint") == 0
    assert str(written / "reprint" / "report.pdf") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"{}", "submission: Field required"),
        (b"not json", "Invalid JSON"),
        (b"\xff\xfe", "cannot be read (not text)"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_what_is_no_result_is_refused(
    content: bytes | None,
    found: str,
    grader: Grader,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if content is not None:
        (tmp_path / "result.json").write_bytes(content)
    assert grader("report", tmp_path) == 3
    said = capsys.readouterr().err
    assert found in said
    assert "what to do:" in said
