"""Where the work of a cohort is done: in processes on this machine, or on a dask cluster.

Whoever hands out work sees futures only, and never where they are worked on.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from grader.errors import UsageError

LOCAL = "local"
CLUSTER = re.compile(r"dask://((?:[^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5})/?")

S = TypeVar("S")


class Executor(Protocol):
    """Runs functions in worker processes, one at a time in each."""

    @property
    def remote(self) -> bool:
        """Whether workers may be on machines that do not see this one's files."""
        ...

    @property
    def workers(self) -> int:
        """How many jobs run at once, at least 1; asked anew, as machines may join and leave.

        Raises:
            ExecutorError: the workers are lost for good.
        """
        ...

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        """Queue a call of a function that workers can import.

        The future has the function's result or exception; WorkerDiedError where its worker ended
        before it did, which concerns no other future; ExecutorError where no worker can be had.
        """
        ...


@contextmanager
def open_executor(
    choice: str,
    jobs: int,
    initialise: Callable[[S], None],
    setup: S,
    *,
    scratch: Path | None = None,
) -> Iterator[Executor]:
    """The workers, ready while the block lasts.

    At its end, what has not begun is cancelled and what has is waited for. After an exception
    local workers are killed, with all that they started.

    Args:
        choice: "local" or "dask://HOST:PORT".
        jobs: number of local workers; a cluster has as many as it has.
        initialise: called as `initialise(setup)` in every worker before its first job; a function
            that workers can import. Where it raises, so do the jobs.
        setup: its argument, to be pickled.
        scratch: folder below which local workers put their temporary files, which are removed at
            the end; after SIGKILL they are left. None is where temporary files usually are.

    Raises:
        UsageError: there is no such choice, or the extra that it needs is not installed.
        ExecutorError: the cluster cannot be reached, or does not run the same software.
    """
    if choice == LOCAL:
        from grader.cohort.executor_local import local_executor

        with local_executor(jobs, initialise, setup, scratch=scratch) as executor:
            yield executor
    elif address := CLUSTER.fullmatch(choice):
        from grader.cohort.executor_dask import dask_executor

        with dask_executor(address[1], initialise, setup) as executor:
            yield executor
    else:
        raise UsageError(
            "--executor",
            repr(choice),
            f"{LOCAL} or dask://HOST:PORT",
            "give the address that the dask scheduler prints when it starts",
        )
