"""The tier for machines without bubblewrap: Landlock and a filter of system calls.

It needs neither root, nor namespaces, nor a program of its own: the interpreter confines itself
(`grader.worker.confine`) and then becomes the worker.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from grader.capturing.isolation import (
    Mount,
    Walls,
    interpreter_folders,
    sandbox_user,
    secret_folders,
)
from grader.resources import PACKAGE

NEWEST: Final = 99
SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
FACTS: Final = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu")
DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

CONFINE: Final = "import sys; sys.path.append({folder!r}); from worker.confine import main; main()"

TRIAL: Final = """
import os, socket, sys
for attempt in (
    lambda: open({outside!r}).close(),
    lambda: open({outside!r} + "-new", "w").close(),
    lambda: socket.socket(),
    lambda: os.kill(os.getppid(), 0),
    lambda: os.listdir("/proc"),
    lambda: os.chmod({outside!r}, 0o600),
    lambda: os.truncate({outside!r}, 0),
):
    try:
        attempt()
    except OSError:
        continue
    sys.exit("something was within reach that must not be")
print("inside")
"""


@dataclass(frozen=True)
class Landlock:
    """No network, no files but its own, no signals to others; its own processes end with it.

    `version` is the most of Landlock that is used. The process table can not be seen, but there is
    one only, so that the numbers of processes are those of the machine.
    """

    as_root: bool
    version: int = NEWEST
    tier: str = "landlock"

    @property
    def detail(self) -> str:
        """One line for the report."""
        who = "unprivileged user" if self.as_root else "this user"
        return f"no network, no files but its own, no signals to others, system calls cut, {who}"

    def path(self, mount: Mount) -> str:
        """There are no mounts: the folder itself."""
        return str(mount.outside)

    def command(self, argv: list[str], mounts: Iterable[Mount]) -> list[str]:
        """The interpreter, which confines itself and becomes `argv`."""
        code = CONFINE.format(folder=str(PACKAGE))
        spec = json.dumps(self.walls(mounts)["confine"])
        return [sys.executable, "-I", "-S", "-B", "-c", code, spec, *argv]

    def walls(self, mounts: Iterable[Mount]) -> Walls:
        """What a process allows itself before it becomes a worker."""
        hidden = secret_folders()
        readable = list(_existing((*FACTS, *DEVICES)))
        listable: list[str] = []
        for folder in _existing((*SYSTEM, *map(str, interpreter_folders()))):
            for path, whole in _without(Path(folder), hidden):
                (readable if whole else listable).append(str(path))
        writable = [str(os.devnull)]
        for mount in mounts:
            (writable if mount.writable else readable).append(str(mount.outside))
            if mount.writable:
                readable.append(str(mount.outside))
            if mount.outside.is_relative_to(PACKAGE):  # a package is found by its folder's names
                listable.append(str(mount.outside.parent))
        confine = {
            "readable": readable,
            "listable": listable,
            "writable": writable,
            "uid": sandbox_user() if self.as_root else None,
            "version": self.version,
        }
        return {"holder": None, "uid": None, "confine": confine}


def _existing(names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if Path(name).exists())


def _without(folder: Path, hidden: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Paths that together are the folder without what is hidden in it.

    Each with whether it may be read as a whole, or only be listed. A rule of Landlock holds for
    all that lies below, so that nothing can be taken out of a folder again.
    """
    real = folder.resolve()
    within = [secret for secret in hidden if secret.is_relative_to(real)]
    if real in within:
        return
    if not within:
        yield folder, True
        return
    yield folder, False
    for entry in sorted(folder.iterdir()):
        yield from _without(entry, within)


@cache
def landlock_fault(version: int = NEWEST) -> str:
    """Start the interpreter confined, and let it try to get out; "" when all held."""
    box = Landlock(as_root=os.geteuid() == 0, version=version)
    with tempfile.NamedTemporaryFile(prefix="grader-") as outside:
        os.chmod(outside.name, 0o644)
        code = TRIAL.format(outside=outside.name)
        command = box.command([sys.executable, "-I", "-c", code], [])
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=20, check=False, start_new_session=True
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode == 0 and done.stdout == b"inside\n":
        return ""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"
