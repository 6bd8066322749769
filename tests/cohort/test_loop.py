from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.loop import Loop
from grader.errors import WorkerDiedError


class Sync:
    """Runs everything at once; remembers in which order. `dies` is how often a worker dies."""

    def __init__(self, workers: int = 1, dies: int = 0) -> None:
        self.workers = workers
        self.dies = dies
        self.ran: list[Any] = []

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        self.ran.append(args[0])
        future: Future[Any] = Future()
        if self.dies:
            self.dies -= 1
            future.set_exception(WorkerDiedError("a worker", "died"))
            return future
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def run(executor: Sync, *tasks: tuple[tuple[int, int], Any]) -> tuple[list[Any], list[str]]:
    """Results and errors of tasks that return their argument, or raise it."""
    loop = Loop(executor)
    results: list[Any] = []
    errors: list[str] = []

    def work(item: Any) -> Any:
        if isinstance(item, Exception):
            raise item
        return item

    for urgency, item in tasks:
        failed = lambda error: errors.append(str(error))  # noqa: E731
        loop.add(urgency, work, item, done=results.append, failed=failed)
    while not loop.idle:
        loop.step()
    return results, errors


def test_the_most_urgent_goes_first_and_equals_in_order() -> None:
    executor = Sync()
    run(executor, ((2, 0), "capture"), ((0, 1), "finish"), ((1, 0), "a"), ((1, 0), "b"))
    assert executor.ran == ["finish", "a", "b", "capture"]


def test_an_error_goes_to_who_asked() -> None:
    assert run(Sync(), ((0, 0), ValueError("no")), ((0, 0), 7)) == ([7], ["no"])


def test_a_task_whose_worker_died_gets_another() -> None:
    executor = Sync(dies=1)
    assert run(executor, ((0, 0), 7)) == ([7], [])
    assert executor.ran == [7, 7]


def test_a_task_that_kills_two_workers_is_given_up() -> None:
    results, errors = run(Sync(dies=2), ((0, 0), 7))
    assert results == []
    assert errors == ["a worker: died"]


def test_a_process_that_cannot_be_started_is_an_error_of_the_task() -> None:
    class Full(Sync):
        def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
            raise OSError("no more processes")

    assert run(Full(), ((0, 0), 7)) == ([], ["no more processes"])


def test_an_error_in_a_callback_ends_the_loop() -> None:
    def full(_result: object) -> None:
        raise OSError("disk full")

    loop = Loop(Sync())
    loop.add((0, 0), str, 1, done=full, failed=lambda _error: None)
    with pytest.raises(OSError, match="disk full"):
        loop.step()


@given(st.lists(st.integers(0, 3)), st.integers(1, 4), st.integers(0, 3))
def test_every_task_ends_exactly_once(urgencies: list[int], workers: int, dies: int) -> None:
    tasks = [((urgency, 0), number) for number, urgency in enumerate(urgencies)]
    results, errors = run(Sync(workers, dies), *tasks)
    assert len(results) + len(errors) == len(tasks)
    assert len(set(results)) == len(results)
