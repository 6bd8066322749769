"""The ground on which one attack takes place: decoys to read, break or reach, and who touched them.

Everything an attack is after exists for real, but in a folder of its own and worth nothing: a home
folder, another submission, test labels, a process to kill, ports that listen. A word that stands
nowhere else says afterwards whether any of it was read.
"""

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader.attack.attack import PLACEHOLDER
from grader.capturing.isolation import sandbox_user

SECRET_VARIABLE = "GRADER_ATTACK_SECRET"
CHILDREN = Path("/proc/self/task")
DYING_SECONDS = 3
"""Until a process that was killed is gone; one that holds a gigabyte takes a while."""


@dataclass(frozen=True)
class Field:
    """Where the decoys are, and the word that is written in each; `known` children were there."""

    folder: Path
    secret: str
    victim: "subprocess.Popen[bytes]"
    listeners: tuple[socket.socket, ...]
    known: frozenset[int]

    @property
    def temporary(self) -> Path:
        """The folder for temporary files; it must be empty again afterwards."""
        return self.folder / "tmp"

    @property
    def mark(self) -> Path:
        """A file that is there only if an attack has written it."""
        return self.folder / "mark"

    def filled(self, code: str) -> str:
        """The code with the places of this field for its placeholders."""
        tcp, udp, local = self.listeners
        places = {
            "home": str(self.folder / "home"),
            "others": str(self.folder / "z7654321"),
            "labels": str(self.folder / "labels"),
            "mark": str(self.mark),
            "port": str(tcp.getsockname()[1]),
            "victim": str(self.victim.pid),
            "socket": str(local.getsockname()),
        }
        assert udp.getsockname()[1] == tcp.getsockname()[1]
        return PLACEHOLDER.sub(lambda found: places[found[1]], code)

    def traces(self) -> list[str]:
        """What an attack did to the field, in words; empty where nothing happened."""
        return [*self._files(), *self._processes(), *self._connections()]

    def _files(self) -> Iterator[str]:
        if self.mark.exists():
            yield "wrote outside of its own folder"
        for name in DECOYS:
            file = self.folder / name
            if not file.is_file() or file.read_text() != self.secret:
                yield f"changed {name}"
            elif stat.S_IMODE(file.stat().st_mode) != MODE:
                yield f"changed who may read {name}"
        found = {str(p.relative_to(self.folder)) for p in self.folder.rglob("*")}
        left = sorted(found - EXPECTED)
        if left:
            yield f"left {left[0]!r} behind"

    def _processes(self) -> Iterator[str]:
        if self.victim.poll() is not None:
            yield "ended a process that is not its own"
        elif limits_of(self.victim.pid) != limits_of(os.getpid()):
            yield "changed the limits of a process that is not its own"
        until = time.monotonic() + DYING_SECONDS
        while (left := self._strangers()) and time.monotonic() < until:
            time.sleep(0.05)
        if left:
            yield f"left {len(left)} processes behind"
            for pid in left:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _strangers(self) -> set[int]:
        """What was started here, has lost its parent and is still alive."""
        return {pid for pid in children() - self.known if _is_alive(pid)}

    def _connections(self) -> Iterator[str]:
        for listener in self.listeners:
            with suppress(BlockingIOError):
                if listener.type == socket.SOCK_DGRAM:
                    listener.recv(1)
                else:
                    listener.accept()[0].close()
                yield "reached the network"


MODE = 0o644
DECOYS = ("home/.bashrc", "z7654321/kuzu.py", "labels/t10k-labels-idx1-ubyte")
EXPECTED = {*DECOYS, *(str(Path(name).parent) for name in DECOYS), "tmp", "socket", "submission"}


@contextmanager
def open_field() -> Iterator[Field]:
    """A field with fresh decoys; the temporary files of this process go there meanwhile."""
    before = tempfile.tempdir
    folder = Path(tempfile.mkdtemp(prefix="grader-attack-"))
    secret = f"secret-{secrets.token_hex(12)}"
    owner = sandbox_user() if os.geteuid() == 0 else os.geteuid()  # what it is after is its own
    victim = subprocess.Popen(["sleep", "600"], user=owner)
    listeners = _listeners(folder)
    try:
        (folder / "tmp").mkdir()
        for name in DECOYS:
            (folder / name).parent.mkdir()
            (folder / name).write_text(secret)
            (folder / name).chmod(MODE)
            os.chown(folder / name, owner, -1)
        for name in (".", "home", "z7654321", "labels"):  # what keeps it apart is not its mode
            (folder / name).chmod(0o755)
        tempfile.tempdir = str(folder / "tmp")
        os.environ[SECRET_VARIABLE] = secret
        yield Field(folder, secret, victim, listeners, known=frozenset(children()))
    finally:
        tempfile.tempdir = before
        os.environ.pop(SECRET_VARIABLE, None)
        victim.kill()
        victim.wait()
        for listener in listeners:
            listener.close()
        shutil.rmtree(folder, ignore_errors=True)


def _listeners(folder: Path) -> tuple[socket.socket, socket.socket, socket.socket]:
    """TCP and UDP on one port of this machine, and a socket in a file; none of them waits."""
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    local.bind(str(folder / "socket"))
    (folder / "socket").chmod(0o777)
    local.listen()
    for listener in (tcp, udp, local):
        listener.setblocking(False)
    return tcp, udp, local


def _is_alive(pid: int) -> bool:
    """Whether a child has not ended; one that has is not waited for by anyone else."""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:  # somebody else did
        return False


def limits_of(pid: int) -> str:
    """The limits of a process, as the kernel lists them; the victim has those of this one."""
    return Path(f"/proc/{pid}/limits").read_text()


def children() -> set[int]:
    """Ids of the processes that this one has to answer for: its own, and orphans of theirs."""
    found: set[int] = set()
    for thread in CHILDREN.iterdir():
        with suppress(OSError):
            found.update(map(int, (thread / "children").read_text().split()))
    return found
