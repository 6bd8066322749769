"""A sandbox that was started before anything of a submission was there captures it all the same."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from grader.capturing.ahead import Ahead, started_ahead
from grader.capturing.capture import Capture, Module, capture_submission
from grader.capturing.isolation import choose_isolation, sandbox_fault
from grader.graphs.network import Network
from grader.submission import COPY
from grader.submission.intake import open_submission
from tests.sandboxes import LIMITS, NETWORKS, target

needs_a_sandbox = pytest.mark.skipif(bool(sandbox_fault()), reason=sandbox_fault())

SAYS = NETWORKS + "import sys; print(sys.argv[1:], __name__)\n"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "z1234567"
    folder.mkdir()
    (folder / "net.py").write_text(SAYS)
    return folder


def capture(tier: str, submission: Path, ahead: Ahead, workdir: Path) -> Capture:
    source = open_submission(submission, workdir, ["net.py"]).path_of("net.py")
    assert source is not None
    module = Module(source, (target("First"), target("Second")))
    return capture_submission(choose_isolation(tier), {"net.py": module}, LIMITS, ahead)["net.py"]


@needs_a_sandbox
@pytest.mark.parametrize("tier", ["auto", "rlimits"])
def test_what_comes_into_the_folder_later_is_captured(
    tier: str, tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = handed_in(tmp_path)
    with started_ahead(tier) as ahead:
        assert ahead is not None
        with monkeypatch.context() as patched, ahead.folder() as workdir:
            patched.setattr("grader.capturing.capture.start_worker", None)  # no other is started
            first = capture(tier, submission, ahead, workdir)
        assert not workdir.exists()
        with ahead.folder() as other:
            assert other != workdir
            second = capture(tier, submission, ahead, other)
    for found in (first, second):
        assert all(isinstance(network, Network) for network in found.networks.values())
        assert found.output == "[] net\n"
    assert list(scratch.glob("grader-*")) == []


@needs_a_sandbox
def test_a_sandbox_that_nobody_needs_ends_and_leaves_nothing(scratch: Path) -> None:
    with started_ahead("auto") as ahead:
        assert ahead is not None
        with ahead.folder() as workdir:
            worker = ahead.take(workdir / "another")
            assert worker is None
        assert ahead.take(workdir / COPY) is None
    assert list(scratch.glob("grader-*")) == []


@needs_a_sandbox
def test_one_that_has_ended_is_left_and_another_takes_its_place(
    tmp_path: Path, scratch: Path
) -> None:
    with started_ahead("auto") as ahead:
        assert ahead is not None
        with ahead.folder() as workdir:
            assert ahead._worker is not None
            os.killpg(ahead._worker.process.pid, signal.SIGKILL)
            ahead._worker.process.wait()
            found = capture("auto", handed_in(tmp_path), ahead, workdir)
    assert all(isinstance(network, Network) for network in found.networks.values())
    assert list(scratch.glob("grader-*")) == []


def test_where_no_sandbox_works_there_is_none_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.capturing.isolation.bubblewrap_fault", lambda: "not here")
    monkeypatch.setattr("grader.capturing.landlocked.landlock_fault", lambda: "nor this")
    with started_ahead("auto") as ahead:
        assert ahead is None


@needs_a_sandbox
def test_a_full_disk_is_left_to_whoever_needs_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with started_ahead("auto") as ahead:
        assert ahead is None


def test_what_goes_wrong_within_is_no_matter_of_the_sandbox() -> None:
    with pytest.raises(OSError, match="mine"), started_ahead("rlimits"):
        raise OSError("mine")
