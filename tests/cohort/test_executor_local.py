"""Real processes: a death costs one job, memory is bounded, and nothing outlives its program."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import pytest

from grader.capturing.isolation import Isolation, Rlimits
from grader.cohort.executor_local import local_executor
from grader.errors import CaptureError, GraderError, WorkerDiedError
from tests.cohort import jobs
from tests.sandboxes import bubblewrap, needs_bubblewrap

ROOT = Path(__file__).resolve().parent.parent.parent


def children() -> set[int]:
    return {process.pid or 0 for process in multiprocessing.active_children()}


def test_jobs_are_done_in_as_many_processes_as_asked_for(tmp_path: Path) -> None:
    before = children()
    with local_executor(2, jobs.start, "setup") as executor:
        futures = [executor.submit(jobs.double, number) for number in range(20)]
        assert [future.result() for future in futures] == [2 * number for number in range(20)]
        assert len(children() - before) <= 2
        assert executor.submit(jobs.setups).result() == ["setup"]
    assert children() == before


@pytest.mark.parametrize(
    ("function", "argument", "cause"),
    [
        (jobs.exit_with, 7, "exit code 7"),
        (jobs.leave, 3, "exit code 3"),
        (jobs.kill_self, signal.SIGKILL, "killed, as the system does when memory runs out"),
        (jobs.kill_self, signal.SIGSEGV, "ended by SIGSEGV"),
    ],
)
def test_a_worker_that_dies_takes_its_own_job_alone(
    function: Callable[[int], None], argument: int, cause: str, tmp_path: Path
) -> None:
    with local_executor(2, jobs.start, None) as executor:
        waiting = executor.submit(jobs.announce_and_wait, tmp_path)
        (other,) = jobs.announced(tmp_path, 1)
        with pytest.raises(WorkerDiedError) as error:
            executor.submit(function, argument).result()
        assert str(error.value).splitlines() == [
            f"a worker process: it died before its job was done ({cause})",
            "  expected: a worker that lives through its job",
            "  what to do: see that memory is free, or use fewer workers with --jobs",
        ]
        assert executor.submit(jobs.double, 4).result() == 8
        assert not waiting.done()
        os.kill(other, signal.SIGKILL)
        assert isinstance(waiting.exception(), WorkerDiedError)


def test_a_worker_that_dies_between_two_jobs_takes_none() -> None:
    with local_executor(1, jobs.start, None) as executor:
        worker = executor.submit(jobs.process).result()
        os.kill(worker, signal.SIGKILL)
        while worker in children():
            time.sleep(0.01)
        assert executor.submit(jobs.process).result() != worker


def test_an_error_of_a_job_arrives_whole_with_the_workers_traceback() -> None:
    with local_executor(1, jobs.start, None) as executor:
        error = executor.submit(jobs.fail).exception()
        assert isinstance(error, CaptureError)
        assert error.hint == "try again"
        assert "in fail" in error.__notes__[0]
        assert executor.submit(jobs.double, 4).result() == 8


@pytest.mark.parametrize(
    ("function", "args", "text"),
    [
        (jobs.fail_unreadably, (), "TwoPartError: oddly"),
        (jobs.give_unpicklable, (), "pickle"),
        (jobs.double, (lambda: None,), "pickle"),
    ],
)
def test_what_cannot_be_pickled_is_an_error_of_its_job(
    function: Callable[..., Any], args: tuple[Any, ...], text: str
) -> None:
    with local_executor(1, jobs.start, None) as executor:
        with pytest.raises(Exception, match=text) as error:
            executor.submit(function, *args).result()
        assert not isinstance(error.value, WorkerDiedError)
        assert executor.submit(jobs.double, 4).result() == 8


def test_an_initialiser_that_fails_says_why_at_each_job_and_prints_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    problem = GraderError("sandbox", "none works", "bubblewrap", "install it")
    with local_executor(1, jobs.start, problem) as executor:
        for _ in range(2):
            with pytest.raises(GraderError, match="sandbox: none works"):
                executor.submit(jobs.double, 4).result()
    assert capfd.readouterr().err == ""


def test_a_worker_is_kept_until_it_is_large() -> None:
    with local_executor(1, jobs.start, None) as executor:
        assert len({executor.submit(jobs.process).result() for _ in range(3)}) == 1
    with local_executor(1, jobs.start, None, large=0) as executor:
        assert len({executor.submit(jobs.process).result() for _ in range(3)}) == 3


def test_temporary_files_go_with_the_workers_even_with_one_that_was_killed(tmp_path: Path) -> None:
    with local_executor(1, jobs.start, None, scratch=tmp_path) as executor:
        file = Path(executor.submit(jobs.temporary_file).result())
        with pytest.raises(WorkerDiedError):
            executor.submit(jobs.kill_self, signal.SIGKILL).result()
        assert file.parent == Path(executor.submit(jobs.temporary_file).result()).parent
        assert file.is_file()
        assert file.parent.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_at_the_end_what_has_not_begun_is_cancelled() -> None:
    with local_executor(1, jobs.start, None) as executor:
        futures = [executor.submit(jobs.process) for _ in range(200)]
        futures[0].result()
    assert all(future.done() for future in futures)
    with pytest.raises(CancelledError):
        futures[-1].result()


def test_after_an_error_nobody_waits_and_nothing_is_left(tmp_path: Path) -> None:
    before = children()
    futures: list[Future[None]] = []

    def interrupted() -> None:
        with local_executor(2, jobs.start, None) as executor:
            futures.extend(executor.submit(jobs.announce_and_wait, tmp_path) for _ in range(3))
            jobs.announced(tmp_path, 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert children() == before
    assert [isinstance(f.exception(), WorkerDiedError) for f in futures[:2]] == [True, True]
    assert futures[2].cancelled()


BUSY = """
import sys
from pathlib import Path
from grader.cohort.executor_local import local_executor
from tests.cohort import jobs

