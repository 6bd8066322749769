import os
import signal
import subprocess
import sys
from pathlib import Path

from grader.process_tree import (
    Meter,
    children_seconds,
    own_memory,
    process_tree,
    processor_seconds,
)

WORK = "import time; end = time.process_time() + 0.6\nwhile time.process_time() < end: pass"
LEAVES_ITS_CHILD = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {WORK!r}])
time.sleep(2)
os._exit(0)
"""


def test_memory_of_a_process_counts_that_of_its_children() -> None:
    code = "import os, time; x = b'x' * 50_000_000; print(flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            assert 50_000_000 < own_memory(process.pid) < 200_000_000
        finally:
            for pid in map(int, children(process.pid)):
                os.kill(pid, signal.SIGKILL)
            process.kill()


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_process_that_is_gone_has_no_memory() -> None:
    assert own_memory(2**22 + 1) == 0


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
