"""Runs one worker process in the sandbox and watches it: time, output, and what it left behind."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from grader.capturing.fork_server import Forked, forked
from grader.capturing.isolation import (
    TEMPORARY,
    WORKER,
    Isolation,
    Mount,
    sandbox_user,
    start,
    worker_argv,
)
from grader.process_tree import (
    Meter,
    exceeds_memory,
    files_in_memory,
    maps_removed_files,
    nameless_bytes,
)
from grader.scratch import scratch_folder
from grader.worker import FILTER

MAX_OUTPUT = 64 * 1024
"""Bytes that are kept of what each of a student's modules prints."""

MAX_LEFT_BYTES = 2 * 2**30
"""What a worker may write to its folder for replies in all: it lies on the grader's own disk."""

MAX_LEFT_FILES = 1000
"""There and in its folder for temporary files, which is memory where the sandbox has its own."""

START_SECONDS = 60
"""Until a worker has torch loaded; a loaded machine needs ten times the usual second or two."""

_SIGNALS: dict[int, str] = {
    signal.SIGXCPU: "the limit of processor time was reached",
    signal.SIGKILL: "the process was killed (out of memory or processor time)",
    signal.SIGSEGV: "the process crashed (segmentation fault)",
}

_OWN_DOING = {0} | {
    code
    for number in (signal.SIGXCPU, signal.SIGSEGV, signal.SIGXFSZ)
    for code in (-number, 128 + number)
}
"""Exit codes of a process that a full disk, want of memory or a slow machine did not end."""

CAPTURING = "worker.__main__"
"""The module of the worker that runs networks, and may be forked."""

WALL_CLOCK = "the wall-clock limit"
PAUSE, RESTS, LONGEST = 0.05, 4, 1.0
"""Seconds between two looks at a worker, how many times as long as a look computes, and at most:
to look at hundreds of processes takes so long that watching would otherwise keep a core busy. What
a look waits for a core does not count, or a worker that takes them all would be looked at no more.
"""


@dataclass(frozen=True)
class Limits:
    """Bounds on one worker. The address space must hold a CUDA build of torch (over 3 GiB).

    `address_space` binds each process; `memory` all of them together.
    """

    address_space: int = 6 * 2**30
    memory: int = 8 * 2**30
    cpu_seconds: int = 120
    file_size: int = 1024 * 2**20
    processes: int = 256
    open_files: int = 256
    silence_seconds: int = 40

    def for_worker(self) -> dict[str, int]:
        """The limits that the worker sets on itself."""
        watched = ("silence_seconds", "memory")
        return {k: v for k, v in asdict(self).items() if k not in watched}

    def described(self) -> dict[str, str]:
        """For the report."""
        return {
            "address space": f"{self.address_space // 2**30} GiB",
            "memory of all processes": f"{self.memory / 2**30:g} GiB",
            "processor time": f"{self.cpu_seconds} s",
            "wall clock a network": f"{self.silence_seconds} s",
            "file size": f"{self.file_size // 2**20} MiB",
            "processes": str(self.processes),
            "open files": str(self.open_files),
            "files kept": f"{MAX_LEFT_FILES} of {MAX_LEFT_BYTES // 2**30} GiB in all",
            "output kept": f"{MAX_OUTPUT // 1024} KiB",
        }


@dataclass(frozen=True)
class WorkerRun:
    """How one worker process ended. `stopped` names the limit that the parent enforced, or "".

    `noise` is what it said before it got as far as the submission; `outputs` holds what each
    module printed that it got to, in the order of the request.
    """

    exit_code: int
    stopped: str
    noise: str
    outputs: tuple[str, ...]

    @property
    def started(self) -> bool:
        """Whether it got as far as the submission; before that nothing is a student's fault."""
        return bool(self.outputs)

    @property
    def own_doing(self) -> bool:
        """Whether no fault of the machine can have ended it so."""
        if self.stopped:
            return not self.stopped.startswith(WALL_CLOCK)
        return is_own_doing(self.exit_code)

    @property
    def complete(self) -> bool:
        """Whether it went through all of its request, and nobody ended it."""
        return not self.stopped and self.exit_code == 0

    def cause(self) -> str:
        """Why the process ended before its work was done, in words."""
        return self.stopped or cause_of(self.exit_code)


