"""Trains many networks side by side, one thread each, in processes that only ever run our code.

Workers are forked from a server process that imports torch once and never computes: a fork is
then safe, takes milliseconds, and shares the memory of the libraries. Images are shared as well.
"""

import multiprocessing
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from grader.data import Dataset
from grader.graphs.numerics import Device, Layout, Precision
from grader.processes import SERVER_START, deaf_to_interrupts, die_with_program, single_threaded
from grader.train.deciding import StopRule
from grader.train.protocol import Protocol

if TYPE_CHECKING:
    from grader.graphs.network import Network
    from grader.train.training_run import TrainingRun

PRELOADED: Final = "grader.train.training_worker"
ARRAYS: Final = ("train_images", "train_labels", "test_images", "test_labels")

OnEpoch = Callable[[str, int, int, int, float], None]
"""Called with network, seed, epoch (from 1), number of epochs, and accuracy in percent."""


@dataclass(frozen=True)
class TrainingJob:
    """One seeded run of one captured network.

    `precision` and `device` are what is asked for: a network that they do not suit is trained in
    fp32, or on the processor (see grader.graphs.numerics).
    """

    network: "Network"
    seed: int
    protocol: Protocol
    layout: Layout
    precision: Precision = "fp32"
    device: Device = "cpu"
    stop: StopRule | None = None


class TrainingPool:
    """A pool of `jobs` training processes that share one data set; use it in a `with` block.

    A process for which nothing waits ends, and with it go its few hundred megabytes; another is
    forked in milliseconds. Each is an executor of its own, so that one that dies takes no other
    run with it.

    Attributes:
        submitted: runs that were ever queued.
    """

    def __init__(self, dataset: Dataset, jobs: int, on_epoch: OnEpoch | None = None) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([SERVER_START, PRELOADED])
        # a pipe, whose short messages are written at once: a queue has a lock, and a process that
        # is killed while it holds that would silence all others for good
        self._heard, self._told = context.Pipe(duplex=False)
        self._on_epoch = on_epoch
        self._shared = tempfile.TemporaryDirectory(prefix="grader-images-")
        self._new_process = partial(
            ProcessPoolExecutor,
            1,
            mp_context=context,
            initializer=_start_worker,
            initargs=(SharedDataset.of(dataset, Path(self._shared.name)), self._told),
        )
        self._jobs = jobs
        self._desk = ThreadPoolExecutor(jobs)  # a thread for each process waits for its run
        self._lock = threading.Lock()
        self._idle: list[ProcessPoolExecutor] = []
        self._unfinished = 0
        self.submitted = 0
        self._others = set(multiprocessing.active_children())
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._starter = threading.Thread(target=self._start)

    def __enter__(self) -> Self:
        """Listen; the processes start at `get_ready`, or with the first run."""
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; what has not begun is cancelled, and after an error what has, too."""
        if self._starter.ident is not None:
            self._starter.join()
        if kind is not None:
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
        self._desk.shutdown(cancel_futures=True)
        for idle in self._idle:
            idle.shutdown()
        self._told.send(None)
        self._listener.join(timeout=5)
        self._shared.cleanup()

    def get_ready(self) -> None:
        """Start the server and its workers; nobody waits while they import torch."""
        with self._lock:
            if self._starter.ident is None:
                self._starter.start()

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        """Queue one run."""
        self.get_ready()
        self._starter.join()
        with self._lock:
            self.submitted += 1
            self._unfinished += 1
        return self._desk.submit(self._train, job)

    def _start(self) -> None:
        """Have the processes ready early; where one cannot be started, whoever trains says so."""
        with suppress(Exception), single_threaded(), deaf_to_interrupts():
            for _ in range(self._jobs):
                self._idle.append(self._new_process())
                self._idle[-1].submit(_warm_up)

    def _train(self, job: TrainingJob) -> "TrainingRun":
        """One run in a process, which waits for another only where another run waits."""
        with self._lock:
            process = self._idle.pop() if self._idle else self._new_process()
        try:
            run = process.submit(_run, job).result()
        except BrokenProcessPool:
            self._done_with(process, usable=False)
            raise
        except BaseException:
            self._done_with(process)
            raise
        self._done_with(process)
        return run

    def _done_with(self, process: ProcessPoolExecutor, *, usable: bool = True) -> None:
        with self._lock:
            self._unfinished -= 1
            if kept := usable and self._unfinished >= self._jobs:
                self._idle.append(process)
        if not kept:
            process.shutdown()

    @property
    def spare(self) -> bool:
        """Whether fewer runs are unfinished than there may be processes."""
        return self._unfinished < self._jobs

    def _listen(self) -> None:
        while (event := self._heard.recv()) is not None:
            if self._on_epoch is not None:
                self._on_epoch(*event)


@dataclass(frozen=True)
class SharedDataset:
    """A data set whose arrays lie in files, so that processes map them instead of copying."""

    rest: Dataset
    folder: Path

    @classmethod
    def of(cls, dataset: Dataset, folder: Path) -> Self:
        """Write the arrays to `folder`."""
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(dataset, name))
        nothing: dict[str, Any] = {name: np.zeros(0) for name in ARRAYS}
        return cls(replace(dataset, **nothing), folder)

    def opened(self) -> Dataset:
        """The data set again, its arrays mapped from the files."""
        arrays: dict[str, Any] = {
            name: np.load(self.folder / f"{name}.npy", mmap_mode="c") for name in ARRAYS
        }
        return replace(self.rest, **arrays)


_worker: dict[str, Any] = {}


def _start_worker(shared: SharedDataset, events: Any) -> None:
    die_with_program()
    _worker.update(dataset=shared.opened(), events=events)


def _warm_up() -> None:
    """Nothing: that a worker runs it means that the worker has started."""


def _run(job: TrainingJob) -> "TrainingRun":
    from grader.train.training_worker import run_job  # imported already, by the server process

    def tell(epoch: int, accuracy: float) -> None:
        event = (job.network.name, job.seed, epoch, job.protocol.epochs, accuracy)
        _worker["events"].send(event)

    return run_job(job, _worker["dataset"], tell)
