"""Local workers: as many processes as asked for, each replaced when it dies or has grown large."""

import multiprocessing.forkserver
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any, Final, TypeVar

from grader.cohort.worker_process import CONTEXT, WorkerProcess
from grader.errors import WorkerDiedError
from grader.processes import SERVER_START, deaf_to_interrupts, single_threaded
from grader.scratch import scratch_folder

PRELOADED: Final = "grader.train.training_worker"
"""Imports torch and never computes."""
LARGE: Final = 900 * 2**20
"""Resident bytes after a job above which a worker is replaced, so that none ever reaches 1.2 GB."""

S = TypeVar("S")


@contextmanager
def local_executor(
    jobs: int,
    initialise: Callable[[S], None],
    setup: S,
    *,
    scratch: Path | None = None,
    large: int = LARGE,
) -> Iterator["LocalExecutor"]:
    """Workers on this machine; see grader.cohort.executor.open_executor."""
    CONTEXT.set_forkserver_preload([SERVER_START, PRELOADED, initialise.__module__])
    with single_threaded(), deaf_to_interrupts():
        multiprocessing.forkserver.ensure_running()  # imports torch while this process goes on
    with scratch_folder("grader-workers-", scratch) as folder:
        executor = LocalExecutor(jobs, lambda: WorkerProcess(initialise, setup, folder), large)
        try:
            yield executor
            executor.finish()
        finally:
            executor.kill()


class LocalExecutor:
    """An Executor with `jobs` threads, each of which waits for one worker process."""

    remote: Final = False

    def __init__(self, jobs: int, new_worker: Callable[[], WorkerProcess], large: int) -> None:
        self.workers: Final = jobs
        self._new_worker = new_worker
        self._large = large
        self._threads = ThreadPoolExecutor(jobs)
        self._free: SimpleQueue[WorkerProcess | None] = SimpleQueue()
        for _ in range(jobs):
            self._free.put(None)
        self._alive: set[WorkerProcess] = set()
        self._lock = Lock()
        self._closed = False

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        """Queue a call; see grader.cohort.executor.Executor."""
        return self._threads.submit(self._run, function, args)

    def finish(self) -> None:
        """Wait for the jobs that have begun, cancel the others, end the workers."""
        self._threads.shutdown(cancel_futures=True)
        for worker in self._alive:
            worker.end()

    def kill(self) -> None:
        """End everything at once; jobs that have begun fail with WorkerDiedError."""
        with self._lock:
            self._closed = True
            for worker in self._alive:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)

    def _run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Run one job. A worker in which one failed starts anew: who knows what it is left with."""
        worker, keep = self._free.get(), False  # never waits: there are as many as threads
        try:
            if worker is not None and not worker.is_alive:
                self._retire(worker)
                worker = None
            if worker is None:
                worker = self._started()
                worker.wait_until_ready()
            reply = worker.run(function, args)
            keep = reply.error is None and reply.resident <= self._large
        finally:
            if worker is not None and not keep:
                self._retire(worker)
            self._free.put(worker if keep else None)
        if reply.error is not None:
            raise reply.error
        return reply.value

    def _started(self) -> WorkerProcess:
        with self._lock, single_threaded(), deaf_to_interrupts():  # should the server be gone
            if self._closed:
                raise WorkerDiedError("a worker process", "none is started: the grader is stopping")
            worker = self._new_worker()
            self._alive.add(worker)
        return worker

    def _retire(self, worker: WorkerProcess) -> None:
        worker.end()
        with self._lock:
            self._alive.discard(worker)
