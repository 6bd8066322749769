"""A worker that was forked stands behind the same walls as one that was started anew."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.capturing import fork_server
from grader.capturing.fork_server import (
    ForkServer,
    StartError,
    forked,
    stand_by,
    stand_down,
    standing_by,
)
from grader.capturing.isolation import Bubblewrap, Isolation, choose_isolation, sandbox_user
from grader.capturing.sandbox import mounts_of, reply_folder
from grader.errors import GraderError
from tests.sandboxes import LIMITS, bubblewrap, needs_bubblewrap, processes_that_say, run_modules

FACTS = """
import os, resource, stat, sys, tempfile

def told(action):
    try:
        return action()
    except OSError as error:
        return error.strerror

def listed(folder):
    return told(lambda: [name for name in sorted(os.listdir(folder)) if not name.isdigit()])

ALIKE = ("Cap", "NoNewPrivs", "Seccomp", "Uid", "Gid", "Groups", "SigIgn", "SigCgt", "Umask")
status = told(lambda: open("/proc/self/status").readlines())
print(status if isinstance(status, str) else [x for x in status if x.startswith(ALIKE)])
home = os.getcwd()
names = {"TORCHINDUCTOR_CACHE_DIR", "PWD"}  # set by torch, and by bubblewrap
print([(k, v.replace(home, "HOME")) for k, v in sorted(os.environ.items()) if k not in names])
print(sys.argv, sys.flags, tempfile.gettempdir() == home, os.getsid(0) == os.getpgid(0))
print([k for k in sys.modules if k.startswith(("grader", "reference"))], __name__)
files = []
for number in range(256):
    mode = told(lambda: os.fstat(number).st_mode)
    if isinstance(mode, int):
        files.append((number, stat.S_IFMT(mode), os.get_inheritable(number)))
print(files)
print([(n, resource.getrlimit(getattr(resource, n))) for n in dir(resource) if "RLIMIT_" in n])
for folder in ("/", "/dev", "/dev/shm", "/proc", "/home", "/etc"):
    print(folder, listed(folder))
