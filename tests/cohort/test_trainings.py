"""Equal trainings run once, and whatever answers is what the asker would have got alone."""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cohort.loop import Loop
from grader.cohort.packet import Card
from grader.cohort.stages import Machine, Spent, TrainingOrder, TrainingReply
from grader.cohort.trainings import Answer, Trainings
from grader.store.cache import Cache
from grader.train.protocol import KUZU
from grader.train.training_pool import TrainingJob
from grader.train.training_run import Epoch, TrainingRun
from tests.report import example

MACHINE = Machine(example.sample().environment, "x86_64 AVX512", "cpu")
CARD = Card(graph="g", weights={0: "w0", 1: "w1"}, layout="fast", cost=1, trainable=True)


class Stop:
    """Settled once the accuracy reaches a limit."""

    def __init__(self, limit: float) -> None:
        self.limit = limit

    def settled(self, accuracies: tuple[float, ...]) -> object | None:
        return True if accuracies[-1] >= self.limit else None


def order(*, epochs: int = 10, seed: int = 0, limit: float | None = None) -> TrainingOrder:
    job = TrainingJob(
        network=cast(Any, None),
        seed=seed,
        protocol=replace(KUZU, epochs=epochs),
        layout="fast",
        stop=cast(Any, Stop(limit) if limit is not None else None),
    )
    return TrainingOrder(Path("packet"), "NetLin", job)


def epoch(accuracy: float, loss: float = 1.0) -> Epoch:
    return Epoch(loss, loss, 1.0, accuracy, ((1, 0), (0, 1)), bytes([0, 1]), 0.5)


def trained(wanted: TrainingOrder) -> TrainingRun:
    """Rises by ten points an epoch until it is stopped."""
    epochs = []
    for number in range(1, wanted.job.protocol.epochs + 1):
        epochs.append(epoch(10.0 * number))
        accuracies = tuple(e.accuracy for e in epochs)
        if wanted.job.stop is not None and wanted.job.stop.settled(accuracies):
            break
    return TrainingRun(wanted.job.seed, 10.0, tuple(epochs))


class Trainer:
    """An executor that trains when it is told to."""

    workers = 4

    def __init__(self) -> None:
        self.orders: list[TrainingOrder] = []

    def submit(self, _function: object, /, wanted: TrainingOrder) -> "Future[Any]":
        self.orders.append(wanted)
        future: Future[Any] = Future()
        future.set_result(TrainingReply(trained(wanted), Spent(1.0, 1.0)))
        return future


