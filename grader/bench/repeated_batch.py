"""`grader batch` with its workers' answers repeated: what the command itself takes.

A cohort of thousands keeps the workers busy for hours and the command for minutes. Run as a
program, this does all that the command does, from taking in every submission to the cohort's
report. Its workers answer for one submission; for all others, which must be equal, the same comes
again under another name.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from grader.cohort.executor import Executor, open_executor
from grader.cohort.stages import CaptureReply, FinishOrder, FinishReply, capture, finish
from grader.cohort.trainings import NOTHING

TEXTS: Final = frozenset(("result.json", "report.html"))
"""Files that hold the student's name as it is; a PDF has it compressed, and keeps the first."""


@contextmanager
def repeating_workers(*args: Any, **options: Any) -> Iterator[Executor]:
    """Workers as `open_executor` gives them, of which each stage is asked for once."""
    with open_executor(*args, **options) as workers:
        yield Repeating(workers)


class Repeating:
    """An Executor that answers by itself what was answered before; trainings are not repeated."""

    remote: Final = False

    def __init__(self, workers: Executor) -> None:
        self._workers = workers
        self._packet: bytes | None = None
        self._finished: tuple[str, FinishReply] | None = None

    @property
    def workers(self) -> int:
        """As many as there are."""
        return self._workers.workers

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        """Queue a call, or answer it; see grader.cohort.executor.Executor."""
        if function is capture and self._packet is not None:
            args[1].write_bytes(self._packet)
            return _answered(CaptureReply(None, NOTHING))
        if function is finish and self._finished is not None:
            return _answered(_renamed(*self._finished, args[0].submission.id))
        future = self._workers.submit(function, *args)
        if function is capture:
            future.add_done_callback(lambda done: self._captured(done, args[1]))
        elif function is finish:
            future.add_done_callback(lambda done: self._keep(done, args[0]))
        return future

    def _captured(self, done: "Future[CaptureReply]", packet: Path) -> None:
        if done.exception() is None:
            self._packet = packet.read_bytes()

    def _keep(self, done: "Future[FinishReply]", order: FinishOrder) -> None:
        if done.exception() is None:
            self._finished = order.submission.id, done.result()


def _answered(reply: object) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(reply)
    return future


def _renamed(before: str, reply: FinishReply, student: str) -> FinishReply:
    files: Mapping[str, bytes] = {
        name: content.replace(before.encode(), student.encode()) if name in TEXTS else content
        for name, content in reply.files.items()
    }
    standing = reply.standing.model_copy(update={"student": student, "folder": student})
    return FinishReply(files, standing, NOTHING)


def main(cohort: str, out: str, jobs: str, dataset: str, assignment: str) -> int:
    """Grade the equal submissions in the folder `cohort` into `out`, and report on them."""
    from grader.assignment import load_assignment
    from grader.cohort.batch import CohortSettings, grade_cohort
    from grader.cohort.progress import CohortProgress
    from grader.data import load_dataset
    from grader.handin.layouts import find_submissions
    from grader.report.cohort.page import write_cohort_report
    from grader.resources import default_cache
    from grader.store.cache import Cache
    from grader.train.protocol import decide

    table = load_assignment(assignment)
    roles = table.table.files
    with CohortProgress(quiet=True) as progress, Cache(default_cache()) as cache:
        settings = CohortSettings(
            assignment=table,
            dataset=load_dataset(dataset),
            protocol=decide(table.protocol),
            precision="fp32",
            device="cpu",
            isolation="auto",
            executor="local",
            jobs=int(jobs),
            out=Path(out),
            cache=cache,
        )
        found, _ = grade_cohort(
            lambda workdir: find_submissions(Path(cohort), workdir=workdir, roles=roles),
            settings,
            progress,
            workers=repeating_workers,
        )
        write_cohort_report(found, settings.out)
    return 0


if __name__ == "__main__":
    from grader.worker.lean_torch import collect_seldom, spare_the_compiler

    spare_the_compiler()
    collect_seldom()
    sys.exit(main(*sys.argv[1:]))
