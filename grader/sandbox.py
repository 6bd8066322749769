"""Runs one worker process in the sandbox and watches it: time, output, and what it left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from grader.isolation import Isolation, Mount, environment
from grader.resources import PACKAGE

MAX_OUTPUT = 64 * 1024
"""Bytes of a student's printed output that are kept."""

_LAUNCH = "import sys; sys.path.append({folder!r}); from worker.__main__ import main; main()"


@dataclass(frozen=True)
class Limits:
    """Bounds on one worker. The address space must hold a CUDA build of torch (over 3 GiB)."""

    address_space: int = 6 * 2**30
    cpu_seconds: int = 120
    file_size: int = 1024 * 2**20
    processes: int = 256
    open_files: int = 256
    silence_seconds: int = 40

    def for_worker(self) -> dict[str, int]:
        """The limits that the worker sets on itself."""
        return {k: v for k, v in asdict(self).items() if k != "silence_seconds"}

    def described(self) -> dict[str, str]:
        """For the report."""
        return {
            "address space": f"{self.address_space // 2**30} GiB",
            "processor time": f"{self.cpu_seconds} s",
            "wall clock a network": f"{self.silence_seconds} s",
            "file size": f"{self.file_size // 2**20} MiB",
            "processes": str(self.processes),
            "open files": str(self.open_files),
            "output kept": f"{MAX_OUTPUT // 1024} KiB",
        }


@dataclass(frozen=True)
class WorkerRun:
    """How one worker process ended. `stopped` names the limit that the parent enforced, or ""."""

    exit_code: int
    stopped: str
    output: str
    seconds: float

    def cause(self) -> str:
        """Why the process ended before its work was done, in words."""
        if self.stopped:
            return self.stopped
        if self.exit_code in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
            return "the limit of processor time was reached"
        if self.exit_code in (-signal.SIGKILL, 128 + signal.SIGKILL):
            return "the process was killed (out of memory or processor time)"
        if self.exit_code in (-signal.SIGSEGV, 128 + signal.SIGSEGV):
            return "the process crashed (segmentation fault)"
        return f"the process ended itself (exit code {self.exit_code})"


def run_worker(
    isolation: Isolation,
    request: dict[str, Any],
    mounts: list[Mount],
    limits: Limits,
    replied: Callable[[], int],
) -> WorkerRun:
    """Run one request to its end.

    Args:
        isolation: the sandbox.
        request: what the worker reads on stdin.
        mounts: the submission and the folder for replies; the first writable one is the home.
        limits: bounds on the process.
        replied: counts the replies written so far; the wall clock starts anew with each.

    Returns:
        How the process ended. A process that stays silent for `limits.silence_seconds` is killed
        with everything it started.
    """
    worker = Mount(PACKAGE / "worker", "/grader/worker")
    folder = str(Path(isolation.path(worker)).parent)
    argv = [sys.executable, "-I", "-c", _LAUNCH.format(folder=folder)]
    home = next(str(m.outside) for m in mounts if m.writable)
    started = time.monotonic()
    process = subprocess.Popen(
        isolation.command(argv, [worker, *mounts]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(home),
        cwd=home,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    reader = _CappedReader(process.stdout)
    try:
        process.stdin.write(json.dumps(request | {"limits": limits.for_worker()}).encode())
        process.stdin.close()
    except BrokenPipeError:
        pass  # it died at once; its exit code says so
    try:
        stopped = _watch(process, limits.silence_seconds, replied)
    finally:
        _kill_group(process)
    return WorkerRun(process.returncode, stopped, reader.text(), time.monotonic() - started)


def _watch(process: subprocess.Popen[bytes], silence: int, replied: Callable[[], int]) -> str:
    seen, deadline = 0, time.monotonic() + silence
    while True:
        try:
            process.wait(timeout=0.05)
            return ""
        except subprocess.TimeoutExpired:
            count = replied()
        if count != seen:
            seen, deadline = count, time.monotonic() + silence
        if time.monotonic() > deadline:
            return f"the wall-clock limit of {silence} s was reached"


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


class _CappedReader(threading.Thread):
    """Drains a pipe so that its writer never blocks, and keeps only the beginning."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._kept = bytearray()
        self._dropped = 0
        self.start()

    def run(self) -> None:
        while chunk := self._pipe.read1(65536):  # type: ignore[attr-defined]
            room = MAX_OUTPUT - len(self._kept)
            self._kept += chunk[:room]
            self._dropped += max(0, len(chunk) - room)

    def text(self) -> str:
        """What was kept, as text; says how much was dropped."""
        self.join(timeout=2)
        text = self._kept.decode(errors="replace")
        return text + (f"\n[{self._dropped} more bytes not shown]" if self._dropped else "")
