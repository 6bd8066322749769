import os
from pathlib import Path

import pytest

from grader.submission.collect import Collector, Limits
from grader.submission.folder import take_folder


@pytest.fixture
def collector(tmp_path: Path) -> Collector:
    (tmp_path / "blobs").mkdir()
    return Collector(tmp_path / "blobs", Limits(entries=6))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    path = tmp_path / "z0000001"
    (path / "src").mkdir(parents=True)
    (path / "src" / "kuzu.py").write_bytes(b"deep")
    (path / "kuzu.py").write_bytes(b"top")
    return path


def test_files_are_taken_by_relative_name(top: Path, collector: Collector) -> None:
    take_folder(top, collector)
    assert {name: file.size for name, file in collector.files.items()} == {
        "kuzu.py": 3,
        "src/kuzu.py": 4,
    }


def test_what_is_no_regular_file_is_left_out(top: Path, collector: Collector) -> None:
    (top / "link").symlink_to("/etc/hostname")
    (top / "folder link").symlink_to("/etc")
    os.mkfifo(top / "pipe")
    take_folder(top, collector)
    assert set(collector.files) == {"kuzu.py", "src/kuzu.py"}
    assert collector.notes() == ["left out: links, devices and pipes: folder link, link, pipe"]


def test_a_limit_cuts_off_what_lies_deep(top: Path, collector: Collector) -> None:
    for number in range(4):
        (top / f"{number}.txt").write_bytes(b"")
    take_folder(top, collector)
    assert "kuzu.py" in collector.files
    assert "src/kuzu.py" not in collector.files
    assert collector.notes() == [
        "left out: everything after the limit (more than 6 entries): src/kuzu.py"
    ]


def test_a_folder_that_is_not_there_is_the_callers_error(
    tmp_path: Path, collector: Collector
) -> None:
    with pytest.raises(FileNotFoundError):
        take_folder(tmp_path / "missing", collector)
