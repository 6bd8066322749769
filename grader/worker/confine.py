"""Becomes a command without the right to anything but a few folders.

For machines without bubblewrap and without user namespaces. Started as root it becomes an
unprivileged user first, because no limit of processes binds root. It keeps one capability then,
to read what lies in folders of root's alone, of which Landlock leaves it those that it names.
"""

import ctypes
import errno
import json
import os
import struct
import sys
from collections.abc import Iterable
from typing import Any

from .landlock import landlock_version, restrict, scopes_signals
from .seccomp import install_filter

PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_CAP_AMBIENT = 8, 24, 47
AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
LAST_CAPABILITY = 63
CAPABILITY_VERSION = 0x20080522


def main() -> None:
    """Confine this process as SPEC (JSON) says and become the command.

    SPEC holds readable, listable, writable (lists of paths), uid (a number or null) and version
    (the most of Landlock to use).
    """
    spec, command = json.loads(sys.argv[1]), sys.argv[2:]
    confine(spec)
    os.execv(command[0], command)


def confine(spec: dict[str, Any]) -> None:
    """Confine this process as `spec` says; see `main`."""
    version = min(spec["version"], landlock_version())
    if spec["uid"] is not None:
        drop_privileges(spec["uid"], keep=[CAP_DAC_READ_SEARCH])
    restrict(
        version,
        readable=spec["readable"],
        listable=spec["listable"],
        writable=spec["writable"],
    )
    install_filter(own_signals_only=None if scopes_signals(version) else os.getpid())


def drop_privileges(uid: int | None, keep: Iterable[int] = ()) -> None:
    """Become an unprivileged user with no capability but those to be kept.

    Args:
        uid: number of that user and its only group; None to remain who one is.
        keep: numbers of capabilities, below 32.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(LAST_CAPABILITY + 1):
        if capability not in keep:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # EINVAL for those it does not have
    if uid is not None:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    kept = sum(1 << capability for capability in keep)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    refused = libc.capset(header, struct.pack("=6I", kept, kept, kept, 0, 0, 0))
    for capability in keep:
        refused |= libc.prctl(PR_CAP_AMBIENT, AMBIENT_RAISE, capability, 0, 0)
    libc.prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0)
    if refused:
        raise OSError(ctypes.get_errno() or errno.EPERM, "capabilities cannot be set")
