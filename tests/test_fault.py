import errno
import tempfile
from pathlib import Path

import pytest

from grader import fault
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


def test_a_full_disk_is_named_whatever_failed_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault, "full_disk", lambda _folder: "/tmp has 3 MiB of space left")
    first, second, third = describe_fault(OSError("9408000 requested")).splitlines()
    assert first == "a fault of the machine, not of the submission: /tmp has 3 MiB of space left"
    assert second == "  no mark was given or taken, and what is finished stays"
    assert "TMPDIR" in third
    assert "9408000 requested" in third


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError("9408000 requested and 6225792 written"),
    ],
)
def test_no_room_for_results_is_no_fault_of_the_graders_own(error: OSError) -> None:
    assert "there is no room on the disk of the results" in describe_fault(error)
