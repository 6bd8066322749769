"""Which files a process may reach from now on, by Landlock: for everyone, without namespaces.

Everything that is not listed is out of reach: not to be read, written, listed, made or removed.
"""

import ctypes
import errno
import os
import platform
import stat
import struct
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE = 1 << 14
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
READING = EXECUTE | READ_FILE | READ_DIR

RIGHTS_OF = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Number of rights on files that each version of Landlock knows; the last holds for later ones."""
IOCTL_DEV = 1 << 15
BIND_AND_CONNECT = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
NETWORK_FROM, SCOPES_FROM = 4, 6


def landlock_version() -> int:
    """Version of Landlock that the kernel offers; 0 where there is none."""
    found: int = _libc().syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    return max(0, found)


def scopes_signals(version: int) -> bool:
    """Whether that version keeps signals inside."""
    return version >= SCOPES_FROM


def restrict(
    version: int, *, readable: Iterable[str], listable: Iterable[str], writable: Iterable[str]
) -> None:
    """Leave this process, and all that it starts, these files and folders alone.

    Args:
        version: of Landlock, at most what `landlock_version` says.
        readable: to be read, listed and executed.
        listable: folders whose names may be listed, with those of all folders in them.
        writable: to be changed in every way.

    Raises:
        OSError: the kernel refuses it, or a path does not exist.
    """
    if version < 1:
        raise OSError(errno.ENOSYS, "the kernel has no Landlock")
    every = (1 << RIGHTS_OF[min(version, max(RIGHTS_OF))]) - 1
    network = BIND_AND_CONNECT if version >= NETWORK_FROM else 0
    scopes = ABSTRACT_SOCKETS_AND_SIGNALS if scopes_signals(version) else 0
    attributes = struct.pack("=QQQ", every, network, scopes)
    size = 24 if scopes else 16 if network else 8
    libc = _libc()
    rules = _checked(libc.syscall(CREATE_RULESET, attributes, size, 0))
    for paths, rights in (
        (readable, READING),
        (listable, READ_DIR),
        (writable, every & ~(EXECUTE | IOCTL_DEV)),
    ):
        for path in paths:
            _allow(libc, rules, path, rights & every)
    _checked(libc.prctl(38, 1, 0, 0, 0))  # PR_SET_NO_NEW_PRIVS, without which it is refused
    _checked(libc.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not stat.S_ISDIR(os.fstat(place).st_mode):
        rights &= ON_FILES
    rule = struct.pack("=Qi", rights, place)
    _checked(libc.syscall(ADD_RULE, rules, PATH_BENEATH, rule, 0))
    os.close(place)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _libc() -> ctypes.CDLL:
    if platform.system() != "Linux":
        raise OSError(errno.ENOSYS, "Landlock is part of Linux")
    return ctypes.CDLL(None, use_errno=True)
