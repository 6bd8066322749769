"""Workers of an existing dask cluster, which may be on any number of machines.

A cluster changes while it works: machines join, leave and die. Jobs therefore travel with all
that they need, and a worker with other software than the rest hands its jobs back.
"""

import logging
import pickle
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar

from grader.cohort.dask_worker import Answer, runner, teller
from grader.cohort.software import Software, differences, versions
from grader.errors import ExecutorError, UsageError, WorkerDiedError

CONNECT_SECONDS: Final = 10
"""Until the scheduler must have answered."""
JOIN_SECONDS: Final = 30
"""Until at least one worker must have joined."""

S = TypeVar("S")


@contextmanager
def dask_executor(
    address: str, initialise: Callable[[S], None], setup: S
) -> Iterator["DaskExecutor"]:
    """The workers of the cluster whose scheduler is at `address` ("HOST:PORT").

    See grader.cohort.executor.open_executor; at the end of the block whatever is not done is
    cancelled, though a worker that is at it finishes its job for nobody.
    """
    try:
        import dask
        import distributed
    except ImportError:
        raise UsageError(
            f"--executor dask://{address}",
            "the package distributed is not installed",
            "the grader with its extra for clusters",
            "pip install 'nn-grader[cluster]'",
        ) from None

    # a lost connection is an ExecutorError, which says it better
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    # a data set is sent once, and that is no reason for a warning
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
        try:
            client = distributed.Client(  # type: ignore[no-untyped-call]
                f"tcp://{address}", timeout=CONNECT_SECONDS, set_as_default=False
            )
        except OSError as error:
            raise ExecutorError(
                f"dask://{address}",
                f"no dask scheduler answered within {CONNECT_SECONDS} s",
                "a scheduler that listens there",
                "mend the address, or start one with `dask scheduler`",
            ) from error
        with client:
            executor = DaskExecutor(client, address, pickle.dumps((initialise, setup)))
            try:
                yield executor
            finally:
                executor.cancel()


class DaskExecutor:
    """An Executor whose jobs run on the workers of a cluster, one at a time in each process.

    A job whose worker dies runs again on another one, for as often as the cluster allows
    (`distributed.scheduler.allowed-failures`, 3 times). A job that came to a worker with other
    software than the rest is handed out again while there are others.
    """

    remote: Final = True

    def __init__(self, client: Any, address: str, setup: bytes) -> None:
        self._client = client  # a distributed.Client
        self._where = f"dask://{address}"
        self._software = self._common_software(address)
        self._unfit: set[str] = set()
        self._is_lost = False
        self._token = uuid.uuid4().hex
        # a result of the cluster: kept as long as this client lives, made anew if it is lost
        self._setup = client.submit(bytes, setup, pure=False)
        self._running: dict[Future[Any], Any] = {}

    @property
    def workers(self) -> int:
        """Worker processes of the cluster, now; 1 while it has none and jobs wait for one.

        Raises:
            ExecutorError: the scheduler does not answer, or has not at any time before.
        """
        if self._is_lost:
            raise self._lost()
        try:
            return len(self._client.nthreads()) or 1
        except Exception as error:
            raise self._lost() from error

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        """Queue a call; see grader.cohort.executor.Executor."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self._start(future, pickle.dumps((function, args)))
        return future

    def cancel(self) -> None:
        """Cancel what is not done."""
        error = ExecutorError(self._where, "cancelled: the grader is stopping")
        for future, task in list(self._running.items()):
            if self._running.pop(future, None) is not None:  # another thread may end it just now
                task.cancel()
                future.set_exception(error)

    def _start(self, future: "Future[Any]", job: bytes) -> None:
        task = self._client.submit(
            runner(), self._software, self._token, self._setup, job, pure=False
        )
        self._running[future] = task
        task.add_done_callback(partial(self._end, future, job))

    def _end(self, future: "Future[Any]", job: bytes, task: Any) -> None:
        """Give the future what came of the task, unless it was cancelled here."""
        from distributed import KilledWorker

        if self._running.pop(future, None) is None:
            return
        try:
            answer: Answer = task.result()
            if answer["fit"]:
                future.set_result(answer["value"])
            else:
                self._start_elsewhere(future, job, answer)
        except KilledWorker as error:
            future.set_exception(_died(error))
        except Exception as error:
            future.set_exception(error if task.status == "error" else self._lost())

    def _start_elsewhere(self, future: "Future[Any]", job: bytes, answer: Answer) -> None:
        self._unfit.add(answer["worker"])
        if self._unfit.issuperset(self._client.nthreads()):
            text = differences(answer["value"], self._software)
            future.set_exception(self._mixed(answer["worker"], text))
        else:
            self._start(future, job)

    def _lost(self) -> ExecutorError:
        """Once and for all: a new connection would know nothing of jobs and setup."""
        self._is_lost = True
        return ExecutorError(
            self._where,
            "the connection to the dask scheduler was lost",
            "a scheduler that lives as long as the grading",
            "start it again, then the same command goes on",
        )

    def _common_software(self, address: str) -> Software:
        """What all workers compute with.

        Raises:
            ExecutorError: there are none, or they differ from this machine or from each other.
        """
        try:
            self._client.wait_for_workers(1, timeout=JOIN_SECONDS)
        except TimeoutError:
            raise ExecutorError(
                self._where,
                f"the cluster had no worker within {JOIN_SECONDS} s",
                "at least one",
                f"start some with `dask worker {address} --nthreads 1`",
            ) from None
        found: dict[str, Software] = self._client.run(teller())
        for expected in (versions(), found[min(found)]):
            for worker in sorted(found):
                if text := differences(found[worker], expected):
                    raise self._mixed(worker, text)
        return found[min(found)]

    def _mixed(self, worker: str, text: str) -> ExecutorError:
        return ExecutorError(
            self._where,
            f"worker {worker} has {text}",
            "the same software everywhere, so that marks do not depend on who computes them",
            "install the same Python, torch and grader on all machines and restart the workers",
        )


def _died(error: Exception) -> WorkerDiedError:
    return WorkerDiedError(
        "dask workers",
        f"one after the other died of the same job ({error})",
        "a worker that lives through its job",
        "see their logs; most often more memory is needed, or fewer workers on a machine",
    )
