"""Starts a sandbox before it is known what will be captured in it.

Importing torch there is what the first capture of a command waits for longest, and nothing of a
submission is needed for it. The worker sees a folder that is still empty.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from grader.capturing.isolation import Mount, choose_isolation, sandbox_user
from grader.capturing.sandbox import Worker, end_worker, start_worker
from grader.errors import GraderError
from grader.scratch import scratch_folder
from grader.submission import COPY
from grader.worker import EXPORT


class Ahead:
    """A worker that waits for the private copy of one submission.

    Args:
        workdir: where that copy will be made.
        worker: sees the copy's folder.
        kept: ends the worker and removes its folders when it is closed.
    """

    def __init__(self, workdir: Path, worker: Worker, kept: ExitStack) -> None:
        self._workdir = workdir
        self._worker: Worker | None = worker
        self._kept = kept

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A working folder for one submission: the first time the one that the worker waits for."""
        if self._worker is None:
            with scratch_folder("grader-") as other:
                yield other
            return
        try:
            yield self._workdir
        finally:
            self._worker = None
            self._kept.close()

    def take(self, folder: Path) -> Worker | None:
        """The worker, once, if it sees this folder and has not ended; its replies go to `home`."""
        worker = self._worker
        if worker is None or folder != self._workdir / COPY or worker.process.poll() is not None:
            return None
        self._worker = None
        return worker


@contextmanager
def started_ahead(tier: str) -> Iterator[Ahead | None]:
    """A worker in the sandbox of that name; None where none works: who needs one says why."""
    with ExitStack() as kept:
        ahead = None
        with suppress(GraderError, OSError):
            isolation = choose_isolation(tier)
            workdir = kept.enter_context(scratch_folder("grader-"))
            copy, out = workdir / COPY, kept.enter_context(reply_folder())
            copy.mkdir()
            worker = start_worker(isolation, mounts_of(copy, out), options=[EXPORT])
            kept.callback(end_worker, worker)
            ahead = Ahead(workdir, worker, kept)
        yield ahead


def mounts_of(folder: Path, out: Path) -> list[Mount]:
    """What a worker sees: the modules in a folder, and another for its replies."""
    return [Mount(folder, "/submission"), Mount(out, "/out", writable=True)]


@contextmanager
def reply_folder() -> Iterator[Path]:
    """A folder that the process inside the sandbox may write to, and no other user."""
    with scratch_folder("grader-reply-") as folder:
        if os.geteuid() == 0:
            os.chown(folder, sandbox_user(), sandbox_user())
        yield folder
