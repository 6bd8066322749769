"""A filter of system calls, put together by hand: what Landlock does not keep apart.

A refused call fails with EPERM, which Python turns into a PermissionError. The filter is classic
BPF as in seccomp(2): load a word of the call, compare, jump, return.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
REFUSE = 0x00050000 | errno.EPERM
UNKNOWN = 0x00050000 | errno.ENOSYS

LOAD, EQUAL, ANY_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
NUMBER_AT, ARCH_AT, ARGUMENTS_AT = 0, 4, 16
X32_BIT = 0x40000000

NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

CALLS: dict[str, tuple[int | None, int | None]] = {
    # sockets: no network, and no service of this machine
    "socket": (41, 198),
    "socketpair": (53, 199),  # its buffers hold memory and files that no process is charged with
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272),
    "process_mrelease": (448, 448),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    # a session or group of its own, in which it would outlive the worker
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # what would stay behind in the kernel
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # memory that no process is charged with
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "vmsplice": (316, 75),  # a pipe keeps what is no longer mapped
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # names and mounts
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # ways round this filter, and parts of the kernel where faults are found every year
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "personality": (135, 92),
}
"""Refused calls with their numbers on x86_64 and aarch64, None where there is no such call."""

ABOUT_FILES: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "truncate": (76, 45),
}
"""What is known about files besides their content: Landlock lets all of it be changed."""

CLONE, CLONE3, IOCTL, FCNTL, MMAP = (56, 220), (435, 435), (16, 29), (72, 25), (9, 222)
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20
"""Together, memory that processes share without a file: what is no longer mapped is kept as long as
a part of it is, and no account tells. The first bit is that of MAP_SHARED_VALIDATE, too."""
OWN_ALONE = {"prlimit64": (302, 261), "sched_setaffinity": (203, 122)}
"""Calls about the process whose number comes first; 0 is the one that calls."""
SIGNALS = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131),
           "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)}  # fmt: skip
TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP = 0x5412, 0x541C, 0x8901, 0x8902
"""Requests of ioctl(2) that type into a terminal, or have the kernel send signals to others."""
F_SETOWN, F_SETOWN_EX = 8, 15
"""Commands of fcntl(2) that have the kernel send signals to others."""


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def build_filter(machine: str, *, own_signals_only: int | None, about_files: bool = True) -> bytes:
    """The program for a machine ("x86_64", "aarch64").

    Args:
        machine: as platform.machine() names it.
        about_files: whether to refuse `ABOUT_FILES`, which honest code may call, as
            shutil.copy does; not needed where no file of others is there.
        own_signals_only: id of the only process that signals may be sent to, for kernels whose
            Landlock does not see to that; None where it does.

    Raises:
        OSError: the machine is not known here.
    """
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no filter for {machine}")
    column = list(ARCHITECTURES).index(machine)
    program = [_step(LOAD, ARCH_AT), _step(EQUAL, ARCHITECTURES[machine], yes=1),
               _step(RETURN, KILL_PROCESS), _step(LOAD, NUMBER_AT)]  # fmt: skip
    if machine == "x86_64":
        program += [_step(AT_LEAST, X32_BIT, no=1), _step(RETURN, KILL_PROCESS)]
    refused = CALLS | ABOUT_FILES if about_files else CALLS
    for numbers in refused.values():
        if (number := numbers[column]) is not None:
            program += [_step(EQUAL, number, no=1), _step(RETURN, REFUSE)]
    program += [_step(EQUAL, CLONE3[column], no=1), _step(RETURN, UNKNOWN)]
    program += _unless_argument(CLONE[column], 0, _step(ANY_BIT, NEW_NAMESPACES, no=1), REFUSE)
    shared = _step(ANY_BIT, MAP_ANONYMOUS, no=2) + _step(ANY_BIT, MAP_SHARED, no=1)
    program += _unless_argument(MMAP[column], 3, shared, REFUSE)
    for request in (TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP):
        program += _unless_argument(IOCTL[column], 1, _step(EQUAL, request, no=1), REFUSE)
    for command in (F_SETOWN, F_SETOWN_EX):
        program += _unless_argument(FCNTL[column], 1, _step(EQUAL, command, no=1), REFUSE)
    for both in OWN_ALONE.values():
        program += _unless_argument(both[column], 0, _step(EQUAL, 0, yes=1), REFUSE)
    if own_signals_only is not None:
        for numbers in SIGNALS.values():
            mine = _step(EQUAL, own_signals_only, yes=1)
            program += _unless_argument(numbers[column], 0, mine, REFUSE)
    return b"".join([*program, _step(RETURN, ALLOW)])


def _unless_argument(number: int, argument: int, test: bytes, answer: int) -> Iterable[bytes]:
    """Answer a call where the low word of its argument passes a test that skips one step else.

    A test of several steps skips from each to the same place.
    """
    return (
        _step(EQUAL, number, no=3 + len(test) // 8),
        _step(LOAD, ARGUMENTS_AT + 8 * argument),
        test,
        _step(RETURN, answer),
        _step(LOAD, NUMBER_AT),
    )


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def install_filter(*, own_signals_only: int | None, about_files: bool = True) -> None:
    """Put the filter on this process and all that it starts, for good; see `build_filter`.

    Raises:
        OSError: the kernel refuses it.
    """
    program = build_filter(
        platform.machine(), own_signals_only=own_signals_only, about_files=about_files
    )
    libc = ctypes.CDLL(None, use_errno=True)
    header = _Program(len(program) // 8, program)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(header), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the kernel refuses a filter of system calls")
