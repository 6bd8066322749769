"""What a worker of a dask cluster does with a job of ours.

`teller` and `runner` make functions that are nested, and so travel by value: they run on any
worker of the cluster, and find out there whether the grader is installed.
"""

import pickle
import threading
from collections.abc import Callable
from typing import Any, TypedDict

from grader.cohort.software import Software


class Answer(TypedDict):
    """What a worker makes of a job: its result, or, if `fit` is false, the worker's software."""

    fit: bool
    worker: str
    value: Any


def teller() -> Callable[[], Software]:
    """A function that tells a worker's software."""

    def tell() -> Software:
        try:
            from grader.cohort.software import software

            return software()
        except ImportError:
            return {"grader": "missing"}

    return tell


def runner() -> Callable[[Software, str, bytes, bytes], Answer]:
    """A function that runs a job where the software is as expected, and else tells what it is."""
    tell = teller()

    def run(expected: Software, token: str, setup: bytes, job: bytes) -> Answer:
        import time

        import distributed

        worker, found = distributed.get_worker().address, tell()
        if found != expected:  # it joined later
            time.sleep(1)  # it may well be asked again at once
            return {"fit": False, "worker": worker, "value": found}
        from grader.cohort.dask_worker import perform

        return {"fit": True, "worker": worker, "value": perform(token, setup, job)}

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
