"""Small jobs for executors, and what tells whether a process has ended."""

import multiprocessing.connection
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from grader.capturing.isolation import Isolation, Mount
from grader.capturing.sandbox import Limits, run_worker, start_worker
from grader.errors import CaptureError

_started: list[Any] = []


def start(setup: Any) -> None:
    """An initialiser; fails with an exception that it is given."""
    if isinstance(setup, Exception):
        raise setup
    _started.append(setup)


def setups() -> list[Any]:
    """What this process was initialised with."""
    return list(_started)


def double(number: int) -> int:
    return 2 * number


def process() -> int:
    return os.getpid()


def processes() -> list[int]:
    """This worker and the server that forked it."""
    return [os.getpid(), os.getppid()]


def exit_with(code: int) -> None:
    os._exit(code)


def kill_self(number: int) -> None:
    os.kill(os.getpid(), number)


def leave(code: int) -> None:
    raise SystemExit(code)


def fail() -> None:
    raise CaptureError("net.py", "was not captured", "a reply", "try again")


class TwoPartError(Exception):
    """Can be pickled and not unpickled."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(left + right)


def fail_unreadably() -> None:
    raise TwoPartError("odd", "ly")


def give_unpicklable() -> Any:
    return lambda: None


def temporary_file() -> str:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name


def announce_and_wait(folder: Path) -> None:
    """Write this process's id into the folder and wait for ever."""
    file, ready = folder / "starting", folder / str(os.getpid())
    file.touch()
    file.rename(ready)
    signal.pause()


def die_the_first_time(folder: Path, number: int) -> int:
    """Twice the number; the first process that is asked for it dies of it."""
    try:
        (folder / "died").touch(exist_ok=False)
    except FileExistsError:
        return 2 * number
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def run_sandbox(isolation: Isolation, folder: Path) -> None:
    """Run a submission that sleeps for ever; its home is folder/home."""
    out = Mount(folder / "home", "/out", writable=True)
    submission = Mount(folder / "submission", "/submission")
    path = f"{isolation.path(submission)}/net.py"
    module = {"path": path, "name": "net", "targets": [], "again": []}
    request = {"modules": [module], "out": isolation.path(out), "probe": 0}
    run_worker(start_worker(isolation, [submission, out]), request, Limits(), lambda: 0)


def announced(folder: Path, count: int) -> list[int]:
    """Wait until so many processes have announced themselves; their ids."""
    deadline = time.monotonic() + 60
    while len(found := [int(f.name) for f in folder.iterdir() if f.name.isdigit()]) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def wait_until_gone(pid: int) -> None:
    """Wait for the end of a process that need not be a child of this one."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert multiprocessing.connection.wait([watched], timeout=30)
    finally:
        os.close(watched)
