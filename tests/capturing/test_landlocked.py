import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader.capturing import landlocked
from grader.capturing.capture import capture_module
from grader.capturing.isolation import Mount, sandbox_user
from grader.capturing.landlocked import NEWEST, Landlock, landlock_fault
from grader.capturing.sandbox import run_worker, start_worker
from grader.graphs.network import Network
from grader.wire import Failure
from tests.sandboxes import LIMITS, module, target

needs_landlock = pytest.mark.skipif(
    bool(landlock_fault()), reason=f"Landlock does not work here: {landlock_fault()}"
)
pytestmark = needs_landlock

VERSIONS = (NEWEST, 1)
"""All that the kernel has, and the least: then the filter alone stops signals and sockets."""


def inside(code: str, *mounts: Mount, version: int = NEWEST) -> str:
    box = Landlock(as_root=os.geteuid() == 0, version=version)
    command = box.command([sys.executable, "-I", "-c", textwrap.dedent(code)], mounts)
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, start_new_session=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("version", range(1, 7))
def test_every_version_of_landlock_holds(version: int) -> None:
    assert landlock_fault(version) == ""


def test_a_wall_that_does_not_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlocked, "FACTS", ("/proc",))
    assert landlock_fault.__wrapped__() == "something was within reach that must not be"


def test_a_kernel_without_landlock_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no Landlock" in landlock_fault.__wrapped__(0)


@pytest.mark.parametrize("version", VERSIONS)
def test_only_what_is_mounted_can_be_read_or_written(version: int, tmp_path: Path) -> None:
    for name in ("mine", "out", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    os.chown(tmp_path / "out", *(2 * [sandbox_user() if os.geteuid() == 0 else os.geteuid()]))
    code = f"""
    import os
    for name in ("mine", "out", "other"):
        try:
            print(open({str(tmp_path)!r} + f"/{{name}}/file").read())
        except OSError:
            print("closed")
        try:
            open({str(tmp_path)!r} + f"/{{name}}/new", "w").close()
            print("written")
        except OSError:
            print("not written")
    """
    mounts = (
        Mount(tmp_path / "mine", "/mine"),
        Mount(tmp_path / "out", "/out", writable=True),
    )
    lines = inside(code, *mounts, version=version).splitlines()
    assert lines == ["mine", "not written", "out", "written", "closed", "not written"]


@pytest.mark.parametrize("version", VERSIONS)
def test_calls_that_lead_out_are_refused(version: int) -> None:
    code = """
    import ctypes, os, socket
    def refused(action):
        try:
            return not action() or False
        except OSError:
            return True
    libc = ctypes.CDLL(None)
    parent = os.getppid()
    print(*[
        refused(lambda: socket.socket(socket.AF_INET)),
        refused(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        refused(lambda: socket.socket(socket.AF_UNIX)),
        refused(lambda: os.kill(parent, 0) or True),
        refused(lambda: os.setsid() or True),
        refused(lambda: os.setpgid(0, 0) or True),
        libc.unshare(0x10000000) == -1,
        libc.ptrace(16, parent, 0, 0) == -1,
        libc.shmget(1, 4096, 0o1600) == -1,
        libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == -1,
        libc.syscall(425, 1, None) == -1,
    ])
    """
    assert set(inside(code, version=version).split()) == {"True"}


def test_ordinary_work_goes_on() -> None:
    code = """
    import os, subprocess, sys, threading
    threading.Thread(target=print, args=("thread",)).start()
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    print(subprocess.run([sys.executable, "-I", "-c", "print('child')"], capture_output=True,
                         text=True).stdout.strip())
    print(os.getuid())
    """
    uid = sandbox_user() if os.geteuid() == 0 else os.getuid()
    assert inside(code).split() == ["thread", "3", "child", str(uid)]


@pytest.mark.skipif(os.geteuid() != 0, reason="has no privileges to drop")
def test_of_roots_rights_only_reading_is_left() -> None:
    code = """
    import ctypes
    libc = ctypes.CDLL(None)
    print(sum(libc.prctl(23, number, 0, 0, 0) == 1 for number in range(41)))
    """
    assert inside(code) == "1"


def test_the_grader_and_the_oracle_are_out_of_reach() -> None:
    from grader.capturing.isolation import secret_folders

    code = f"""
    import os
    for folder in {[str(p) for p in secret_folders()]!r}:
        for base, _, files in os.walk(folder):
            for name in files:
                try:
                    open(os.path.join(base, name)).close()
                    print("read", name)
                except OSError:
                    pass
    """
    assert inside(code) == ""


def test_a_folder_without_what_is_hidden_in_it(tmp_path: Path) -> None:
    for name in ("lib/site/grader/checks", "lib/site/torch", "bin"):
        (tmp_path / name).mkdir(parents=True)
    found = dict(landlocked._without(tmp_path, [tmp_path / "lib/site/grader"]))
    assert found == {
        tmp_path: False,
        tmp_path / "bin": True,
        tmp_path / "lib": False,
        tmp_path / "lib/site": False,
        tmp_path / "lib/site/torch": True,
    }


def test_networks_are_captured_and_what_a_module_starts_ends_with_it(tmp_path: Path) -> None:
    code = """
    import os, time
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)

    class Second(First):
        def __init__(self):
            super().__init__()
            open("/etc/passwd")
    """
    box = Landlock(as_root=os.geteuid() == 0)
    names = ("First", "Second")
    capture = capture_module(box, module(tmp_path, code), list(map(target, names)), LIMITS)
    assert isinstance(capture.networks["First"], Network)
    failure = capture.networks["Second"]
    assert isinstance(failure, Failure)
    assert failure.type == "PermissionError"


def test_a_crash_has_its_cause(tmp_path: Path) -> None:
    file = module(tmp_path, "import ctypes; ctypes.string_at(0)", networks="")
    out = tmp_path / "out"
    out.mkdir()
    os.chown(out, *(2 * [sandbox_user() if os.geteuid() == 0 else os.geteuid()]))
    request = {
        "modules": [{"path": str(file), "name": "net", "targets": [], "again": []}],
        "out": str(out),
        "probe": 0,
    }
    mounts = [Mount(file.parent, "/submission"), Mount(out, "/out", writable=True)]
    box = Landlock(as_root=os.geteuid() == 0)
    run = run_worker(start_worker(box, mounts), request, LIMITS, lambda: 0)
    assert run.cause() == "the process crashed (segmentation fault)"
