"""Times the training of recurrent networks against the course's own loop, side by side.

Three ways take the same number of steps: the course's loop for one network, ours for one, ours for
32 seeds in one batch. They take turns on one thread, and seconds are the processor's. The time of
a step does not change in the course of a training, so a few hundred tell.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
import torch

from reference.recurrent.course import course_network
from reference.recurrent.course import train_course as train_one
from reference.recurrent.networks import initial
from reference.recurrent.tasks import TASKS, Task
from reference.recurrent.training import train

LANGUAGES: Final = ("anb2n", "anb2nc3n")
SEEDS: Final = 32
ONE_SEED: Final = 10.0
MANY_SEEDS: Final = 1.0
"""Promised: how many times faster one seed is, and how many course trainings 32 seeds may take."""
ROUNDS: Final = 3


@dataclass(frozen=True)
class SequenceRow:
    """One task; processor milliseconds a step, medians over the rounds."""

    task: str
    course: float
    one: float
    many: float

    @property
    def speedup(self) -> float:
        """How many times faster than the course one seed is."""
        return self.course / self.one

    @property
    def share(self) -> float:
        """How many trainings of the course's loop 32 seeds take."""
        return self.many / self.course

    @property
    def kept(self) -> bool:
        """Whether both promises are."""
        return self.speedup >= ONE_SEED and self.share <= MANY_SEEDS


def measure_sequences(
    steps: int, languages: tuple[str, ...] = LANGUAGES, rounds: int = ROUNDS
) -> tuple[SequenceRow, ...]:
    """Time the three ways for each language, `steps` steps a round."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return tuple(_measure(TASKS[lang], steps, rounds) for lang in languages)
    finally:
        torch.set_num_threads(before)


def rows_as_table(rows: tuple[SequenceRow, ...]) -> tuple[tuple[str, ...], ...]:
    """Header and one line a task."""
    header = ("ms a step", "course", "one seed", f"{SEEDS} seeds (of course)", "kept")
    lines = (
        (
            row.task,
            f"{row.course:.2f}",
            f"{row.one:.3f} ({row.speedup:.1f}x)",
            f"{row.many:.2f} ({row.share:.2f})",
            "yes" if row.kept else "NO",
        )
        for row in rows
    )
    return (header, *lines)


def _measure(task: Task, steps: int, rounds: int) -> SequenceRow:
    ways = (_course(task), _ours(task, 1), _ours(task, SEEDS))
    for way in ways:
        way(2)
    seconds: list[list[float]] = [[] for _ in ways]
    for number in range(rounds):
        order = range(len(ways)) if number % 2 == 0 else reversed(range(len(ways)))
        for index in order:
            started = time.process_time()
            ways[index](steps)
            seconds[index].append((time.process_time() - started) / steps * 1000)
    return SequenceRow(task.label, *(median(found) for found in seconds))


def _course(task: Task) -> Callable[[int], None]:
    def way(steps: int) -> None:
        rng = np.random.default_rng(0)
        start = initial(task.kind, len(task.language.alphabet), task.hidden, [rng])
        train_one(course_network(start), task.language.draws(rng, steps))

    return way


def _ours(task: Task, seeds: int) -> Callable[[int], None]:
    def way(steps: int) -> None:
        train(task.language, task.kind, task.hidden, range(seeds), steps)

    return way
