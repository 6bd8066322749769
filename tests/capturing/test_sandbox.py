import io
import itertools
import mmap
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.capturing import sandbox
from grader.capturing.fork_server import standing_by
from grader.capturing.isolation import Rlimits
from grader.capturing.sandbox import (
    MAX_OUTPUT,
    Limits,
    WorkerRun,
)
from grader.process_tree import children_seconds
from tests.sandboxes import LIMITS, needs_bubblewrap, processes_that_say, run_modules

FORK_BOMB = """
import os, time
children = 0
try:
    while children < 200:
        if os.fork() == 0:
            time.sleep(60)
        children += 1
except OSError as error:
    print(f"{error.strerror} after {children < 60}", flush=True)
os._exit(0)
"""


@pytest.fixture(scope="module", autouse=True, params=["anew", "forked"])
def workers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both kinds of workers are held to the same."""
    with standing_by() if request.param == "forked" else nullcontext():
        yield


@needs_bubblewrap
def test_a_quiet_module_runs_to_its_end(tmp_path: Path) -> None:
    ended = run_modules(tmp_path, "x = 1")
    assert (ended.started, ended.exit_code, ended.stopped, ended.outputs) == (True, 0, "", ("",))


@needs_bubblewrap
def test_all_that_a_worker_computes_is_accounted_for(tmp_path: Path) -> None:
    before = children_seconds()
    run_modules(
        tmp_path,
        """
        import time
        while time.process_time() < 1.5:
            pass
        """,
    )
    assert children_seconds() - before > 1.5


@needs_bubblewrap
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("import os; os._exit(7)", "the process ended itself (exit code 7)"),
        ("import ctypes; ctypes.string_at(0)", "the process crashed (segmentation fault)"),
        ("import os; os.kill(os.getpid(), 9)", "the process was killed (out of memory or"),
        ("import os; os.kill(os.getpid(), 6)", "the process was ended by SIGABRT"),
    ],
)
def test_the_end_of_a_process_has_a_cause(code: str, cause: str, tmp_path: Path) -> None:
    ended = run_modules(tmp_path, code)
    assert ended.started
    assert ended.cause().startswith(cause)


@pytest.mark.parametrize("number", [signal.SIGXCPU, signal.SIGKILL, signal.SIGSEGV])
def test_a_signal_is_known_with_and_without_a_sandbox_around_it(number: signal.Signals) -> None:
    causes = {WorkerRun(code, "", "", ("",)).cause() for code in (-number, 128 + number)}
    assert len(causes) == 1
    assert "exit code" not in causes.pop()


@needs_bubblewrap
def test_silence_is_limited_and_what_was_printed_is_kept(tmp_path: Path) -> None:
    code = "print('thinking', flush=True)\nwhile True: pass"
    ended = run_modules(tmp_path, code, limits=replace(LIMITS, silence_seconds=1))
    assert ended.cause() == "the wall-clock limit of 1 s was reached"
    assert ended.outputs == ("thinking\n",)


@needs_bubblewrap
def test_processor_time_is_limited_by_a_cause_of_its_own(tmp_path: Path) -> None:
    # a limit may always be lowered: so the import of torch does not count against the small one
    code = """
    import resource
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1, hard))
    while True: pass
    """
    assert run_modules(tmp_path, code).cause() == "the limit of processor time was reached"


@needs_bubblewrap
def test_the_limit_of_processor_time_warns_before_it_kills(tmp_path: Path) -> None:
    code = "import resource; print(*resource.getrlimit(resource.RLIMIT_CPU))"
    soft, hard = map(int, run_modules(tmp_path, code).outputs[0].split())
    assert LIMITS.cpu_seconds == soft < hard


@needs_bubblewrap
def test_the_limits_are_in_force_and_cannot_be_raised(tmp_path: Path) -> None:
    code = """
    import resource
    for name in ("AS", "FSIZE", "NPROC", "NOFILE", "CORE"):
        kind = getattr(resource, "RLIMIT_" + name)
        soft, hard = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (soft, hard + 1))
            print("raised")
        except (OSError, ValueError):
            print(name, soft, hard)
    """
    asked = LIMITS
    wanted = {
        "AS": asked.address_space,
        "FSIZE": asked.file_size,
        "NPROC": asked.processes,
        "NOFILE": asked.open_files,
        "CORE": 0,
    }
    lines = run_modules(tmp_path, code).outputs[0].splitlines()
    assert lines == [f"{name} {value} {value}" for name, value in wanted.items()]


@needs_bubblewrap
def test_too_much_memory_is_an_error_with_a_name(tmp_path: Path) -> None:
    code = """
    try:
        bytearray(2**34)
    except MemoryError:
        print("MemoryError")
    """
    assert run_modules(tmp_path, code).outputs == ("MemoryError\n",)


@needs_bubblewrap
def test_a_flood_of_output_is_cut_and_counted(tmp_path: Path) -> None:
    ended = run_modules(tmp_path, "for _ in range(100): print('x' * 9999)")
    assert ended.cause() == "the process ended itself (exit code 0)"
    kept, note = ended.outputs[0].rsplit("\n", 1)
    dropped = int(note.strip("[").split()[0])
    assert kept.count("x") < MAX_OUTPUT
    assert len(kept) + 1 + dropped >= 100 * 10_000
    assert note.endswith("more bytes not shown]")


@needs_bubblewrap
def test_a_fork_bomb_ends_at_the_bound_and_leaves_nothing(tmp_path: Path) -> None:
    ended = run_modules(tmp_path, FORK_BOMB, limits=replace(LIMITS, processes=40))
    assert ended.outputs == ("Resource temporarily unavailable after True\n",)


@needs_bubblewrap
def test_nothing_can_be_read_from_stdin(tmp_path: Path) -> None:
    code = """
    import os, sys
    print(repr(sys.stdin.read()))
    os.close(0)
    """
    ended = run_modules(tmp_path, code)
    assert (ended.outputs, ended.exit_code) == (("''\n",), 0)


@needs_bubblewrap
def test_closed_output_is_no_fault_of_the_worker(tmp_path: Path) -> None:
    ended = run_modules(tmp_path, "import os; os.close(1); os.close(2)")
    assert ended.started
    assert ended.stopped == ""


@pytest.mark.parametrize("box", [pytest.param("bubblewrap", marks=needs_bubblewrap), "rlimits"])
def test_what_a_module_starts_ends_with_it(box: str, tmp_path: Path) -> None:
    word = f"left-behind-{os.getpid()}-{box}"
    code = f"""
    import subprocess, sys
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{word}"])
    """
    ended = run_modules(tmp_path, code, isolation=Rlimits() if box == "rlimits" else None)
    assert ended.started
    until = time.monotonic() + 20
    while processes_that_say(word) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_that_say(word) == []


@needs_bubblewrap
def test_a_start_that_takes_too_long_is_not_the_submissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "forked", lambda *_: None)
    monkeypatch.setattr(sandbox, "START_SECONDS", 0)
    ended = run_modules(tmp_path, "")
    assert not ended.started
    assert ended.cause() == "the wall-clock limit of 0 s was reached"


def test_an_interpreter_that_is_broken_never_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "forked", lambda *_: None)
    monkeypatch.setattr("sys.executable", "/usr/bin/false")
    ended = run_modules(tmp_path, "", isolation=Rlimits())
    assert not ended.started
    assert ended.cause() == "the process ended itself (exit code 1)"


def test_a_line_that_says_ready_is_shown_as_any_other(tmp_path: Path) -> None:
    assert run_modules(tmp_path, "print('ready')", isolation=Rlimits()).outputs == ("ready\n",)


@needs_bubblewrap
def test_what_each_module_prints_is_kept_apart_and_cut_by_itself(tmp_path: Path) -> None:
    ended = run_modules(tmp_path, "print('x' * 10**6, end='')", "print('second', end='')", "")
    first, *others = ended.outputs
    assert first == "x" * MAX_OUTPUT + f"\n[{10**6 - MAX_OUTPUT} more bytes not shown]"
    assert others == ["second", ""]


class Slow(io.BytesIO):
    """Gives a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read1(self, _size: int | None = -1, /) -> bytes:
        return self.read(self._size)


