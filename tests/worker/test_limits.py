"""Limits hold for good in the process that sets them."""

import os
import resource
import subprocess
import sys

LIMITED = """
import resource
from grader.worker.limits import apply_limits
apply_limits({limits})
{then}
"""


def run(then: str, **limits: int) -> subprocess.CompletedProcess[str]:
    code = LIMITED.format(limits=limits, then=then)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_soft_and_hard_limits_are_lowered() -> None:
    done = run("print(resource.getrlimit(resource.RLIMIT_NOFILE))", open_files=64)
    assert done.stdout.strip() == "(64, 64)"


def test_a_limit_is_never_raised() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    done = run("print(resource.getrlimit(resource.RLIMIT_NOFILE)[1])", open_files=hard + 1)
    assert int(done.stdout) == hard


def test_no_core_is_ever_dumped() -> None:
    assert run("print(resource.getrlimit(resource.RLIMIT_CORE))").stdout.strip() == "(0, 0)"


def test_memory_beyond_the_limit_is_an_error_that_can_be_named() -> None:
    done = run("bytearray(2**31)", address_space=2**30)
    assert "MemoryError" in done.stderr


def test_a_file_beyond_the_limit_is_not_written() -> None:
    then = "import tempfile; f = tempfile.TemporaryFile(buffering=0); print(f.write(bytes(4096)))"
    assert run(then, file_size=1024).stdout.strip() == "1024"


def test_time_beyond_the_limit_ends_the_process() -> None:
    assert run("while True: pass", cpu_seconds=1).returncode != 0


PARENT = """
import os
if os.fork():
    os.read(0, 1)
else:
    from grader.worker.limits import die_with_parent
    die_with_parent()
    print("ready", flush=True)
    os.read({held}, 1)
"""


def test_it_ends_with_its_parent_even_when_that_is_killed() -> None:
    held, other = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(held=held)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[held],
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    parent.kill()
    assert parent.stdout.read() == b""  # its end comes when the child, too, is gone
    parent.communicate()
    os.close(held)
    os.close(other)


def test_memory_can_be_closed_to_other_processes_and_opened_again() -> None:
    then = """
from grader.worker.limits import allow_tracing
import ctypes
for allowed in (False, True):
    allow_tracing(allowed=allowed)
    print(ctypes.CDLL(None).prctl(3))  # PR_GET_DUMPABLE
"""
    assert run(then).stdout.split() == ["0", "1"]
