"""Real processes: they start with one thread, hear no Ctrl-C, and end with their program."""

import mmap
import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.processes import (
    deaf_to_interrupts,
    die_with_program,
    resident_bytes,
    single_threaded,
)

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
from tests.test_processes import start_worker
if __name__ == "__main__":
    print(start_worker().recv(), flush=True)
    input()
"""


def serve(pipe: Any) -> None:
    die_with_program()
    pipe.send(os.getpid())
    signal.pause()


def start_worker() -> Any:
    near, far = multiprocessing.Pipe()
    context = multiprocessing.get_context("forkserver")
    context.Process(target=serve, args=(far,), daemon=True).start()
    return near


def wait_until_gone(pid: int) -> None:
    """Wait for a process that is not a child of this one."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(watched) as file:
        assert multiprocessing.connection.wait([file.fileno()], timeout=30)


def test_a_worker_ends_with_its_program_even_when_that_is_killed() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert program.stdout is not None
    worker = int(program.stdout.readline())
    os.kill(worker, 0)
    program.kill()
    wait_until_gone(worker)
    program.communicate()


@pytest.mark.parametrize("before", [None, "4"])
def test_the_number_of_threads_is_put_back(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if before:
        monkeypatch.setenv("OMP_NUM_THREADS", before)
    with single_threaded():
        assert os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ.get("OMP_NUM_THREADS") == before


def blocked() -> set[int]:
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, set()))


def test_a_process_started_within_hears_no_interrupt() -> None:
    with deaf_to_interrupts():
        done = subprocess.run(
            [sys.executable, "-c", "import os; os.kill(os.getpid(), 2); print('deaf')"],
            capture_output=True,
            check=True,
        )
    assert done.stdout == b"deaf\n"
    assert signal.SIGINT not in blocked()


def test_resident_memory_counts_what_is_touched() -> None:
    before = resident_bytes()
    with mmap.mmap(-1, 64 * 2**20) as touched:  # no memory that was used before
        touched.write(b"x" * len(touched))
        assert resident_bytes() - before > 60 * 2**20
