"""Runs one command to its end and accounts for it: wall clock, processor time, memory.

Training workers are children of a server process that nobody waits for, so their seconds would be
lost with it. Here the command's parent is a process of its own that adopts every orphan, waits for
all of them, and only then says what they took; it is this module, run as a program.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.errors import GraderError
from grader.process_tree import process_tree, proportional_set_size, resident_memory

PR_SET_CHILD_SUBREAPER: Final = 36  # linux/prctl.h
SAMPLES_A_SECOND: Final = 1
ORPHAN_SECONDS: Final = 30.0
"""How long orphans may take to end once the command has; then their seconds go uncounted."""


@dataclass(frozen=True)
class ProcessFigures:
    """What one command took.

    `wall` and `cpu` are seconds, the latter of all processes together. `parent_bytes` is the peak
    of the command itself, `worker_bytes` that of the largest of all other processes, both as
    proportional set sizes, looked at once a second.
    """

    wall: float
    cpu: float
    parent_bytes: int
    worker_bytes: int


def measure(command: Sequence[str], environment: Mapping[str, str]) -> ProcessFigures:
    """Run `command` with `environment` on top of this process's own.

    Raises:
        GraderError: it did not end with exit code 0; the end of what it said is passed on.
    """
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        account = Path(folder) / "account.json"
        with (Path(folder) / "errors").open("w+b") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(account), *command],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, **environment},
            )
            parent, worker = _watch(process)
            if process.returncode:
                errors.seek(0)
                raise GraderError(
                    " ".join(command),
                    f"exit code {process.returncode}\n{_end(errors.read())}",
                    "a run that ends well",
                )
        seconds = json.loads(account.read_text(encoding="utf-8"))
    return ProcessFigures(seconds["wall"], seconds["cpu"], parent, worker)


def _watch(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Peaks of the command and of the largest other process, until all have ended.

    The first process below ours is the command; orphans are adopted after it has begun. To ask for
    a share takes milliseconds, so it is asked for where it may be a new peak: it is never more
    than what is resident.
    """
    command, peaks = 0, {True: 0, False: 0}
    while process.poll() is None:
        below = process_tree(process.pid)[1:]
        command = command or next(iter(below), 0)
        for pid in below:
            is_command = pid == command
            if resident_memory(pid) > peaks[is_command]:
                peaks[is_command] = max(peaks[is_command], proportional_set_size(pid))
        time.sleep(1 / SAMPLES_A_SECOND)
    return peaks[True], peaks[False]


def _end(said: bytes) -> str:
    return said.decode(errors="replace").strip()[-1000:]


def main(account: str, *command: str) -> int:
    """Run `command`, wait for all that it started, and write their seconds to `account`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    started = time.monotonic()
    code = subprocess.call(command)
    wall = time.monotonic() - started
    _wait_for_orphans()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    document = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime}
    Path(account).write_text(json.dumps(document), encoding="utf-8")
    return code


def _wait_for_orphans() -> None:
    until = time.monotonic() + ORPHAN_SECONDS
    with suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