class Asker:
    """Collects answers."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.executor = Trainer()
        self.loop = Loop(self.executor)
        self.trainings = Trainings(self.loop, cache, "d", MACHINE)
        self.answers: list[Answer] = []
        self.errors: list[Exception] = []

    def ask(self, *orders: TrainingOrder, card: Card = CARD) -> list[Answer]:
        for wanted in orders:
            self.trainings.request(
                card, wanted, urgency=(0, 0), done=self.answers.append, failed=self.errors.append
            )
        while not self.loop.idle:
            self.loop.step()
        return self.answers


def test_equal_trainings_run_once() -> None:
    asker = Asker()
    first, second = asker.ask(order(), order())
    assert len(asker.executor.orders) == 1
    assert first.run == second.run
    assert (first.cached, second.cached) == (False, True)
    assert (asker.trainings.made, asker.trainings.reused) == (1, 1)


def test_what_was_made_before_is_not_made_again(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        (made,) = Asker(cache).ask(order())
        again = Asker(cache)
        (kept,) = again.ask(order())
    assert again.executor.orders == []
    assert kept.cached
    assert kept.run == made.run


def test_a_longer_run_answers_a_shorter_question_as_if_it_had_been_asked(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        Asker(cache).ask(order())
        for wanted in (order(epochs=3), order(limit=40.0), order(epochs=2, limit=40.0)):
            again = Asker(cache)
            (kept,) = again.ask(wanted)
            assert again.executor.orders == []
            assert kept.run == trained(wanted)


def test_a_run_that_ended_too_early_is_made_again_and_replaced(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        Asker(cache).ask(order(limit=20.0))
        longer = Asker(cache)
        (made,) = longer.ask(order(limit=50.0))
        assert made.run == trained(order(limit=50.0))
        assert len(longer.executor.orders) == 1
        (kept,) = Asker(cache).ask(order(limit=30.0))
        assert kept.cached
        assert kept.run == trained(order(limit=30.0))


def test_who_waited_for_a_run_that_ends_too_early_gets_one_of_their_own() -> None:
    asker = Asker()
    first, second = asker.ask(order(limit=20.0), order(limit=60.0))
    assert first.run == trained(order(limit=20.0))
    assert second.run == trained(order(limit=60.0))
    assert len(asker.executor.orders) == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(order(), job=replace(order().job, layout="course")),
        replace(order(), job=replace(order().job, precision="bf16")),
        replace(order(), job=replace(order().job, device="cuda")),
        replace(order(), job=replace(order().job, protocol=replace(KUZU, momentum=0.9))),
        replace(order(), job=replace(order().job, protocol=replace(KUZU, batch_size=32))),
        replace(order(), job=replace(order().job, protocol=replace(KUZU, learning_rate=0.1))),
        order(seed=1),
    ],
)
def test_whatever_changes_a_bit_changes_the_key(other: TrainingOrder) -> None:
    trainings = Asker().trainings
    assert trainings.key(CARD, other) != trainings.key(CARD, order())


def test_graph_weights_data_and_machine_change_the_key() -> None:
    key = Asker().trainings.key(CARD, order())
    loop = Loop(Trainer())
    environment = MACHINE.environment.model_copy(update={"torch": "3.0"})
    keys = {
        key,
        Asker().trainings.key(CARD.model_copy(update={"graph": "h"}), order()),
        Asker().trainings.key(CARD.model_copy(update={"weights": {0: "x"}}), order()),
        Trainings(loop, None, "other data", MACHINE).key(CARD, order()),
        Trainings(loop, None, "d", replace(MACHINE, processor="AVX2")).key(CARD, order()),
        Trainings(loop, None, "d", replace(MACHINE, environment=environment)).key(CARD, order()),
    }
    assert len(keys) == 6
    assert Asker().trainings.key(CARD, order(epochs=3, limit=5.0)) == key


def test_an_entry_in_another_format_is_a_miss(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        asker = Asker(cache)
        cache.put("training", asker.trainings.key(CARD, order()), b"older format")
        (made,) = asker.ask(order())
    assert not made.cached


def test_a_failure_is_told_to_everyone_who_waited() -> None:
    class Broken(Trainer):
        def submit(self, _function: object, /, wanted: TrainingOrder) -> "Future[Any]":
            future: Future[Any] = Future()
            future.set_exception(MemoryError("no memory"))
            return future

    asker = Asker()
    asker.loop._executor = Broken()
    asker.ask(order(), order())
    assert [str(error) for error in asker.errors] == ["no memory", "no memory"]


def test_a_network_that_cannot_be_trained_has_no_run() -> None:
    class Refuses(Trainer):
        def submit(self, _function: object, /, wanted: TrainingOrder) -> "Future[Any]":
            future: Future[Any] = Future()
            future.set_result(TrainingReply(None, Spent(0.1, 0.1)))
            return future

    asker = Asker()
    asker.loop._executor = Refuses()
    assert [answer.run for answer in asker.ask(order(), order())] == [None, None]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 8), st.one_of(st.none(), st.floats(0, 90))), max_size=8))
def test_the_cache_never_changes_an_answer(questions: list[tuple[int, float | None]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Cache(Path(folder)) as cache:
        for epochs, limit in questions:
            wanted = order(epochs=epochs, limit=limit)
            (answer,) = Asker(cache).ask(wanted)
            assert answer.run == trained(wanted)
