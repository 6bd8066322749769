"""A disk without room costs nobody a mark: on a file system of a few megabytes, for real."""

import ctypes
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.capturing.capture import capture_module
from grader.capturing.control import excused
from grader.capturing.sandbox import Limits
from grader.scratch import full_disk
from grader.wire import Failure
from tests.sandboxes import LIMITS, bubblewrap, module, needs_bubblewrap, target

pytestmark = pytest.mark.usefixtures("forked_workers")

NEW_MOUNTS = 0x00020000
"""CLONE_NEWNS of unshare(2)."""
LARGE = """
class Second(First):
    def __init__(self):
        super().__init__()
        self.large = nn.Linear(1000, 3000)
"""


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of 4 MiB, on which temporary files are made; other programs do not see it."""
    folder = tmp_path / "small"
    folder.mkdir()
    commands = (
        ["mount", "--make-rprivate", "/"],
        ["mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", str(folder)],
    )
    if os.geteuid() or ctypes.CDLL(None).unshare(NEW_MOUNTS):
        pytest.skip("only root may mount a file system, and not everywhere")
    if any(subprocess.run(c, capture_output=True, check=False).returncode for c in commands):
        pytest.skip("no file system can be mounted here")
    try:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_is_full_when_little_is_left(small_disk: Path, tmp_path: Path) -> None:
    assert full_disk(small_disk) == f"{small_disk} has 4 MiB of space left"
    assert full_disk(tmp_path / "nowhere") == ""


@needs_bubblewrap
def test_a_network_that_finds_no_room_is_left_to_a_person(small_disk: Path, tmp_path: Path) -> None:
    source, targets = module(tmp_path, LARGE), [target(n) for n in ("First", "Second", "Third")]
    captured = capture_module(bubblewrap(), source, targets, LIMITS)
    found = excused({"net.py": captured}, bubblewrap(), Limits())["net.py"].networks
    assert not isinstance(found["First"], Failure)
    second = found["Second"]
    assert isinstance(second, Failure)
    assert second.stage == "fault"
    assert second.message.endswith("of space left")
    assert list(small_disk.glob("grader-*")) == []
