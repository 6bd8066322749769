"""What worker processes need that are forked from a server process (multiprocessing's forkserver).

The server imports torch once and never computes: forking after torch has used threads hangs.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

SERVER_START: Final = "grader.server_start"
"""What a server is told to import before all else."""


@contextmanager
def single_threaded() -> Iterator[None]:
    """Set what the server process inherits, so that its torch starts one thread only."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Block Ctrl-C for the processes started within: this one hears it and ends the others."""
    resource_tracker.ensure_running()  # unblocks the signal when it is first started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_program() -> None:
    """Called in a worker: whatever ends the program that it works for, SIGKILL too, ends it.

    The server does not: it lives for as long as any of its workers.
    """
    program = multiprocessing.parent_process()
    assert program is not None  # only a worker calls this
    threading.Thread(target=_follow, args=(program.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGKILL)


def resident_bytes() -> int:
    """Memory of this process that lies in RAM, with what it shares, as the kernel counts it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
