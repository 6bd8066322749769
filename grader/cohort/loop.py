"""Hands tasks to an executor, most urgent first, and their results to whoever waits for them."""

import heapq
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from grader.errors import WorkerDiedError

ATTEMPTS: Final = 2
"""How often a task is given to a worker; one that kills two workers is not given to a third."""


class Submits(Protocol):
    """The part of an executor that is needed here."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        ...

    def submit(self, function: Callable[..., Any], /, *args: Any) -> "Future[Any]":
        """Start one."""
        ...


@dataclass(order=True)
class Task:
    """A function with its arguments for a worker, and what to do here with its result or error.

    The least `urgency` goes first.
    """

    urgency: tuple[int, int]
    number: int
    function: Callable[..., Any] = field(compare=False)
    args: tuple[Any, ...] = field(compare=False)
    done: Callable[[Any], None] = field(compare=False)
    failed: Callable[[Exception], None] = field(compare=False)
    attempts: int = field(compare=False, default=0)


class Loop:
    """Keeps every worker busy and calls back in this thread, one result at a time.

    No more tasks are handed over than workers there are: what is urgent never queues behind what
    is not.
    """

    def __init__(self, executor: Submits) -> None:
        self._executor = executor
        self._ready: list[Task] = []
        self._running: dict[Future[Any], Task] = {}
        self._count = 0

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        return self._executor.workers

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self._ready and not self._running

    def add(
        self,
        urgency: tuple[int, int],
        function: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Queue a task."""
        self._count += 1
        heapq.heappush(self._ready, Task(urgency, self._count, function, args, done, failed))

    def step(self) -> None:
        """Start what can start, wait until something ends, and call back."""
        while self._ready and len(self._running) < self._executor.workers:
            self._start(heapq.heappop(self._ready))
        for future in wait(self._running, return_when=FIRST_COMPLETED).done:
            self._end(self._running.pop(future), future)

    def _start(self, task: Task) -> None:
        task.attempts += 1
        try:
            self._running[self._executor.submit(task.function, *task.args)] = task
        except Exception as error:  # no process could be started
            task.failed(error)

    def _end(self, task: Task, future: "Future[Any]") -> None:
        try:
            result = future.result()
        except WorkerDiedError as error:
            if task.attempts < ATTEMPTS:
                heapq.heappush(self._ready, task)
            else:
                task.failed(error)
        except Exception as error:
            task.failed(error)
        else:
            task.done(result)