@given(
    texts=st.lists(st.text(alphabet="ready 1\n", max_size=30), min_size=1, max_size=4),
    size=st.integers(1, 12),
)
def test_output_is_cut_at_the_marks_however_it_arrives(texts: list[str], size: int) -> None:
    """In pieces of any size, and beside text that looks like the beginning of a mark."""
    mark = "ready 1f"
    reader = sandbox._Reader(Slow(mark.join(texts).encode(), size), mark.encode(), len(texts) - 1)
    reader.finish()
    assert reader.texts() == texts
    assert reader.modules() == len(texts) - 1


def test_marks_beyond_the_number_of_modules_are_text() -> None:
    """Whoever finds out what a mark looks like gains no room with it."""
    reader = sandbox._Reader(io.BytesIO(b"a<>b<>c<>d"), b"<>", 2)
    reader.finish()
    assert reader.texts() == ["a", "b", "c<>d"]


@needs_bubblewrap
def test_the_process_without_limits_is_out_of_reach_of_the_modules(tmp_path: Path) -> None:
    code = """
    import os
    for file in ("mem", "environ", "maps"):
        try:
            print(len(os.open(f"/proc/{os.getppid()}/{file}", os.O_RDONLY)))
        except PermissionError:
            print(os.access(f"/proc/self/{file}", os.R_OK))
    """
    assert run_modules(tmp_path, code).outputs == ("True\n" * 3,)


def test_limits_are_described_with_their_units() -> None:
    described = Limits(address_space=2**31, cpu_seconds=7, silence_seconds=9).described()
    assert described["address space"] == "2 GiB"
    assert described["memory of all processes"] == "8 GiB"
    assert described["processor time"] == "7 s"
    assert described["wall clock a network"] == "9 s"
    assert described["output kept"] == f"{MAX_OUTPUT // 1024} KiB"


