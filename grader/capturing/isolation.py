"""Keeps a student's code away from everything but itself, and says how strongly.

Tiers are tried for real when a run starts; the strongest that works is used and stamped on every
report. A weaker one is used only when asked for by name.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypedDict

from grader.errors import IsolationError
from grader.resources import PACKAGE

MEND = (
    "`grader doctor` names the line that mends it (often: apt-get install bubblewrap, as root);"
    " --isolation rlimits goes without walls, knowingly"
)
TEMPORARY = "/tmp"
"""A folder in memory, of each sandbox its own, where a tier has such."""

NOBODY = 65534
FIRST_OWN_ID = 0x7000_0000
"""From here on no system gives ids to anyone (systemd's docs/UIDS-GIDS.md)."""


def sandbox_user() -> int:
    """Numeric id, of user and group, of what runs in this process's sandboxes; for a root's grader.

    Each process of the grader has one of its own, since the kernel counts processes by user: a fork
    bomb would otherwise take them from the sandboxes beside it. "nobody" serves where root itself
    was given a few ids only, as in containers of ordinary users.
    """
    own = FIRST_OWN_ID + os.getpid()
    return own if all(_is_mapped(own, kind) for kind in ("uid", "gid")) else NOBODY


def _is_mapped(number: int, kind: str) -> bool:
    lines = Path(f"/proc/self/{kind}_map").read_text(encoding="ascii").splitlines()
    ranges = [tuple(map(int, line.split())) for line in lines]
    return any(first <= number < first + count for first, _, count in ranges)


@dataclass(frozen=True)
class Mount:
    """A folder shown inside the sandbox at `inside`; read-only unless `writable`."""

    outside: Path
    inside: str
    writable: bool = False


WORKER = Mount(PACKAGE / "worker", "/grader/worker")

_LAUNCH = (
    "import sys; sys.path.append({folder!r}); from {entry} import main;"
    " sys.path.pop(); main()"  # a submission may hold a module of any name
)


def worker_argv(folder: str, entry: str) -> list[str]:
    """The interpreter running `main` of a module of the worker's package, which lies in `folder`.

    Not with -I, which would ignore PYTHONHASHSEED; nothing of this process's environment is passed
    on.
    """
    code = _LAUNCH.format(folder=folder, entry=entry)
    return [sys.executable, "-u", "-s", "-P", "-c", code]


class Walls(TypedDict):
    """What a forked process has to do to get where `command` would start another.

    `holder`: enter the namespaces that this command line keeps standing, and give up all privileges
    as user `uid` (None: whoever it is). `confine`: as grader.worker.confine has it.
    """

    holder: list[str] | None
    uid: int | None
    confine: dict[str, Any] | None


class Isolation(Protocol):
    """One way of running a command away from the rest of the machine."""

    @property
    def tier(self) -> str:
        """Its name."""
        ...

    @property
    def detail(self) -> str:
        """What it keeps apart, in one line."""
        ...

    def command(self, argv: list[str], mounts: Iterable[Mount]) -> list[str]:
        """The command line that runs `argv` inside, with these mounts."""
        ...

    def walls(self, mounts: Iterable[Mount]) -> Walls:
        """The same for a process that was forked."""
        ...

    def path(self, mount: Mount) -> str:
        """Where the process inside finds the mount."""
        ...


@dataclass(frozen=True)
class Bubblewrap:
    """Empty network, own process table, read-only system, private /tmp, only the mounts visible.

    Started as root it makes no user namespace but drops to an unprivileged user, because
    RLIMIT_NPROC does not bind root even under a mapped uid.
    """

    as_root: bool
    tier: str = "bubblewrap"

    @property
    def detail(self) -> str:
        """One line for the report."""
        who = "unprivileged user" if self.as_root else "own user namespace"
        return f"no network, own process table, {who}, read-only system, private /tmp"

    def path(self, mount: Mount) -> str:
        """Mounts keep the inside path they ask for."""
        return mount.inside

    def command(self, argv: list[str], mounts: Iterable[Mount]) -> list[str]:
        """Bubblewrap's command line; a later mount lies over an earlier one."""
        bwrap = shutil.which("bwrap") or "bwrap"  # the sandbox's own PATH may lack it
        args = [bwrap, *self._namespaces(), "--die-with-parent", "--new-session", "--clearenv"]
        args += ["--proc", "/proc", "--dev", "/dev"]
        args += ["--ro-bind", "/dev/null", "/dev/zero"]  # mapped, it is memory that nobody counts
        args += ["--size", str(256 * 2**20), "--perms", "1777", "--tmpfs", TEMPORARY]
        args += _system_mounts()  # the environment may lie in /tmp itself
        for mount in mounts:
            args += _bind(mount.outside, mount.inside, "--bind" if mount.writable else "--ro-bind")
        for key, value in environment(TEMPORARY).items():
            args += ["--setenv", key, value]
        args += ["--remount-ro", "/dev", "--remount-ro", "/"]  # in memory, and without a limit
        args += ["--chdir", TEMPORARY, "--"]
        if self.as_root:
            args += ["setpriv", f"--reuid={sandbox_user()}", f"--regid={sandbox_user()}"]
            args += ["--clear-groups", "--bounding-set=-all", "--no-new-privs", "--"]
        return args + argv

    def walls(self, mounts: Iterable[Mount]) -> Walls:
        """Bubblewrap's own, around a process that only waits.

        It is the first in its table of processes, as bubblewrap would be: no signal from inside
        ends it, and none of its kin can trace it.
        """
        argv = worker_argv(str(Path(self.path(WORKER)).parent), "worker.holder")
        command = self.command([argv[0], "-S", *argv[1:]], mounts)
        holder = [command[0], "--as-pid-1", *command[1:]]
        return {"holder": holder, "uid": sandbox_user() if self.as_root else None, "confine": None}

    def _namespaces(self) -> list[str]:
        if self.as_root:
            kinds = ("ipc", "pid", "net", "uts")
            return [f"--unshare-{kind}" for kind in kinds] + ["--unshare-cgroup-try"]
        return ["--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL"]


@dataclass(frozen=True)
class Rlimits:
    """No walls, only resource limits: the process sees whatever the user sees."""

    tier: str = "rlimits"
    detail: str = "resource limits only: the code could read this user's files"

    def path(self, mount: Mount) -> str:
        """There are no mounts: the folder itself."""
        return str(mount.outside)

    def command(self, argv: list[str], mounts: Iterable[Mount]) -> list[str]:
        """The command itself."""
        return argv

    def walls(self, mounts: Iterable[Mount]) -> Walls:
        """None."""
        return {"holder": None, "uid": None, "confine": None}


def environment(home: str) -> dict[str, str]:
    """The whole environment of a worker: nothing is inherited."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "USER": "student",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "CUDA_VISIBLE_DEVICES": "",
    }


def start(command: list[str], home: Path) -> "subprocess.Popen[bytes]":
    """Start a command of a sandbox in `home`, with pipes, and nothing of this process's own."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(str(home)),
        cwd=home,
        start_new_session=True,
    )


