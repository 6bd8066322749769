"""Trains many networks side by side, one thread each, in processes that only ever run our code.

Workers are started with "spawn": a fork after torch has used threads hangs.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from grader.data import Dataset
from grader.network import Network
from grader.protocol import Protocol
from grader.training import Layout, TrainingRun

OnEpoch = Callable[[str, int, int, int, float], None]
"""Called with network, seed, epoch (from 1), number of epochs, and accuracy in percent."""


@dataclass(frozen=True)
class TrainingJob:
    """One seeded run of one captured network."""

    network: Network
    seed: int
    protocol: Protocol
    layout: Layout


class TrainingPool:
    """A pool of `jobs` training processes that share one data set; use it in a `with` block."""

    def __init__(self, dataset: Dataset, jobs: int, on_epoch: OnEpoch | None = None) -> None:
        context = multiprocessing.get_context("spawn")
        self._events = context.SimpleQueue()
        self._on_epoch = on_epoch
        self._executor = ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_start_worker, initargs=(dataset, self._events)
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._jobs = jobs

    def __enter__(self) -> Self:
        """Start the processes at once: importing torch takes them a second."""
        self._listener.start()
        with _single_threaded():
            for _ in range(self._jobs):
                self._executor.submit(_warm_up)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; what has not begun is cancelled."""
        self._executor.shutdown(cancel_futures=True)
        self._events.put(None)
        self._listener.join(timeout=5)

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        """Queue one run."""
        return self._executor.submit(_run, job)

    def _listen(self) -> None:
        while (event := self._events.get()) is not None:
            if self._on_epoch is not None:
                self._on_epoch(*event)


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Set what a spawned process inherits, so that its torch starts one thread only."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


_worker: dict[str, Any] = {}


def _start_worker(dataset: Dataset, events: Any) -> None:
    import torch

    torch.set_num_threads(1)
    _worker.update(dataset=dataset, events=events)


def _warm_up() -> None:
    import grader.replay  # noqa: F401 - what takes the time is the import


def _run(job: TrainingJob) -> TrainingRun:
    from grader.replay import Replay
    from grader.training import train

    def tell(epoch: int, accuracy: float) -> None:
        event = (job.network.name, job.seed, epoch, job.protocol.epochs, accuracy)
        _worker["events"].put(event)

    module = Replay(job.network, job.seed)
    return train(
        module,
        _worker["dataset"],
        job.protocol,
        seed=job.seed,
        layout=job.layout,
        on_epoch=tell,
    )
