"""Workers of an existing dask cluster, which may be on any number of machines.

A cluster changes while it works: machines join, leave and die. Jobs therefore travel with all
that they need, and a worker with other software than the rest hands its jobs back.
"""

import pickle
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from grader.cohort.software import Software, differences, versions
from grader.errors import ExecutorError, UsageError, WorkerDiedError

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

CONNECT_SECONDS: Final = 10
"""Until the scheduler must have answered."""
JOIN_SECONDS: Final = 30
"""Until at least one worker must have joined."""
SAME: Final = "install the same Python, torch and grader on all machines and restart the workers"

S = TypeVar("S")


@contextmanager
def dask_executor(
    address: str, initialise: Callable[[S], None], setup: S
) -> Iterator["DaskExecutor"]:
    """The workers of the cluster whose scheduler is at `address` ("HOST:PORT").

    See grader.cohort.executor.open_executor; at the end of the block whatever is not done is
    cancelled.
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

    # a data set is sent once, and that is no reason for a warning
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
        try:
            client = distributed.Client(
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
    (`distributed.scheduler.allowed-failures`, 3 times).
    """

    remote: Final = True

    def __init__(self, client: "Client", address: str, setup: bytes) -> None:
        self._client = client
        self._where = f"dask://{address}"
        self._software = self._common_software(address)
        self._token = uuid.uuid4().hex
        # a result of the cluster: kept as long as this client lives, made anew if it is lost
        self._setup = client.submit(bytes, setup, pure=False)
        self._running: dict[Future[Any], DaskFuture] = {}

    @property
    def workers(self) -> int:
        """Worker processes of the cluster, now; 1 while it has none and jobs wait for one.

        Raises:
            ExecutorError: the scheduler does not answer.
        """
        try:
            return len(self._client.nthreads()) or 1
        except Exception as error:
            raise self._lost() from error

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        """Queue a call; see grader.cohort.executor.Executor."""
        job = pickle.dumps((function, args))
        inner = self._client.submit(
            _runner(), self._software, self._token, self._setup, job, pure=False
        )
        outer: Future[Any] = Future()
        self._running[outer] = inner
        inner.add_done_callback(partial(self._pass_on, outer))
        return outer

    def cancel(self) -> None:
        """Cancel what is not done."""
        for outer, inner in list(self._running.items()):
            outer.cancel()
            inner.cancel()

    def _pass_on(self, outer: "Future[Any]", inner: "DaskFuture") -> None:
        """Give the future that was handed out what the cluster's future has."""
        from distributed import KilledWorker

        self._running.pop(outer, None)
        if not outer.set_running_or_notify_cancel():
            return
        try:
            outer.set_result(inner.result())
        except KilledWorker as error:
            outer.set_exception(_died(error))
        except Exception as error:
            outer.set_exception(error if inner.status == "error" else self._lost())

    def _lost(self) -> ExecutorError:
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
        found: dict[str, Software] = self._client.run(_teller())
        for expected in (versions(), found[min(found)]):
            for worker in sorted(found):
                if text := differences(found[worker], expected):
                    raise ExecutorError(
                        self._where, f"worker {worker} has {text}", "the same everywhere", SAME
                    )
        return found[min(found)]


def _died(error: Exception) -> WorkerDiedError:
    return WorkerDiedError(
        "dask workers",
        f"one after the other died of the same job ({error})",
        "a worker that lives through its job",
        "see their logs; most often more memory is needed, or fewer workers on a machine",
    )


def _teller() -> Callable[[], Software]:
    """Tells a worker's software. Nested, so that it travels by value: it must run anywhere."""

    def tell() -> Software:
        try:
            from grader.cohort.software import software

            return software()
        except ImportError:
            return {"grader": "missing"}

    return tell


def _runner() -> Callable[[Software, str, bytes, bytes], Any]:
    """Runs a job where the software is the right one, and elsewhere hands it back."""
    tell = _teller()

    def run(expected: Software, token: str, setup: bytes, job: bytes) -> Any:
        import time

        import distributed

        if tell() != expected:  # a worker that joined later
            time.sleep(1)  # it may well be asked again
            raise distributed.Reschedule
        from grader.cohort.executor_dask import perform

        return perform(token, setup, job)

    return run


_one_at_a_time = threading.Lock()
_prepared: set[str] = set()


def perform(token: str, setup: bytes, job: bytes) -> Any:
    """On a worker: run a job, after the initialiser where another run was served last.

    Jobs share torch's seed and what the initialiser left: a process runs one at a time, however
    many threads dask gave it.

    Args:
        token: names the run.
        setup: its initialiser and the argument of that, pickled.
        job: function and arguments, pickled.
    """
    with _one_at_a_time:
        if token not in _prepared:
            _prepared.clear()
            initialise, argument = pickle.loads(setup)
            initialise(argument)
            _prepared.add(token)
        function, args = pickle.loads(job)
        return function(*args)