def cause_of(exit_code: int) -> str:
    """Why a process ended, in words; a signal is -number or, as shells have it, 128 + number."""
    number = -exit_code if exit_code < 0 else exit_code - 128
    if number in _SIGNALS:
        return _SIGNALS[number]
    if number in set(signal.Signals):
        return f"the process was ended by {signal.Signals(number).name}"
    return f"the process ended itself (exit code {exit_code})"


def is_own_doing(exit_code: int) -> bool:
    """Whether no fault of the machine can have ended a process so."""
    return exit_code in _OWN_DOING


@dataclass(frozen=True)
class Worker:
    """A worker process that waits for its request, or is still importing torch.

    It sees its `home`, the folder for replies, as `inside`.
    """

    process: subprocess.Popen[bytes] | Forked
    home: Path
    inside: str


def mounts_of(folder: Path, out: Path) -> list[Mount]:
    """What a worker sees: the modules in a folder, and another for its replies."""
    return [Mount(folder, "/submission"), Mount(out, "/out", writable=True)]


@contextmanager
def reply_folder() -> Iterator[Path]:
    """A folder that the process inside the sandbox may write to, and no other user."""
    with scratch_folder("grader-reply-") as folder:
        if os.geteuid() == 0:
            os.chown(folder, sandbox_user(), sandbox_user())
        yield folder


def start_worker(
    isolation: Isolation,
    mounts: list[Mount],
    *,
    entry: str = CAPTURING,
    options: Sequence[str] = (),
) -> Worker:
    """Start a worker in the sandbox: a fork, where one can be had.

    Args:
        isolation: the sandbox.
        mounts: the submission and the folder for replies; the first writable one is the home.
        entry: the module of the worker whose `main` serves the request.
        options: on its command line.
    """
    replies = next(mount for mount in mounts if mount.writable)
    home, inside = replies.outside, isolation.path(replies)
    if entry == CAPTURING and (fork := forked(isolation, mounts, home)) is not None:
        return Worker(fork, home, inside)
    argv = worker_argv(str(Path(isolation.path(WORKER)).parent), entry)
    if isolation.tier == "bubblewrap":  # landlock has it, and rlimits no walls
        argv.append(FILTER)
    command = isolation.command([*argv, *options], [WORKER, *mounts])
    return Worker(start(command, home), home, inside)


def run_worker(
    worker: Worker, request: dict[str, Any], limits: Limits, replied: Callable[[], int]
) -> WorkerRun:
    """Have a worker serve one request, to its end.

    Args:
        worker: one that has served none.
        request: what the worker reads on stdin: `modules` and where to reply.
        limits: bounds on the process.
        replied: counts the replies written so far; the wall clock starts anew with each.

    Returns:
        How the process ended. A process that stays silent for `limits.silence_seconds` is killed
        with everything it started.
    """
    ready = f"ready {secrets.token_hex(8)}\n"
    process = worker.process
    assert process.stdin is not None
    assert process.stdout is not None
    reader = _Reader(process.stdout, ready.encode(), len(request["modules"]))
    document = request | {"limits": limits.for_worker(), "ready": ready}
    files, meter = _Files(worker), Meter(process.pid)
    try:
        _send(process.stdin, json.dumps(document).encode())
        stopped = _watch(process, limits, lambda: reader.modules() + replied(), files, meter)
    finally:
        _kill_group(process)
        meter.close()
        reader.finish()
    noise, *outputs = reader.texts()
    return WorkerRun(process.wait(), stopped, noise, tuple(outputs))


def _send(pipe: IO[bytes], document: bytes) -> None:
    with suppress(BrokenPipeError):  # it died at once; its exit code says so
        pipe.write(document)
        pipe.close()