if __name__ == "__main__":
    try:
        with local_executor(2, jobs.start, None, scratch=Path(sys.argv[1])) as executor:
            print(*executor.submit(jobs.processes).result(), flush=True)
            executor.submit(jobs.announce_and_wait, Path(sys.argv[1])).result()
    except KeyboardInterrupt:
        sys.exit("stopped")
"""


def program(code: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_program_that_is_ended(number: signal.Signals, tmp_path: Path) -> None:
    """The signal goes to the whole group, as a terminal's Ctrl-C does, but for SIGKILL."""
    running = program(BUSY, tmp_path)
    assert running.stdout is not None
    pids = {*map(int, running.stdout.readline().split()), *jobs.announced(tmp_path, 1)}
    assert len(pids) in {2, 3}
    if number == signal.SIGKILL:
        running.kill()
    else:
        os.killpg(running.pid, number)
    for pid in pids:
        jobs.wait_until_gone(pid)
    _, errors = running.communicate(timeout=30)
    if number == signal.SIGINT:
        assert errors == "stopped\n"


SANDBOXED = """
import sys
from pathlib import Path
from grader.cohort.executor_local import local_executor
from grader.capturing.isolation import Bubblewrap, Rlimits
from tests.cohort import jobs

if __name__ == "__main__":
    with local_executor(1, jobs.start, None, scratch=Path(sys.argv[1])) as executor:
        executor.submit(jobs.run_sandbox, {isolation!r}, Path(sys.argv[1])).result()
"""


def sandboxed(folder: Path) -> set[int]:
    """Processes of the sandbox whose home lies in the folder."""
    found, word = set(), str(folder / "home").encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            known = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if word in known:
            found.add(int(entry.name))
    return found


@pytest.mark.parametrize(
    "isolation", [pytest.param(bubblewrap(), marks=needs_bubblewrap), Rlimits()], ids=str
)
@pytest.mark.slow
@pytest.mark.parametrize("victim", ["program", "worker"])
def test_a_sandbox_ends_with_its_worker(isolation: Isolation, victim: str, tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    home = tmp_path / "home"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    (tmp_path / "submission" / "net.py").write_text(
        "import pathlib, time\n"
        f"pathlib.Path({str(home) if isinstance(isolation, Rlimits) else '/out'!r}, '1').touch()\n"
        "time.sleep(1000)\n"
    )
    running = program(SANDBOXED.format(isolation=isolation), tmp_path)
    jobs.announced(home, 1)
    inside = sandboxed(tmp_path)
    assert inside
    if victim == "program":
        running.kill()
    else:
        os.kill(parent_of(min(inside)), signal.SIGKILL)
    for pid in inside:
        jobs.wait_until_gone(pid)
    running.communicate(timeout=30)
    assert sandboxed(tmp_path) == set()


def parent_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])
