import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.capturing import isolation, landlocked
from grader.capturing.isolation import (
    NOBODY,
    TIERS,
    Bubblewrap,
    Mount,
    Rlimits,
    bubblewrap_fault,
    choose_isolation,
    environment,
    sandbox_user,
)
from grader.errors import IsolationError
from tests.sandboxes import bubblewrap, inside, needs_bubblewrap, processes_that_say

TRY_TO_WRITE = """
import os
for path in {paths!r}:
    try:
        open(os.path.join(path, "mine"), "w")
        print(path)
    except OSError:
        pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission as the grader lays it out: everybody may read it."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "kuzu.py").write_text("")
    return folder


@needs_bubblewrap
def test_only_the_system_the_interpreter_and_the_submission_are_there(folder: Path) -> None:
    code = "import os; print(*sorted(os.listdir('/')), *os.listdir('/submission'))"
    seen = inside(bubblewrap(), code, [Mount(folder, "/submission")]).split()
    assert {"submission", "usr", "tmp", "proc", "dev", "kuzu.py"} <= set(seen)
    assert not {"etc", "home", "var", "run", "mnt", "srv", "boot", "sys"} & set(seen)


@needs_bubblewrap
def test_no_file_of_this_users_home_is_there() -> None:
    code = f"""
        import os
        prefixes = {[sys.prefix, sys.base_prefix]!r}
        for top, folders, files in os.walk({str(Path.home())!r}):
            folders[:] = [f for f in folders if os.path.join(top, f) not in prefixes]
            print(*files, sep="")
    """
    assert inside(bubblewrap(), code) == ""


@needs_bubblewrap
def test_there_is_no_network_but_the_loopback() -> None:
    code = """
        import socket
        print(*(name for _, name in socket.if_nameindex()))
        try:
            socket.create_connection(("192.0.2.1", 80), timeout=5)
        except OSError as error:
            print(error.strerror)
    """
    assert inside(bubblewrap(), code).splitlines() == ["lo", "Network is unreachable"]


@needs_bubblewrap
def test_a_server_on_this_machine_is_out_of_reach() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
            import socket
            try:
                socket.create_connection(("127.0.0.1", {port}), timeout=5)
            except OSError as error:
                print(error.strerror)
        """
        assert inside(bubblewrap(), code) == "Connection refused"


@needs_bubblewrap
def test_the_process_is_never_root_and_cannot_become_it() -> None:
    code = """
        import os
        print(os.getuid(), os.getgid(), *os.getgroups())
        try:
            os.setuid(0)
        except OSError as error:
            print(error.strerror)
        print(open("/proc/self/status").read().split("CapEff:")[1].split()[0])
    """
    who, refused, capabilities = inside(bubblewrap(), code).splitlines()
    mine = sandbox_user() if os.geteuid() == 0 else os.getuid()
    assert who.split()[0] == str(mine)
    assert refused in {"Operation not permitted", "Invalid argument"}
    assert int(capabilities, 16) == 0


@needs_bubblewrap
def test_nothing_can_be_written_but_tmp_and_a_writable_mount(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)
    paths = ["/", "/dev", "/dev/shm", "/usr", "/submission", sys.prefix, "/out", "/tmp", "/proc"]
    code = TRY_TO_WRITE.format(paths=paths)
    mounts = [Mount(folder, "/submission"), Mount(out, "/out", writable=True)]
    assert inside(bubblewrap(), code, mounts).split() == ["/out", "/tmp"]
    assert [path.name for path in out.iterdir()] == ["mine"]
    assert [path.name for path in folder.iterdir()] == ["kuzu.py"]


@needs_bubblewrap
def test_tmp_is_empty_private_and_bounded(tmp_path: Path) -> None:
    code = """
        import os
        print(os.listdir("/tmp"))
        size = os.statvfs("/tmp")
        print(size.f_blocks * size.f_frsize)
        open("/tmp/mine", "w")
    """
    environment = Path(sys.prefix)
    shown = [environment.parts[2]] if environment.is_relative_to("/tmp") else []
    assert inside(bubblewrap(), code).splitlines() == [str(shown), str(256 * 2**20)]
    assert not Path("/tmp/mine").exists()


@needs_bubblewrap
def test_the_environment_holds_the_documented_names_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "token")
    names = set(inside(bubblewrap(), "import os; print(*os.environ)").split())
    assert names - {"PWD", "LC_CTYPE"} == set(environment("/tmp"))


@needs_bubblewrap
def test_other_processes_are_not_seen() -> None:
    code = "import os; print(*(name for name in os.listdir('/proc') if name.isdigit()))"
    ids = [int(word) for word in inside(bubblewrap(), code).split()]
    assert len(ids) <= 3
    assert max(ids) < 10


