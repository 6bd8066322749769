"""Forks workers that find torch ready, and has each of them go behind its walls before it works.

To import torch and to export once takes three seconds of a core, and this process does it once for
all submissions. It runs no student code, nor does it read any: it only forks. What runs a
submission is a grandchild that has entered namespaces of its own, given up its privileges and
closed everything but its pipes; only then it is told what to do. The child between the two stays
outside, ends the worker when the grader lets go of it, and says how it ended.
"""

import ctypes
import json
import os
import platform
import select
import signal
import socket
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from . import PIPES, UP
from .__main__ import filter_calls, load_torch, serve
from .confine import confine, drop_privileges
from .limits import adopt_orphans, allow_tracing
from .seccomp import ARCHITECTURES

PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS, FILTERED = 21, 39, 2
"""Options of prctl(2), and what the first answers where calls are filtered."""

LONGEST: Final = 2**18
"""Bytes of a message; a socket takes no longer one in one piece."""


def main() -> None:
    """Fork a worker for each message on the socket whose number is the first argument."""
    control = socket.socket(fileno=int(sys.argv[1]))
    del sys.argv[1:]
    allow_tracing(allowed=False)
    load_torch(exporter=True)
    while True:
        message, handles, _, _ = socket.recv_fds(control, LONGEST, 16)
        _reap()
        if not message:  # the grader has ended, or needs no more of them
            os._exit(0)
        with suppress(OSError):  # no room for another: nobody answers
            if os.fork() == 0:
                _in_child(control, json.loads(message), handles)
        for handle in handles:
            os.close(handle)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _in_child(control: socket.socket, spec: dict[str, Any], handles: list[int]) -> NoReturn:
    try:
        control.close()
        guardian = socket.socket(fileno=handles[PIPES - 1])
        _guard(spec, guardian, handles)
    finally:
        os._exit(1)


def _guard(spec: dict[str, Any], guardian: socket.socket, handles: list[int]) -> None:
    """Start the worker, say when it has ended and with which code, and end what it leaves behind.

    Its number stays its own until all of that is done, as it is waited for at the very end.
    """
    adopt_orphans()
    guardian.send(str(os.getpid()).encode())
    for number in spec["before"]:  # the table of processes holds for children only
        _enter(handles[number])
    worker = os.fork()
    if worker == 0:
        _become_worker(spec, guardian, handles)
    for handle in handles[: PIPES - 1] + handles[PIPES:]:
        os.close(handle)
    ended = os.pidfd_open(worker)
    waiting = select.poll()
    for source in (ended, guardian.fileno()):
        waiting.register(source, select.POLLIN)
    if ended in (source for source, _ in waiting.poll()):
        guardian.send(str(_exit_code(worker)).encode())
        guardian.recv(1)  # nothing ever comes: the grader lets go of it
    with suppress(ProcessLookupError):
        os.killpg(worker, signal.SIGKILL)
    with suppress(OSError):
        guardian.send(str(_exit_code(worker)).encode())
    with suppress(ChildProcessError):
        while True:  # until all is gone that would count against the next worker's limits
            os.wait()
    os._exit(0)


def _exit_code(worker: int) -> int:
    """Its exit code, or -number of the signal that ended it; it remains to be waited for."""
    ended = os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def _become_worker(spec: dict[str, Any], guardian: socket.socket, handles: list[int]) -> NoReturn:
    """Go behind the walls that `spec` describes, then serve the request on stdin."""
    try:
        os.setsid()  # to be ended with all that it starts
        _close_all_but(handles)
        stdin, stdout = handles[: PIPES - 1]
        for source, target in ((stdin, 0), (stdout, 1), (stdout, 2)):
            os.dup2(source, target)
        for number in spec["after"]:
            _enter(handles[number])
        os.chdir(spec["folder"])
        os.environ.clear()
        os.environ.update(spec["environment"])
        tempfile.tempdir = None
        sys.path_importer_cache.clear()  # it holds names of files that are not to be seen
        _give_up_rights(spec)
        guardian.send(UP)
        guardian.detach()
        for handle in handles:
            os.close(handle)
        serve()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _close_all_but(handles: list[int]) -> None:
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in handles:
            with suppress(OSError):  # that of the list itself
                os.close(number)


def _give_up_rights(spec: dict[str, Any]) -> None:
    if spec["confine"] is not None:
        confine(spec["confine"])
        _require_filter()
        _require_confined(spec["confine"]["uid"])
    if spec["walls"]:
        drop_privileges(spec["uid"])
        filter_calls()
        _require_filter()
        _require_walls(spec)


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"a namespace cannot be entered: {os.strerror(number)}")


def _require_filter() -> None:
    """Believe the kernel alone that the filter holds, on a machine for which there is one.

    Raises:
        RuntimeError: it does not.
    """
    libc = ctypes.CDLL(None)
    if libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1:
        raise RuntimeError("the worker can gain privileges")
    if platform.machine() in ARCHITECTURES and libc.prctl(PR_GET_SECCOMP) != FILTERED:
        raise RuntimeError("the worker's system calls are not filtered")


def _require_confined(uid: int | None) -> None:
    """Believe the kernel alone that Landlock holds.

    Raises:
        RuntimeError: it does not.
    """
    if uid is not None and {*os.getresuid(), *os.getresgid(), *os.getgroups()} != {uid}:
        raise RuntimeError("the worker is another user than it should be")
    with suppress(PermissionError):
        os.listdir("/")
        raise RuntimeError("the worker can look around")


def _require_walls(spec: dict[str, Any]) -> None:
    """Believe the kernel alone that the walls stand.

    Raises:
        RuntimeError: they do not.
    """
    root = os.stat("/")
    if [root.st_dev, root.st_ino] != spec["root"]:
        raise RuntimeError("the worker has another root folder")
    for kind, number in spec["inside"].items():
        if os.stat(f"/proc/self/ns/{kind}").st_ino != number:
            raise RuntimeError(f"the worker is in another {kind} namespace")
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        if int(found[name][0], 16):
            raise RuntimeError(f"the worker has kept capabilities: {name} {found[name][0]}")
    if spec["uid"] is not None and (
        {*found["Uid"], *found["Gid"]} != {str(spec["uid"])} or found["Groups"]
    ):
        raise RuntimeError("the worker is another user than it should be")