print(listed(home) in ([], ["torchinductor_student"]))
"""


def works(tier: str) -> Isolation:
    try:
        return choose_isolation(tier)
    except GraderError as error:
        pytest.skip(error.found)


@pytest.fixture(scope="module", autouse=True)
def at_the_end() -> Iterator[None]:
    yield
    stand_down()


@pytest.fixture
def server() -> ForkServer:
    stand_by()
    return fork_server._servers[0]


@pytest.fixture(params=["bubblewrap", "landlock", "rlimits"])
def box(request: pytest.FixtureRequest) -> Isolation:
    return works(request.param)


def test_a_fork_finds_what_a_new_worker_finds(box: Isolation, tmp_path: Path) -> None:
    found = []
    for name in ("anew", "forked"):
        (folder := tmp_path / name).mkdir()
        if name == "forked":
            stand_by()
        ended = run_modules(folder, FACTS, isolation=box)
        assert (ended.exit_code, ended.noise) == (0, "")
        lines = ended.outputs[0].splitlines()
        assert len(lines) == 13
        changing = box.tier == "rlimits"  # other programs see and fill the same folders
        found.append([line for line in lines if not (changing and line.startswith("/"))])
    stand_down()
    assert found[0] == found[1]


@needs_bubblewrap
def test_none_of_its_kin_can_be_traced(server: ForkServer, tmp_path: Path) -> None:
    code = """
        import os
        for number in filter(str.isdigit, os.listdir("/proc")):
            for file in ("mem", "environ", "maps", "fd"):
                try:
                    path = f"/proc/{number}/{file}"
                    os.listdir(path) if file == "fd" else open(path).close()
                except OSError:
                    continue
                print(int(number) - os.getpid(), file)
    """
    ended = run_modules(tmp_path, code)
    assert forked_by(server)
    assert ended.outputs[0].splitlines() == ["0 mem", "0 environ", "0 maps", "0 fd"]


def forked_by(server: ForkServer) -> bool:
    return fork_server._servers == [server] and not server._unfit


def test_one_fork_finds_nothing_of_another(
    server: ForkServer, box: Isolation, tmp_path: Path
) -> None:
    code = """
        import builtins, os, pathlib, sys
        home = pathlib.Path.home()
        print(hasattr(builtins, "secret"), "secret" in sys.modules, "SECRET" in os.environ)
        print((home / "secret").exists())
        builtins.secret = sys.modules["secret"] = os
        os.environ["SECRET"] = "secret"
        (home / "secret").write_text("secret")
    """
    for name in ("first", "second"):
        (folder := tmp_path / name).mkdir()
        ended = run_modules(folder, code, isolation=box)
        assert ended.outputs == ("False False False\nFalse\n",)
    assert forked_by(server)


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("import os; os._exit(7)", 7),
        ("import ctypes; ctypes.string_at(0)", 128 + signal.SIGSEGV),
        ("import os, signal; os.kill(os.getppid(), signal.SIGKILL); os._exit(0)", -signal.SIGKILL),
        ("import os; os.closerange(0, 256); os._exit(9)", 9),
    ],
)
def test_its_end_is_known(code: str, exit_code: int, server: ForkServer, tmp_path: Path) -> None:
    ended = run_modules(tmp_path, code, isolation=works("rlimits"))
    assert ended.exit_code == exit_code
    assert forked_by(server)


def test_it_may_train_which_takes_threads(server: ForkServer, tmp_path: Path) -> None:
    """They found a pool of threads that forking had broken, and sometimes two did at once."""
    code = """
        import torch
        (torch.nn.Linear(9, 9)(torch.ones(2, 9)) ** 2).sum().backward()
        print("trained")
    """
    for number in range(8):
        (folder := tmp_path / str(number)).mkdir()
        ended = run_modules(folder, code, isolation=works("rlimits"))
        assert (ended.exit_code, ended.outputs) == (0, ("trained\n",))
    assert forked_by(server)


def test_one_that_stops_its_guardian_ends_all_the_same(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork_server, "END_SECONDS", 0.5)
    code = """
        import os, pathlib, signal, time
        worker = pathlib.Path(f"/proc/{os.getppid()}/stat").read_text()
        os.kill(int(worker.rpartition(")")[2].split()[1]), signal.SIGSTOP)
        print("stopped", flush=True)
        time.sleep(60)
    """
    limits = replace(LIMITS, silence_seconds=1)
    ended = run_modules(tmp_path, code, isolation=works("rlimits"), limits=limits)
    assert (ended.stopped[:20], ended.outputs) == ("the wall-clock limit", ("stopped\n",))
    assert forked_by(server)


def test_what_it_leaves_running_ends_with_it(
    server: ForkServer, box: Isolation, tmp_path: Path
) -> None:
    word = f"left-by-{tmp_path.name}-{box.tier}"
    code = f"""
        import os, sys
        if os.fork() == 0:
            if os.fork() == 0:
                command = [sys.executable, "-c", "import time; time.sleep(60)", "{word}"]
                os.execv(sys.executable, command)
            os._exit(0)
        import time; time.sleep(0.5)
        print("left")
    """
    assert run_modules(tmp_path, code, isolation=box).outputs == ("left\n",)
    assert forked_by(server)
    assert gone(word)


def gone(word: str) -> bool:
    """Whether all processes that say the word have ended, soon at least."""
    until = time.monotonic() + 5
    while processes_that_say(word) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes_that_say(word)


PROGRAM = """
import sys, time
from pathlib import Path
from grader.capturing.fork_server import standing_by
from grader.capturing.isolation import choose_isolation
from tests.sandboxes import run_modules

word = "endless-" + sys.argv[2]
command = ["-", "-c", "while True: pass", word]
code = f"import os, sys; os.execv(sys.executable, {command})"
with standing_by():
    run_modules(Path(sys.argv[3]), code, isolation=choose_isolation(sys.argv[1]))
