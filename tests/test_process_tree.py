import mmap
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import grader.process_tree
from grader.process_tree import (
    Meter,
    children_seconds,
    exceeds_memory,
    fair_memory,
    files_in_memory,
    maps_removed_files,
    nameless_bytes,
    own_memory,
    process_tree,
    processor_seconds,
    proportional_set_size,
    resident_memory,
)

accounts = grader.process_tree._accounts
WORK = "import time; end = time.process_time() + 0.6\nwhile time.process_time() < end: pass"
LEAVES_ITS_CHILD = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {WORK!r}], stdout=subprocess.PIPE)
child.stdout.read()
time.sleep(1)
os._exit(0)
"""


SHARED = """
import os, time
kept = os.urandom(50_000_000)
for _ in range(4):
    if os.fork() == 0:
        time.sleep(60)
print(flush=True)
time.sleep(60)
"""
STARTS_ANOTHER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SHARED!r}])"


@contextmanager
def started(code: str) -> Iterator[int]:
    """A process that has said a word; all of it ends afterwards."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process.pid
        finally:
            for pid in process_tree(process.pid):
                os.kill(pid, signal.SIGKILL)


def test_memory_is_that_of_all_processes_and_what_forks_share_counts_once() -> None:
    with started(STARTS_ANOTHER) as pid:
        assert len(process_tree(pid)) == 6
        assert sum(map(own_memory, process_tree(pid))) > 200_000_000
        assert exceeds_memory(pid, 50_000_000)
        assert not exceeds_memory(pid, 150_000_000)


def all_but_the_shares(pid: int, name: str) -> Iterator[str]:
    return iter(()) if name == "smaps_rollup" else accounts(pid, name)


def test_a_process_that_tells_no_share_is_counted_whole() -> None:
    with started("import time; kept = b'x' * 50_000_000; print(flush=True); time.sleep(60)") as pid:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(grader.process_tree, "_accounts", all_but_the_shares)
            assert 50_000_000 < fair_memory(pid) < 100_000_000
        assert 50_000_000 < proportional_set_size(pid) < 100_000_000
        assert proportional_set_size(pid) <= resident_memory(pid)


SHARED_WITHOUT_A_FILE = """
import mmap, os, time
kept = mmap.mmap(-1, 50_000_000)
for place in range(0, len(kept), 4096):
    kept[place] = 1
if os.fork() == 0:
    sum(kept[place] for place in range(0, len(kept), 4096))
    print(flush=True)
time.sleep(60)
"""
FIRST_THREAD_ENDS = """
import os, threading, time
kept = os.urandom(50_000_000)
file = open("/dev/shm/grader-kept-" + str(os.getpid()), "wb")
file.write(bytes(2**20)); file.flush(); os.unlink(file.name)
main = threading.main_thread().native_id
def after():
    while open(f"/proc/self/task/{main}/stat").read().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)
    print(flush=True)
    time.sleep(60)
threading.Thread(target=after).start()
import ctypes
pthread_exit = ctypes.CDLL(None).pthread_exit
pthread_exit(None)
"""


def test_memory_that_processes_share_without_a_file_is_theirs_and_counts_once() -> None:
    with started(SHARED_WITHOUT_A_FILE) as pid:
        pids = process_tree(pid)
        assert len(pids) == 2
        assert min(map(own_memory, pids)) > 50_000_000
        assert 50_000_000 < sum(map(fair_memory, pids)) < 80_000_000
        assert exceeds_memory(pid, 50_000_000)
        assert not exceeds_memory(pid, 80_000_000)


def test_a_process_whose_first_thread_has_ended_has_memory_and_handles() -> None:
    with started(FIRST_THREAD_ENDS) as pid:
        assert min(own_memory(pid), fair_memory(pid), resident_memory(pid)) > 50_000_000
        assert exceeds_memory(pid, 50_000_000)
        assert nameless_bytes(pid) >= 2**20


@pytest.mark.parametrize("name", ["x kB", "RssAnon: x kB", "5 kB", "\\nVmRSS:\\t5 kB", "\\xff"])
def test_a_process_s_name_is_no_account(name: str) -> None:
    rename = f"import ctypes; ctypes.CDLL(None).prctl(15, b'{name}', 0, 0, 0)"
    with started(f"{rename}; import time; print(flush=True); time.sleep(60)") as pid:
        assert own_memory(pid) > 1_000_000
        assert resident_memory(pid) > 1_000_000


def test_a_process_that_is_gone_has_no_memory() -> None:
    assert own_memory(2**22 + 1) == fair_memory(2**22 + 1) == proportional_set_size(2**22 + 1) == 0
    assert resident_memory(2**22 + 1) == 0


def test_a_process_that_is_gone_has_used_nothing() -> None:
    assert processor_seconds(2**22 + 1) == 0
    assert process_tree(2**22 + 1) == [2**22 + 1]


def test_seconds_of_a_process_count_those_of_its_children() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WORK!r}]); input()"
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        while processor_seconds(process.pid) < 0.6:
            assert process.poll() is None
        assert process.stdin is not None
        process.stdin.close()


def test_what_nobody_waited_for_is_charged() -> None:
    before = children_seconds()
    process = subprocess.Popen([sys.executable, "-c", LEAVES_ITS_CHILD])
    meter = Meter(process.pid)
    while process.poll() is None:
        meter.look()
    meter.close()
    assert children_seconds() - before >= 0.6


def test_what_was_waited_for_is_charged_once() -> None:
    before = children_seconds()
    process = subprocess.Popen([sys.executable, "-c", WORK])
    meter = Meter(process.pid)
    while process.poll() is None:
        meter.look()
    meter.close()
    assert 0.6 <= children_seconds() - before < 1.1


def test_a_file_that_lies_in_no_folder_is_counted_once(tmp_path: Path) -> None:
    before = nameless_bytes(os.getpid())
    with (tmp_path / "kept").open("wb") as kept:
        os.posix_fallocate(kept.fileno(), 0, 2**20)
        twice = os.dup(kept.fileno())
        assert nameless_bytes(os.getpid()) == before
        (tmp_path / "kept").unlink()
        assert before + 2**20 <= nameless_bytes(os.getpid()) < before + 2 * 2**20
        os.close(twice)
    assert nameless_bytes(os.getpid()) == before


def test_memory_that_looks_like_a_file_is_counted() -> None:
    before, kept = nameless_bytes(os.getpid()), os.memfd_create("kept")
    os.write(kept, bytes(2**20))
    assert nameless_bytes(os.getpid()) >= before + 2**20
    os.close(kept)


def test_a_file_that_is_mapped_alone_and_was_removed_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(bytes(4096))
    with (tmp_path / "kept").open("rb") as kept:
        mapped = mmap.mmap(kept.fileno(), 4096, access=mmap.ACCESS_READ)
    assert not maps_removed_files(os.getpid(), str(tmp_path))
    (tmp_path / "kept").unlink()
    assert maps_removed_files(os.getpid(), str(tmp_path))
    assert not maps_removed_files(os.getpid(), str(tmp_path / "kept"))
    assert not maps_removed_files(os.getpid(), str(tmp_path / "elsewhere"))
    mapped.close()
    assert not maps_removed_files(os.getpid(), str(tmp_path))


def test_a_process_that_sees_the_same_folders_has_no_files_of_its_own_in_memory() -> None:
    assert files_in_memory(os.getpid(), "/dev/shm") == 0
    assert files_in_memory(2**22 + 1, "/tmp") == 0