@needs_bubblewrap
def test_killing_the_sandbox_ends_every_descendant(tmp_path: Path) -> None:
    word = f"descendant-{os.getpid()}"
    code = f"""if True:
        import os, subprocess, sys, time
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{word}"])
                time.sleep(600)
        time.sleep(1)
        print("ready", flush=True)
        time.sleep(600)
    """
    command = bubblewrap().command([sys.executable, "-I", "-c", code], [])
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert len(processes_that_say(word)) >= 3
        process.kill()
    until = time.monotonic() + 20
    while (left := processes_that_say(word)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


@needs_bubblewrap
@pytest.mark.parametrize("where", ["grader", "reference"])
def test_an_installed_grader_and_its_right_answers_are_hidden(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "environment" / "lib" / "site-packages" / where
    package.mkdir(parents=True)
    (package / "answers.py").write_text("")
    monkeypatch.setattr(isolation, "interpreter_folders", lambda: [tmp_path / "environment"])
    monkeypatch.setattr(isolation, "secret_folders", lambda: [package])
    code = f"import os; print(os.listdir({str(package.parent)!r}), os.listdir({str(package)!r}))"
    command = bubblewrap().command(["/usr/bin/python3", "-I", "-c", code], [])
    if not Path("/usr/bin/python3").exists():
        pytest.skip("needs an interpreter in /usr")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"[{where!r}] []"


def test_what_is_hidden_is_hidden_behind_a_link_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "real" / "site-packages" / "grader"
    package.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    monkeypatch.setattr(isolation, "interpreter_folders", lambda: [link])
    monkeypatch.setattr(isolation, "secret_folders", lambda: [package])
    command = Bubblewrap(as_root=False).command(["true"], [])
    mounted = command.index(str(link))
    hidden = command.index(str(link / "site-packages" / "grader"))
    assert command[hidden - 1] == "--tmpfs"
    assert hidden > mounted


def test_the_grader_and_the_oracle_are_what_is_hidden() -> None:
    names = {path.name for path in isolation.secret_folders()}
    assert names == {"grader", "reference"}


@needs_bubblewrap
@pytest.mark.skipif(os.geteuid() != 0, reason="already an ordinary user")
def test_an_ordinary_user_gets_the_same_walls(tmp_path: Path) -> None:
    drop = ["setpriv", f"--reuid={sandbox_user()}", f"--regid={sandbox_user()}", "--clear-groups"]
    unprivileged = Bubblewrap(as_root=False)
    python = ["/usr/bin/python3", "-I", "-c"]
    if not Path(python[0]).exists():
        pytest.skip("needs an interpreter that an ordinary user can reach")
    code = TRY_TO_WRITE.format(paths=["/", "/dev/shm", "/usr", "/tmp"])
    code += "print(*sorted(os.listdir('/')))\nprint(os.getuid())"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "interpreter_folders", list)
        command = unprivileged.command([*python, code], [])
    done = subprocess.run(
        [*drop, *command], capture_output=True, text=True, cwd="/", check=False, timeout=60
    )
    if "uid map" in done.stderr or "No permissions" in done.stderr:
        pytest.skip("user namespaces are refused here")
    assert done.returncode == 0, done.stderr
    written, seen, uid = done.stdout.splitlines()
    assert written == "/tmp"
    assert "etc" not in seen.split()
    assert uid == str(sandbox_user())


def test_each_process_of_the_grader_has_a_user_of_its_own() -> None:
    code = "from grader.capturing.isolation import sandbox_user; print(sandbox_user())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert sandbox_user() == sandbox_user()
    assert int(other.stdout) != sandbox_user() or sandbox_user() == NOBODY


def test_nobody_serves_where_few_ids_are_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    def rootless(_self: Path, **_how: object) -> str:
        return "         0       1000          1\n         1     100000      65536\n"

    monkeypatch.setattr(Path, "read_text", rootless)
    assert sandbox_user() == NOBODY


def test_resource_limits_alone_are_used_only_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "bubblewrap_fault", lambda: "not permitted")
    monkeypatch.setattr(landlocked, "landlock_fault", lambda: "not permitted")
    assert choose_isolation("rlimits") == Rlimits()
    for tier in set(TIERS) - {"rlimits"}:
        with pytest.raises(IsolationError, match="does not work here: not permitted") as caught:
            choose_isolation(tier)
        assert "apt-get install bubblewrap" in caught.value.hint


@pytest.mark.parametrize(
    ("bubblewrap", "landlock", "tier"),
    [("", "", "bubblewrap"), ("no", "", "landlock"), ("", "no", "bubblewrap")],
)
def test_the_strongest_that_works_is_chosen(
    bubblewrap: str, landlock: str, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "bubblewrap_fault", lambda: bubblewrap)
    monkeypatch.setattr(landlocked, "landlock_fault", lambda: landlock)
    assert choose_isolation().tier == tier


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap_fault.__wrapped__() == "the program bwrap is not installed"


def test_a_refusal_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stub = tmp_path / "bwrap"
    stub.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    fault = bubblewrap_fault.__wrapped__()
    assert fault == "bwrap: setting up uid map: Permission denied"


def test_each_tier_says_how_strong_it_is() -> None:
    assert "unprivileged user" in Bubblewrap(as_root=True).detail
    assert "own user namespace" in Bubblewrap(as_root=False).detail
    assert "could read this user's files" in Rlimits().detail


def test_resource_limits_alone_run_the_command_itself(tmp_path: Path) -> None:
    mount = Mount(tmp_path, "/submission")
    assert Rlimits().command(["true"], [mount]) == ["true"]
    assert Rlimits().path(mount) == str(tmp_path)
    assert Bubblewrap(as_root=True).path(mount) == "/submission"