def test_the_worker_is_told_no_limit_that_the_parent_watches() -> None:
    assert {"silence_seconds", "memory"}.isdisjoint(Limits().for_worker())
    assert Limits().for_worker()["processes"] == Limits().processes


@pytest.mark.parametrize(
    ("bytes_allowed", "files_allowed", "reason"),
    [(10**9, 10, ""), (2**20, 10, "GiB of files"), (10**9, 3, "3 files")],
)
def test_files_left_in_the_folder_for_replies_are_bounded(
    bytes_allowed: int,
    files_allowed: int,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "large").write_bytes(b"x" * 2**21)
    (tmp_path / "loop").symlink_to(tmp_path)
    monkeypatch.setattr(sandbox, "MAX_LEFT_BYTES", bytes_allowed)
    monkeypatch.setattr(sandbox, "MAX_LEFT_FILES", files_allowed)
    found = sandbox._Files(itself(tmp_path)).overfull()
    assert reason in found
    assert bool(found) == bool(reason)


def itself(home: Path) -> sandbox.Worker:
    """This process, as if it were a worker."""
    process = cast(Any, SimpleNamespace(pid=os.getpid()))
    return sandbox.Worker(process, home, str(home))


def test_a_full_disk_is_the_worker_s_doing_only_where_it_keeps_removed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").write_bytes(bytes(4096))
    with (tmp_path / "kept").open("rb") as kept:
        mapped = mmap.mmap(kept.fileno(), 4096, access=mmap.ACCESS_READ)
    free = [10 * 2**30]
    usage = SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=free[0]))
    monkeypatch.setattr(sandbox, "shutil", usage)
    files = sandbox._Files(itself(tmp_path))
    assert files.overfull() == ""
    free[0] = 7 * 2**30
    assert files.overfull() == ""
    (tmp_path / "kept").unlink()
    assert "GiB of files" in files.overfull()
    free[0] = 8 * 2**30
    assert files.overfull() == ""
    mapped.close()


def test_a_worker_that_removed_its_folder_keeps_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    files = sandbox._Files(itself(tmp_path / "home"))
    (tmp_path / "home").rmdir()
    assert files.overfull() == ""


@needs_bubblewrap
def test_empty_files_in_memory_are_counted(tmp_path: Path) -> None:
    code = """
    import os, time
    for number in range(1001):
        os.mknod(f"/tmp/{number}")
    time.sleep(60)
    """
    assert run_modules(tmp_path, code).cause() == "the limit of 1000 files was reached"


def test_a_reply_that_comes_and_goes_starts_no_clock_anew(tmp_path: Path) -> None:
    replies = itertools.cycle((1, 0))
    ended = run_modules(
        tmp_path,
        "import time; time.sleep(60)",
        limits=replace(LIMITS, silence_seconds=2),
        isolation=Rlimits(),
        replied=lambda: next(replies),
    )
    assert ended.cause() == "the wall-clock limit of 2 s was reached"


@needs_bubblewrap
def test_memory_that_belongs_to_no_process_is_refused(tmp_path: Path) -> None:
    code = """
    import ctypes, mmap, os
    print(ctypes.CDLL(None).shmget(0, 4096, 0o1600))
    for attempt in (
        lambda: os.memfd_create("kept"),
        lambda: mmap.mmap(-1, 4096),
        lambda: os.open("/dev/zero", os.O_RDWR),
    ):
        try:
            attempt()
        except PermissionError:
            print("refused")
    print(len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE)))
    """
    assert run_modules(tmp_path, code).outputs == ("-1\nrefused\nrefused\nrefused\n4096\n",)


def test_a_look_that_computes_long_is_followed_by_a_longer_rest_but_not_one_that_waits_long(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where a worker's processes take all cores, a look takes seconds and computes little."""
    clock, rests, looks = [0.0, 0.0], list[float](), [(0.1, 0.1), (9, 5), (9, 0.1), (9, 0.001)]

    def look(_pid: int, _limit: int) -> bool:
        for i, seconds in enumerate(looks[len(rests) - 1]):
            clock[i] += seconds
        return False

    def wait(timeout: float) -> int:
        rests.append(timeout)
        if len(rests) == 5:
            return 0
        raise subprocess.TimeoutExpired("worker", timeout)

    monkeypatch.setattr(sandbox, "exceeds_memory", look)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "thread_time", lambda: clock[1])
    process = cast(Any, SimpleNamespace(pid=os.getpid(), wait=wait))
    meter = cast(Any, SimpleNamespace(look=lambda: None))
    files = cast(Any, SimpleNamespace(overfull=lambda: ""))
    assert sandbox._watch(process, LIMITS, lambda: 0, files, meter) == ""
    assert rests == pytest.approx([0.05, 0.4, 1.0, 0.4, 0.05])