"""


def test_all_ends_with_a_grader_that_is_killed(box: Isolation, tmp_path: Path) -> None:
    name = f"{tmp_path.name}-{box.tier}"
    word = f"endless-{name}"  # on no command line but the student's, nor on that of a fork
    argv = [sys.executable, "-c", PROGRAM, box.tier, name, str(tmp_path)]
    folder = tmp_path / "temporary"
    folder.mkdir()
    with subprocess.Popen(argv, env=os.environ | {"TMPDIR": str(folder)}) as program:
        until = time.monotonic() + 60
        while not processes_that_say(word) and time.monotonic() < until:
            time.sleep(0.05)
        assert processes_that_say(word)
        program.kill()
    assert gone(word)
    assert gone(name)
    assert gone(str(folder))


def test_where_it_has_ended_workers_are_started_anew(tmp_path: Path) -> None:
    with standing_by():
        server = fork_server._servers[0]
        server._process.kill()
        ended = run_modules(tmp_path, "print('anew')", isolation=works("rlimits"))
        assert not forked_by(server)
    assert ended.outputs == ("anew\n",)


@needs_bubblewrap
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"inside": {"net": 1}}, "another net namespace"),
        ({"after": []}, "another root folder"),
        ({"before": []}, "No such file"),
        ({"root": [0, 0]}, "another root folder"),
        ({"folder": "/nowhere"}, "No such file"),
    ],
)
def test_one_that_does_not_get_behind_its_walls_is_told_nothing(
    wrong: dict[str, Any],
    said: str,
    server: ForkServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described = fork_server._Namespaces.described
    monkeypatch.setattr(fork_server._Namespaces, "described", lambda self: described(self) | wrong)
    with reply_folder() as out, pytest.raises(StartError, match=said):
        server.fork(bubblewrap(), mounts_of(tmp_path, out), out)


@needs_bubblewrap
def test_who_owns_the_interpreter_is_given_no_fork(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was opened outside the walls: its owner could change its mode by /proc/self/exe."""
    mine = tmp_path / "python"
    mine.symlink_to("interpreter")
    (tmp_path / "interpreter").touch()
    user = sandbox_user() if os.geteuid() == 0 else os.geteuid()
    os.chown(tmp_path / "interpreter", user, -1)
    monkeypatch.setattr("sys.executable", str(mine))
    with reply_folder() as out, pytest.raises(StartError, match="interpreter belongs"):
        server.fork(bubblewrap(), mounts_of(tmp_path, out), out)


@pytest.mark.parametrize("tier", ["bubblewrap", "landlock"])
def test_what_one_leaves_running_counts_against_no_other(
    tier: str, server: ForkServer, tmp_path: Path
) -> None:
    box = works(tier)
    bomb = """
        import os, time
        held = bytearray(2**24)
        try:
            while True:
                if os.fork() == 0:
                    held[:] = bytes(2**24)
                    time.sleep(60)
        except OSError:
            print("full")
    """
    honest = """
        import os
        children = [os.fork() or os._exit(0) for _ in range(4)]
        print(len([os.waitpid(child, 0) for child in children]))
    """
    for name, code, said in (("bomb", bomb, "full\n"), ("honest", honest, "4\n")):
        (folder := tmp_path / name).mkdir()
        assert run_modules(folder, code, isolation=box).outputs == (said,)
    assert forked_by(server)


@needs_bubblewrap
def test_no_signal_ends_the_first_process_of_its_walls(server: ForkServer, tmp_path: Path) -> None:
    code = """
        import os, signal, time
        for number in range(1, signal.NSIG):
            if number != signal.SIGKILL:
                try:
                    os.kill(1, number)
                except OSError:
                    pass
        time.sleep(0.5)
        print("stands")
    """
    assert run_modules(tmp_path, code).outputs == ("stands\n",)
    assert forked_by(server)


@needs_bubblewrap
def test_after_one_that_did_not_get_there_workers_are_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Bubblewrap, "walls", lambda *_: {"holder": ["false"], "uid": 0, "confine": None}
    )
    with standing_by():
        ended = run_modules(tmp_path, "print('anew')")
        assert fork_server._servers[0]._unfit == {"bubblewrap"}
        with reply_folder() as out:
            assert forked(bubblewrap(), mounts_of(tmp_path, out), out) is None
    assert ended.outputs == ("anew\n",)


def test_a_full_disk_is_left_to_whoever_needs_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with standing_by():
        assert fork_server._servers == []


def test_it_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with standing_by():
        server = fork_server._servers[0]
        assert list(tmp_path.glob("grader-fork-*"))
        stand_by()  # again, which changes nothing
        assert forked_by(server)
    assert list(tmp_path.iterdir()) == []
    assert fork_server._servers == []
