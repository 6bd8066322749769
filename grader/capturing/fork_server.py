"""Starts workers that find torch ready: forks of one process, each behind walls of its own.

`grader.worker.fork_server` is the other side. The walls are those of a worker that is started anew:
bubblewrap builds them around a process that only waits, and the fork enters. Where that fails,
workers import torch themselves.
"""

import atexit
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from grader.capturing.isolation import (
    TEMPORARY,
    WORKER,
    Isolation,
    Mount,
    environment,
    start,
    worker_argv,
)
from grader.process_tree import Meter, process_tree
from grader.resources import PACKAGE
from grader.scratch import scratch_folder
from grader.worker import PIPES, STANDING, UP

START_SECONDS: Final = 60
"""Until a fork stands behind its walls; the first waits for torch to be imported."""

END_SECONDS: Final = 5
"""Until all that a fork has started is gone; gigabytes take a while."""

KINDS: Final = ("net", "ipc", "uts", "cgroup", "mnt")
"""Namespaces that a process can enter by itself, in an order in which it may."""

NS_GET_USERNS: Final = 0xB701
"""Request of ioctl_ns(2): a handle of the user namespace that another namespace belongs to."""


class StartError(Exception):
    """A fork does not get behind its walls; says why, as the last line of what it said."""

    def __init__(self, said: bytes) -> None:
        lines = said.decode(errors="replace").strip().splitlines()
        super().__init__(lines[-1] if lines else "it ended at once")


class Forked:
    """A fork, with what is used of `subprocess.Popen`.

    Args:
        stdin: what its request is written to.
        stdout: what it and all that it starts print.
        guardian: the socket of the process outside that looks after it.
        holder: keeps its namespaces standing, if it has its own.
    """

    def __init__(
        self,
        stdin: IO[bytes],
        stdout: IO[bytes],
        guardian: socket.socket,
        holder: "subprocess.Popen[bytes] | None",
    ) -> None:
        self.stdin, self.stdout = stdin, stdout
        self._guardian, self._holder = guardian, holder
        self.returncode: int | None = None
        if not (heard := self._heard(START_SECONDS)):
            raise StartError(b"the process that workers are forked from does not answer")
        self.pid = int(heard)
        """Of the guardian: what runs behind the walls is below it."""

    def await_walls(self) -> None:
        """Return when it stands behind its walls.

        Raises:
            StartError: it does not get there.
        """
        if self._heard(START_SECONDS) != UP:
            self.end()
            raise StartError(self.stdout.read())

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, -number for a signal.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        if self.returncode is None:
            heard = self._heard(timeout)
            if heard is None:
                raise subprocess.TimeoutExpired("worker", timeout or 0)
            self.returncode = int(heard or b"-9")  # whoever kills the guardian ends it as well
        return self.returncode

    def _heard(self, timeout: float | None) -> bytes | None:
        """The guardian's next word, b"" if there will be none, None if none came in time."""
        if not select.select([self._guardian], [], [], timeout)[0]:
            return None
        with suppress(OSError):
            return self._guardian.recv(64)
        return b""

    def end(self) -> None:
        """End it with everything that it has started, and its namespaces; all is gone then."""
        with suppress(OSError):
            self._guardian.shutdown(socket.SHUT_WR)
        try:
            self.wait(END_SECONDS)
            while self._heard(END_SECONDS):
                pass
        except subprocess.TimeoutExpired:  # without walls it may have stopped its guardian
            for pid in process_tree(self.pid):
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            self.wait()
        self._guardian.close()
        if self._holder is not None:
            _end_holder(self._holder)