TIERS = ("auto", "bubblewrap", "landlock", "rlimits")


def choose_isolation(tier: str = "auto") -> Isolation:
    """The isolation of that name, or the strongest that is found to work.

    Raises:
        IsolationError: it does not work here; says why and what to install. "auto" never falls
            back to resource limits alone.
    """
    from grader.capturing.landlocked import Landlock, landlock_fault

    if tier == "rlimits":
        return Rlimits()
    as_root, faults = os.geteuid() == 0, []
    for box, try_it in (
        (Bubblewrap(as_root), bubblewrap_fault),
        (Landlock(as_root), landlock_fault),
    ):
        if tier in ("auto", box.tier):
            if not (fault := try_it()):
                return box
            faults.append(f"{box.tier} does not work here: {fault}")
    raise IsolationError("isolation", "; ".join(faults), "a sandbox", MEND)


def sandbox_fault() -> str:
    """Why no sandbox works here; "" where one does."""
    try:
        choose_isolation()
    except IsolationError as error:
        return error.found
    return ""


@cache
def bubblewrap_fault() -> str:
    """Start the interpreter inside bubblewrap for real; "" when it worked, otherwise the reason."""
    if shutil.which("bwrap") is None:
        return "the program bwrap is not installed"
    box = Bubblewrap(as_root=os.geteuid() == 0)
    command = box.command([sys.executable, "-I", "-c", "print('inside')"], [])
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0 and done.stdout == b"inside\n":
        return ""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"


def _system_mounts() -> list[str]:
    """/usr, the interpreter with its packages, and nothing of the grader's own right answers."""
    args = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        root = Path("/") / name
        if root.is_symlink():
            args += ["--symlink", os.readlink(root), str(root)]
        elif root.is_dir():
            args += ["--ro-bind", str(root), str(root)]
    shown = [Path("/usr"), *interpreter_folders()]
    for folder in shown[1:]:
        args += _bind(folder, str(folder), "--ro-bind")
    for secret in secret_folders():
        for folder in shown:
            if secret.is_relative_to(folder.resolve()):
                args += ["--tmpfs", str(folder / secret.relative_to(folder.resolve()))]
    return args


def _bind(outside: Path, inside: str, kind: str) -> list[str]:
    """A mount whose parent folders an unprivileged user can enter; bubblewrap's own are 0700."""
    args = []
    for parent in list(Path(inside).parents)[-2::-1]:
        args += ["--perms", "0755", "--dir", str(parent)]
    return [*args, kind, str(outside), inside]


def interpreter_folders() -> list[Path]:
    """Prefixes of the environment and of the Python it was made from, outside /usr."""
    folders: list[Path] = []
    for prefix in (sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)):
        folder = Path(prefix)
        if not any(folder.is_relative_to(seen) for seen in [Path("/usr"), *folders]):
            folders.append(folder)
    return folders


def secret_folders() -> list[Path]:
    """The installed grader and oracle, where they lie inside a folder that must be shown."""
    import reference

    return [PACKAGE, *(Path(p).resolve() for p in reference.__path__)]
