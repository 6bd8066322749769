import tempfile
from pathlib import Path

import pytest

from grader.fault import describe_fault


def raised() -> Exception:
    try:
        raise RuntimeError("no such luck")
    except RuntimeError as error:
        return error


def test_a_fault_is_short_on_the_screen_and_whole_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = describe_fault(raised())
    (file,) = tmp_path.iterdir()
    assert text.splitlines() == [
        "a fault of the grader, not of the submission: RuntimeError: no such luck",
        "  no mark was given or taken",
        f"  what to do: run `grader doctor`; if all is well there, report {file}",
    ]
    assert file.read_text().startswith("Traceback")
    assert "in raised" in file.read_text()


def test_without_room_for_a_file_the_place_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert ", report raised:" in describe_fault(raised())
