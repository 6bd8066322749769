"""Sandboxes and hostile modules for tests, run for real."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from grader.capturing.capture import Target
from grader.capturing.isolation import Bubblewrap, Isolation, Mount, bubblewrap_fault
from grader.capturing.sandbox import (
    Limits,
    WorkerRun,
    mounts_of,
    reply_folder,
    run_worker,
    start_worker,
)

needs_bubblewrap = pytest.mark.skipif(
    bool(bubblewrap_fault()), reason=f"bubblewrap does not work here: {bubblewrap_fault()}"
)

LIMITS = Limits(silence_seconds=20)
PATIENCE = 6
"""Seconds of silence granted where a test waits for the limit; an export takes one or two."""

NETWORKS = """
import torch
from torch import nn


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return torch.log_softmax(self.layer(x), dim=1)


class Second(First):
    pass


class Third(First):
    pass
"""


def bubblewrap() -> Isolation:
    """The strongest sandbox, as this user would get it."""
    return Bubblewrap(as_root=os.geteuid() == 0)


def target(name: str) -> Target:
    """A class that takes four numbers."""
    return Target(name, name, (4,), (2,), (0,))


def module(folder: Path, code: str, *, networks: str = NETWORKS) -> Path:
    """A submission that holds nothing but `net.py`: the three networks, then `code`."""
    submission = folder / "submission"
    submission.mkdir()
    file = submission / "net.py"
    file.write_text(networks + textwrap.dedent(code))
    return file


def inside(isolation: Isolation, code: str, mounts: Iterable[Mount] = ()) -> str:
    """What a piece of Python prints inside the sandbox."""
    command = isolation.command([sys.executable, "-I", "-c", textwrap.dedent(code)], mounts)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def processes_that_say(word: str) -> list[int]:
    """Ids of the processes on this machine whose command line holds the word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in line and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def run_modules(
    folder: Path,
    *codes: str,
    limits: Limits = LIMITS,
    isolation: Isolation | None = None,
    replied: Callable[[], int] = lambda: 0,
) -> WorkerRun:
    """Run a worker on these modules, with no network to capture."""
    submission = folder / "submission"
    submission.mkdir()
    for number, code in enumerate(codes):
        (submission / f"net{number}.py").write_text(textwrap.dedent(code))
    box = isolation or bubblewrap()
    with reply_folder() as out:
        mounts = mounts_of(submission, out)
        request = {
            "probe": 0,
            "modules": [
                {
                    "path": f"{box.path(mounts[0])}/{file.name}",
                    "name": file.stem,
                    "targets": [],
                    "again": [],
                }
                for file in sorted(submission.iterdir())
            ],
            "out": box.path(mounts[1]),
        }
        return run_worker(start_worker(box, mounts), request, limits, replied)
