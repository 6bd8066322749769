import os
import socket
import subprocess
import sys
import tempfile
import time

import pytest

from grader.attack import field as rooms
from grader.attack.field import DECOYS, SECRET_VARIABLE, Field, open_field
from grader.capturing.isolation import sandbox_user


def test_an_untouched_field_shows_no_trace_and_is_gone_afterwards() -> None:
    before = tempfile.gettempdir()
    with open_field() as field:
        assert os.environ[SECRET_VARIABLE] == field.secret
        assert tempfile.gettempdir() == str(field.temporary)
        assert field.traces() == []
    assert not field.folder.exists()
    assert field.victim.poll() is not None
    assert SECRET_VARIABLE not in os.environ
    assert tempfile.gettempdir() == before


def test_code_is_told_where_everything_is() -> None:
    with open_field() as field:
        code = field.filled("@home@ @others@ @labels@ @mark@ @port@ @victim@ @socket@ @nothing@")
        *places, victim, local, rest = code.split()
        assert all(place.startswith(str(field.folder)) for place in (*places[:4], local))
        assert places[4].isdigit()
        assert victim == str(field.victim.pid)
        assert rest == "@nothing@"


def write_mark(field: Field) -> None:
    field.mark.touch()


def change_decoy(field: Field) -> None:
    (field.folder / DECOYS[0]).write_text("")


def remove_decoy(field: Field) -> None:
    (field.folder / DECOYS[1]).unlink()


def close_decoy(field: Field) -> None:
    (field.folder / DECOYS[2]).chmod(0)


def limit_victim(field: Field) -> None:
    pid, user = field.victim.pid, sandbox_user() if os.geteuid() == 0 else os.geteuid()
    subprocess.run(["prlimit", f"--pid={pid}", "--nofile=3"], user=user, check=True)


def leave_file(field: Field) -> None:
    (field.temporary / "grader-x").touch()


def kill_victim(field: Field) -> None:
    field.victim.kill()
    field.victim.wait()


def call(kind: int) -> None:
    with open_field() as field:
        tcp = field.listeners[0].getsockname()
        if kind == socket.SOCK_STREAM:
            socket.create_connection(tcp).close()
        else:
            socket.socket(socket.AF_INET, kind).sendto(b"x", tcp)
        time.sleep(0.05)
        assert field.traces() == ["reached the network"]


@pytest.mark.parametrize(
    ("deed", "trace"),
    [
        (write_mark, "wrote outside of its own folder"),
        (change_decoy, "changed home/.bashrc"),
        (remove_decoy, "changed z7654321/kuzu.py"),
        (close_decoy, "changed who may read labels/t10k-labels-idx1-ubyte"),
        (limit_victim, "changed the limits of a process that is not its own"),
        (leave_file, "left 'tmp/grader-x' behind"),
        (kill_victim, "ended a process that is not its own"),
    ],
)
def test_every_deed_leaves_a_trace(deed: object, trace: str) -> None:
    with open_field() as field:
        deed(field)  # type: ignore[operator]
        assert trace in field.traces()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_call_leaves_a_trace(kind: int) -> None:
    call(kind)


def test_a_process_that_is_left_is_counted_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "DYING_SECONDS", 0.2)
    with open_field() as field:
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        assert field.traces() == ["left 1 processes behind"]
    left.returncode = -9  # the field has waited for it
