"""Limits that a process sets on itself before it touches student code: resources and lifetime.

They are set here and not by the grader because RLIMIT_NPROC, counted for the whole user, would
otherwise stop the sandbox itself from starting.
"""

import ctypes
import resource
import signal

_NAMES = {
    "address_space": resource.RLIMIT_AS,
    "cpu_seconds": resource.RLIMIT_CPU,
    "file_size": resource.RLIMIT_FSIZE,
    "processes": resource.RLIMIT_NPROC,
    "open_files": resource.RLIMIT_NOFILE,
}

PR_SET_PDEATHSIG = 1
"""Option of prctl(2): the signal that the kernel sends to this process when its parent ends."""

PR_SET_CHILD_SUBREAPER = 36
"""Option of prctl(2): whether orphans among this process's descendants become its children."""

PR_SET_DUMPABLE = 4
"""Option of prctl(2): whether another process of the same user may trace this one."""


def die_with_parent() -> None:
    """End with the grader, even if that is killed; bubblewrap sees to it, rlimits alone do not."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Keep everything below this process, so that whoever watches it sees all of that."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def allow_tracing(*, allowed: bool) -> None:
    """Whether other processes of the same user may read and change the memory of this one."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, int(allowed))


def apply_limits(limits: dict[str, int]) -> None:
    """Lower the limits for good. Core dumps are always off.

    Args:
        limits: bytes, seconds or counts by name (address_space, cpu_seconds, file_size,
            processes, open_files).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, value in limits.items():
        kind = _NAMES[name]
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, _hard(name, bound, hard)))


def _hard(name: str, bound: int, hard: int) -> int:
    """Processor time ends with SIGXCPU, which names its cause; SIGKILL follows if it is caught."""
    if name != "cpu_seconds":
        return bound
    return bound + 2 if hard == resource.RLIM_INFINITY else min(bound + 2, hard)
