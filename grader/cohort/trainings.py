"""Runs each distinct training once: equal ones share a run, and what was run before is kept.

A run that was made for another question (another threshold, or all ten epochs) answers if it went
far enough: it is cut to the very epochs that this question would have had.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.cohort.loop import Loop
from grader.cohort.packet import Card
from grader.cohort.stages import Machine, Spent, TrainingOrder, TrainingReply, train
from grader.errors import StoreError
from grader.store.cache import Cache
from grader.train.training_run import TrainingRun

KEY_VERSION = 3
NOTHING = Spent(0.0, 0.0)


@dataclass(frozen=True)
class Answer:
    """The run, None where the network cannot be trained, and whether it was made before."""

    run: TrainingRun | None
    cached: bool
    spent: Spent


Waiter = Callable[[Answer], None]
Failed = Callable[[Exception], None]


@dataclass(frozen=True)
class _Request:
    order: TrainingOrder
    urgency: tuple[int, int]
    done: Waiter
    failed: Failed


class Trainings:
    """All trainings of a cohort. `machine` is that of the workers."""

    def __init__(
        self, loop: Loop, cache: Cache | None, dataset_digest: str, machine: Machine
    ) -> None:
        self._loop = loop
        self._cache = cache
        self._dataset = dataset_digest
        self._machine = [machine.environment.torch, machine.processor, machine.device]
        self._running: dict[str, list[_Request]] = {}
        self.made = 0
        self.reused = 0

    def request(
        self,
        card: Card,
        order: TrainingOrder,
        *,
        urgency: tuple[int, int],
        done: Waiter,
        failed: Failed,
    ) -> None:
        """Call `done` with the run that this order asks for, now or later."""
        key = self.key(card, order)
        request = _Request(order, urgency, done, failed)
        if key in self._running:
            self._running[key].append(request)
            return
        answer = self._kept(key, order)
        if answer is not None:
            self.reused += 1
            done(Answer(answer, True, NOTHING))
            return
        self._running[key] = []
        self._loop.add(
            urgency,
            train,
            order,
            done=lambda reply: self._trained(key, card, request, reply),
            failed=lambda error: self._failed(key, request, error),
        )

    def _kept(self, key: str, order: TrainingOrder) -> TrainingRun | None:
        """What an earlier run of this training answers, None where it must be made."""
        content = self._cache.get("training", key) if self._cache is not None else None
        if content is None:
            return None
        try:
            return _cut(TrainingRun.from_bytes(content), order)
        except StoreError:  # kept in another format
            return None

    def key(self, card: Card, order: TrainingOrder) -> str:
        """Digest of everything that the bits of a run depend on, but for when it stops."""
        job = order.job
        document: list[Any] = [
            KEY_VERSION,
            card.graph,
            card.weights[job.seed],
            job.seed,
            [job.protocol.batch_size, job.protocol.learning_rate, job.protocol.momentum],
            self._dataset,
            [job.layout, job.precision, job.device, 1],  # one thread
            self._machine,
        ]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()

    def _trained(self, key: str, card: Card, request: _Request, reply: TrainingReply) -> None:
        waiting = self._running.pop(key)
        if reply.run is None:
            for one in (request, *waiting):
                one.done(Answer(None, False, reply.spent))
            return
        self.made += 1
        if self._cache is not None:
            note = f"{request.order.name}, seed {request.order.job.seed}"
            self._cache.put("training", key, reply.run.to_bytes(), note)
        request.done(Answer(reply.run, False, reply.spent))
        for other in waiting:
            answer = _cut(reply.run, other.order)
            if answer is not None:
                self.reused += 1
                other.done(Answer(answer, True, NOTHING))
            else:
                self._again(card, other)

    def _failed(self, key: str, request: _Request, error: Exception) -> None:
        for one in (request, *self._running.pop(key)):
            one.failed(error)

    def _again(self, card: Card, request: _Request) -> None:
        self.request(
            card,
            request.order,
            urgency=request.urgency,
            done=request.done,
            failed=request.failed,
        )


def _cut(run: TrainingRun, order: TrainingOrder) -> TrainingRun | None:
    """The run as it would be had it been made for this order; None where it ended too early."""
    job = order.job
    asked = job.protocol.epochs
    for epochs in range(1, len(run.accuracies) + 1):
        diverged = run.diverged == epochs
        settled = job.stop is not None and job.stop.settled(run.accuracies[:epochs]) is not None
        if epochs == asked or diverged or settled:
            return run.truncated(epochs)
    return None