class ForkServer:
    """The process that workers are forked from."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._unfit: set[str] = set()
        with theirs, ExitStack() as kept:
            home = kept.enter_context(scratch_folder("grader-fork-"))
            self._process = subprocess.Popen(
                [*worker_argv(str(PACKAGE), "worker.fork_server"), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(str(home)),
                cwd=home,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            self._kept = kept.pop_all()
        Meter.standing.add(self._process.pid)

    def fork_if_fit(self, isolation: Isolation, mounts: list[Mount], home: Path) -> Forked | None:
        """A worker behind these walls that waits for its request; None once one got not there."""
        if isolation.tier in self._unfit:
            return None
        try:
            return self.fork(isolation, mounts, home)
        except (StartError, OSError):
            self._unfit.add(isolation.tier)
            return None

    def fork(self, isolation: Isolation, mounts: list[Mount], home: Path) -> Forked:
        """A worker behind these walls that waits for its request.

        Raises:
            StartError: it does not get behind them.
            OSError: this process is gone, or there is no room for another.
        """
        walls = isolation.walls([WORKER, *mounts])
        folder = TEMPORARY if walls["holder"] else str(home)
        spec: dict[str, Any] = {
            "walls": bool(walls["holder"]),
            "uid": walls["uid"],
            "confine": walls["confine"],
            "folder": folder,
            "environment": environment(folder),
        }
        if walls["holder"] is not None:
            _require_foreign_interpreter(os.geteuid() if walls["uid"] is None else walls["uid"])
        with ExitStack() as theirs, ExitStack() as ours:
            holder = None
            entered = _Namespaces()
            if walls["holder"] is not None:
                holder = _holder(walls["holder"], home)
                ours.callback(_end_holder, holder)
                entered.open(process_tree(holder.pid)[-1], theirs)
            spec |= entered.described()
            stdin, request = os.pipe()
            said, stdout = os.pipe()
            guardian, guarded = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            for handle in (stdin, stdout):
                theirs.callback(os.close, handle)
            theirs.enter_context(guarded)
            to_it = ours.enter_context(os.fdopen(request, "wb"))
            from_it = ours.enter_context(os.fdopen(said, "rb"))
            ours.enter_context(guardian)
            handles = [stdin, stdout, guarded.fileno(), *entered.handles]
            socket.send_fds(self._control, [json.dumps(spec).encode()], handles)
            theirs.close()
            forked = Forked(to_it, from_it, guardian, holder)
            forked.await_walls()
            ours.pop_all()
        return forked

    def close(self) -> None:
        """End it; what was forked goes on."""
        self._control.close()
        self._process.kill()  # it may still be importing torch
        self._process.wait()
        Meter.standing.discard(self._process.pid)
        self._kept.close()


def _require_foreign_interpreter(uid: int) -> None:
    """A fork's interpreter was opened outside, where it can be written: to its owner's harm.

    Its owner could change its mode by /proc/self/exe, from behind all walls.

    Raises:
        StartError: it belongs to the sandbox's user.
    """
    if os.stat(sys.executable).st_uid == uid:
        raise StartError(b"the interpreter belongs to the user that the sandbox runs as")


class _Namespaces:
    """Those that a process is in and this one is not, opened to be entered by another.

    A handle is found by its number: `before` are entered before the worker is forked, `after` by
    the worker itself; `inside` is what it must find then, by kind, and `root` which root folder.
    """

    def __init__(self) -> None:
        self.handles: list[int] = []
        self._before: list[int] = []
        self._after: list[int] = []
        self._inside: dict[str, int] = {}
        self._root: list[int] = []

    def open(self, process: int, kept: ExitStack) -> None:
        """Open those of a process.

        Those of bubblewrap belong to a user namespace of their own, unless it was started as root,
        and what runs in them may be in another one below it.
        """
        folder = Path(f"/proc/{process}/ns")
        opened = {kind: self._opened(folder / kind, kept) for kind in (*KINDS, "pid", "user")}
        owner = fcntl.ioctl(opened["mnt"], NS_GET_USERNS)
        kept.callback(os.close, owner)
        user = _identity(opened["user"])
        before, after = [opened["pid"]], [opened[kind] for kind in KINDS]
        if _identity(owner) != _own("user"):
            before.insert(0, owner)
        if user not in (_identity(owner), _own("user")):
            after.append(opened["user"])
        self._before = [self._number(handle) for handle in before]
        self._after = [self._number(handle) for handle in after if not self._is_ours(handle)]
        self._inside = {kind: _identity(handle) for kind, handle in opened.items()}
        root = os.stat(f"/proc/{process}/root")
        self._root = [root.st_dev, root.st_ino]

    @staticmethod
    def _opened(path: Path, kept: ExitStack) -> int:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        kept.callback(os.close, handle)
        return handle

    def _number(self, handle: int) -> int:
        self.handles.append(handle)
        return PIPES + len(self.handles) - 1

    @staticmethod
    def _is_ours(handle: int) -> bool:
        return any(_identity(handle) == _own(kind) for kind in KINDS)

    def described(self) -> dict[str, Any]:
        """For the worker."""
        return {
            "before": self._before,
            "after": self._after,
            "inside": self._inside,
            "root": self._root,
        }


def _identity(handle: int) -> int:
    return os.fstat(handle).st_ino


def _own(kind: str) -> int:
    return os.stat(f"/proc/self/ns/{kind}").st_ino


def _holder(command: list[str], home: Path) -> "subprocess.Popen[bytes]":
    """A process that waits behind the walls, which stand when this returns.

    Raises:
        StartError: they do not.
    """
    holder = start(command, home)
    assert holder.stdout is not None
    heard = select.select([holder.stdout], [], [], START_SECONDS)[0]
    if heard and (said := holder.stdout.readline()) == f"{STANDING}\n".encode():
        return holder
    holder.kill()
    said = said + holder.stdout.read() if heard else b"the walls do not stand in time"
    _end_holder(holder)
    raise StartError(said)


def _end_holder(holder: "subprocess.Popen[bytes]") -> None:
    """Let it end, which bubblewrap waits for: as the first process it ends after all others."""
    assert holder.stdin is not None
    holder.stdin.close()
    with holder:  # closes the other pipe
        try:
            holder.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            holder.kill()


_servers: list[ForkServer] = []
"""That of this process, once it was started."""


def stand_by() -> None:
    """Have workers of this process forked from now on, if it is not so already.

    To be called where more than one will be started, or before it is known what for.
    """
    if not _servers:
        with suppress(OSError):  # who needs a worker says what is wrong
            _servers.append(ForkServer())


@atexit.register
def stand_down() -> None:
    """Have workers started anew, and the process ended that they were forked from."""
    while _servers:
        _servers.pop().close()


@contextmanager
def standing_by() -> Iterator[None]:
    """Have workers forked within, or until someone stands down."""
    stand_by()
    try:
        yield
    finally:
        stand_down()


def forked(isolation: Isolation, mounts: list[Mount], home: Path) -> Forked | None:
    """A worker that was forked; None where none stands by, or a fork does not get behind walls."""
    return _servers[0].fork_if_fit(isolation, mounts, home) if _servers else None