def _watch(
    process: subprocess.Popen[bytes] | Forked,
    limits: Limits,
    progress: Callable[[], int],
    files: "_Files",
    meter: Meter,
) -> str:
    """Wait for the end; the reason why this side put an end to it, or ""."""
    seen, allowed, since = 0, START_SECONDS, time.monotonic()
    pause = PAUSE
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=pause)
            return ""
        began = time.thread_time()
        meter.look()
        if overfull := files.overfull():
            return overfull
        if exceeds_memory(process.pid, limits.memory):
            return f"the limit of {limits.memory / 2**30:g} GiB of memory was reached"
        if (count := progress()) > seen:  # a reply that goes and comes again is no progress
            seen, allowed, since = count, limits.silence_seconds, time.monotonic()
        if time.monotonic() - since > allowed:
            return f"{WALL_CLOCK} of {allowed} s was reached"
        pause = min(LONGEST, max(PAUSE, RESTS * (time.thread_time() - began)))


class _Files:
    """What a worker keeps in files, wherever they are; to be made before it can have any."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._most_free = shutil.disk_usage(worker.home).free

    def overfull(self) -> str:
        """Which limit was passed, or ""."""
        process = self._worker.process.pid
        files, size = files_in_memory(process, TEMPORARY), nameless_bytes(process)
        for entry in _below(self._worker.home):
            files += 1
            if files > MAX_LEFT_FILES:
                break
            with suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
        if files > MAX_LEFT_FILES:
            return f"the limit of {MAX_LEFT_FILES} files was reached"
        if size > MAX_LEFT_BYTES or self._hidden():
            return f"the limit of {MAX_LEFT_BYTES // 2**30} GiB of files was reached"
        return ""

    def _hidden(self) -> bool:
        """Whether the disk has lost too much to files that are in no folder, and open nowhere.

        What others write there does not count against a worker that keeps no such file.
        """
        try:
            free = shutil.disk_usage(self._worker.home).free
        except OSError:  # without walls it may have removed its folder
            return False
        self._most_free = max(self._most_free, free)
        return self._most_free - free > MAX_LEFT_BYTES and maps_removed_files(
            self._worker.process.pid, self._worker.inside
        )


def _below(folder: Path) -> Iterator[os.DirEntry[str]]:
    waiting = [str(folder)]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _kill_group(process: subprocess.Popen[bytes] | Forked) -> None:
    if isinstance(process, Forked):
        process.end()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


class _Reader(threading.Thread):
    """Drains a pipe so that its writer never blocks.

    What comes is cut where the worker says that it turns to a module, and of each part only the
    beginning is kept.
    """

    def __init__(self, pipe: IO[bytes], mark: bytes, modules: int) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._mark = mark
        self._modules = modules
        self._parts = [_Part()]
        self.start()

    def run(self) -> None:
        rest = b""
        while chunk := self._pipe.read1(65536):  # type: ignore[attr-defined]
            *whole, rest = (rest + chunk).split(self._mark, self._modules - self.modules())
            for part in whole:
                self._parts[-1].add(part)
                self._parts.append(_Part())
            certain = len(rest) - self._begun(rest)
            self._parts[-1].add(rest[:certain])
            rest = rest[certain:]
        self._parts[-1].add(rest)

    def _begun(self, data: bytes) -> int:
        """Bytes at the end that may be the beginning of a mark."""
        sizes = range(len(self._mark) - 1, 0, -1)
        return next((size for size in sizes if data.endswith(self._mark[:size])), 0)

    def modules(self) -> int:
        """How many modules the worker has turned to."""
        return len(self._parts) - 1

    def finish(self) -> None:
        """Wait until the pipe is empty; whoever still holds its other end is not waited for."""
        self.join(timeout=2)

    def texts(self) -> list[str]:
        """What was kept so far of each part."""
        return [part.text() for part in self._parts]


class _Part:
    """The beginning of what one module printed, and how much more there was."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        room = MAX_OUTPUT - len(self._kept)
        self._kept += data[:room]
        self._dropped += max(0, len(data) - room)

    def text(self) -> str:
        """What was kept, as text; says how much was dropped."""
        text = bytes(self._kept).decode(errors="replace")
        return text + (f"\n[{self._dropped} more bytes not shown]" if self._dropped else "")
