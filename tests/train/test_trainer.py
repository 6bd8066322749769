"""The accuracy policy with a pool that trains nothing: who runs, how often, and what is kept."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from grader.assignment import load_assignment
from grader.capturing.trusted_capture import captured
from grader.checking import Ungraded
from grader.data import Calibration, ClassName, Dataset, Threshold
from grader.errors import TrainingError
from grader.graphs.network import Network
from grader.subject import Subject
from grader.train.deciding import StopRule, calibrated
from grader.train.protocol import Protocol, decide, quick
from grader.train.trainer import Trained, stop_rule, summarise, train_networks, trainable
from grader.train.training_pool import TrainingJob
from grader.train.training_run import Epoch, TrainingRun
from reference.kuzu import NetConv, NetFull, NetLin
from tests.subjects import ASSIGNMENT

SHIPPED = load_assignment(ASSIGNMENT)
TEST = 20
DATASET = Dataset(
    name="dots",
    title="Dots",
    official=False,
    digest="",
    classes=tuple(ClassName(label, str(label), "") for label in range(10)),
    train_images=np.zeros((0, 28, 28), np.uint8),
    train_labels=np.zeros(0, np.int64),
    test_images=np.zeros((TEST, 28, 28), np.uint8),
    test_labels=np.arange(TEST, dtype=np.int64) % 10,
    thresholds=None,
    calibration=None,
)
BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "NetLin": NetLin,
    "NetFull": NetFull,
    "NetConv": NetConv,
}

Given = float | Exception


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return {n: captured(build, n, seeds=(0, 1, 2)) for n, build in BUILDERS.items()}


class FakePool:
    """Gives each network the accuracies it was told, one a run, and remembers the jobs."""

    def __init__(self, **accuracies: list[Given]) -> None:
        self.given = accuracies
        self.jobs: list[TrainingJob] = []

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        self.jobs.append(job)
        outcome = self.given[job.network.name].pop(0)
        future: Future[TrainingRun] = Future()
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(run(outcome, job.seed))
        return future

    def seeds(self, name: str) -> list[int]:
        return [job.seed for job in self.jobs if job.network.name == name]


def run(accuracy: float, seed: int = 0, diverged: bool = False) -> TrainingRun:
    first = Epoch(
        loss=1.0,
        last_loss=1.0,
        test_loss=1.0,
        accuracy=50.0,
        counts=((*(1,) * 10, 0),) * 10,
        predictions=bytes(TEST),
        seconds=1.0,
    )
    last = replace(first, loss=math.inf if diverged else 0.5, test_loss=math.inf, accuracy=accuracy)
    return TrainingRun(seed, 10.0, (first, last))


def trained(
    networks: dict[str, Network],
    pool: FakePool,
    *,
    protocol: Protocol = SHIPPED.protocol,
    dataset: Dataset = DATASET,
) -> Trained:
    chosen = {name: networks[name] for name in pool.given}
    return train_networks(chosen, SHIPPED, protocol, dataset, pool)


def test_one_run_where_the_threshold_is_met(networks: dict[str, Network]) -> None:
    pool = FakePool(NetFull=[84.0])
    training = trained(networks, pool).trainings["NetFull"]
    assert pool.seeds("NetFull") == [0]
    assert (training.met, training.accuracy, training.decisive) == (True, 84.0, 0)
    assert (training.protocol, training.where) == ("official", "trusted")


@pytest.mark.parametrize(
    ("accuracies", "met", "decisive"),
    [
        ([83.5, 84.2], True, 1),
        ([83.5, 82.0, 84.0], True, 2),
        ([83.5, 83.9, 83.0], False, 1),
    ],
)
def test_up_to_three_runs_where_the_first_misses_by_little(
    accuracies: list[Given], met: bool, decisive: int, networks: dict[str, Network]
) -> None:
    pool = FakePool(NetFull=list(accuracies))
    training = trained(networks, pool).trainings["NetFull"]
    assert pool.seeds("NetFull") == [0, 1, 2][: len(accuracies)]
    assert (training.met, training.decisive) == (met, decisive)
    assert training.accuracy == accuracies[decisive]
    assert [r.accuracies[-1] for r in training.runs] == accuracies


def test_no_further_run_where_the_first_misses_by_far(networks: dict[str, Network]) -> None:
    pool = FakePool(NetFull=[82.4])
    assert not trained(networks, pool).trainings["NetFull"].met
    assert pool.seeds("NetFull") == [0]


def test_too_high_misses_a_band_as_too_low_does(networks: dict[str, Network]) -> None:
    pool = FakePool(NetLin=[73.0, 71.9])
    training = trained(networks, pool).trainings["NetLin"]
    assert (training.met, training.decisive) == (True, 1)


def test_a_quick_look_is_one_run_and_decides_nothing(networks: dict[str, Network]) -> None:
    pool = FakePool(NetFull=[83.9])
    training = trained(networks, pool, protocol=quick(SHIPPED.protocol)).trainings["NetFull"]
    assert pool.seeds("NetFull") == [0]
    assert (training.protocol, training.decided_at) == (
        "quick",
        "83.90% after 2 epochs: not decided",
    )


def test_the_largest_network_starts_first(networks: dict[str, Network]) -> None:
    pool = FakePool(NetLin=[70.0], NetFull=[85.0], NetConv=[94.0])
    trained(networks, pool)
    assert [job.network.name for job in pool.jobs] == ["NetConv", "NetFull", "NetLin"]


def test_the_data_set_s_own_thresholds_and_calibration_win(networks: dict[str, Network]) -> None:
    dataset = replace(
        DATASET,
        thresholds={"NetFull": Threshold(50.0, 60.0, "calibrated")},
        calibration={"NetFull": Calibration((0, 1), (40.0, 50.0), (45.0, 55.0))},
    )
    found = trained(networks, FakePool(NetFull=[55.0], NetLin=[70.0]), dataset=dataset).trainings
    full = found["NetFull"]
    assert full.met
    assert (full.threshold.low, full.threshold.high, full.threshold.source) == (
        50,
        60,
        "calibrated",
    )
    assert full.reference is not None
    assert full.reference.high == [45.0, 55.0]
    assert found["NetLin"].threshold.low == 68
    assert found["NetLin"].reference is None


def test_figures_of_a_run_are_kept_for_the_report(networks: dict[str, Network]) -> None:
    result = trained(networks, FakePool(NetFull=[85.0]))
    (record,) = result.trainings["NetFull"].runs
    assert record.test_losses == [1.0, None]
    assert record.outside == []
    assert (record.seconds, result.seconds) == (2.0, 2.0)


def test_a_run_that_diverged_is_told(networks: dict[str, Network]) -> None:
    class Diverging(FakePool):
        def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
            future: Future[TrainingRun] = Future()
            future.set_result(run(10.0, diverged=True))
            return future

    training = trained(networks, Diverging(NetFull=[])).trainings["NetFull"]
    assert training.decided_at.endswith("; the loss stopped being a number in epoch 2")


def test_a_network_that_cannot_be_trained_has_no_training_and_is_no_fault(
    networks: dict[str, Network],
) -> None:
    error = TrainingError("network", "gives another shape", "(N, 10)")
    result = trained(networks, FakePool(NetFull=[error], NetLin=[70.0]))
    assert set(result.trainings) == {"NetLin"}
    assert result.faults == {}


@pytest.mark.parametrize(
    "error",
    [BrokenProcessPool("a process died."), MemoryError("none left"), KeyError("our mistake")],
    ids=lambda error: type(error).__name__,
)
def test_anything_else_is_the_grader_s_fault_and_leaves_the_accuracy_ungraded(
    error: Exception, networks: dict[str, Network]
) -> None:
    result = trained(networks, FakePool(NetFull=[error], NetLin=[70.0]))
    assert set(result.trainings) == {"NetLin"}
    assert set(result.faults) == {"NetFull"}
    assert "through no fault of the student's" in result.faults["NetFull"]
    subject = Subject(SHIPPED, networks, result.trainings, faults=result.faults)
    with pytest.raises(Ungraded, match="training NetFull failed"):
        subject.training("NetFull")
    assert subject.network("NetFull") is networks["NetFull"]
    assert subject.training("NetLin").met


def test_a_fault_in_a_later_run_leaves_the_accuracy_ungraded(networks: dict[str, Network]) -> None:
    result = trained(networks, FakePool(NetFull=[83.5, BrokenProcessPool("died")]))
    assert not result.trainings["NetFull"].met
    subject = Subject(SHIPPED, networks, result.trainings, faults=result.faults)
    with pytest.raises(Ungraded, match="training NetFull failed"):
        subject.training("NetFull")


def test_a_pool_that_takes_no_jobs_is_a_fault(networks: dict[str, Network]) -> None:
    class Closed(FakePool):
        def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
            raise BrokenProcessPool("closed")

    result = trained(networks, Closed(NetFull=[]))
    assert result.trainings == {}
    assert set(result.faults) == {"NetFull"}


def linear(outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, outputs), nn.LogSoftmax(dim=1))


def frozen() -> nn.Module:
    return linear(10).requires_grad_(False)


class Planes(nn.Module):
    """Log probabilities for each row of the image: (N, 28, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(28, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.fc(x.squeeze(1))
        return torch.log_softmax(scores, dim=2)


class BatchMean(nn.Module):
    """One answer for all images together."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.fc(x.flatten(1))
        return scores.mean(dim=0)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: linear(10), True),
        (lambda: linear(26), True),
        (lambda: linear(5), False),
        (Planes, False),
        (BatchMean, False),
        (frozen, False),
    ],
    ids=["10 outputs", "26 outputs", "5 outputs", "three dimensions", "no batch", "frozen"],
)
def test_what_can_be_trained_and_scored(build: Callable[[], nn.Module], expected: bool) -> None:
    assert trainable(captured(build, "NetLin"), 10) is expected


LARGE = replace(
    DATASET,
    test_images=np.zeros((5_000, 28, 28), np.uint8),
    test_labels=np.arange(5_000, dtype=np.int64) % 10,
)
DECLINED = TrainingError("network", "gives another shape", "(N, 10)")
SOON = (86.0, 91.0, 92.9, 94.0, 94.8, 95.3, 95.6)


def of(accuracies: Sequence[float], last_loss: float = 1.0) -> TrainingRun:
    """A run with these accuracies on the large test set."""
    first = replace(run(0.0).epochs[0], predictions=bytes(5_000))
    epochs = [replace(first, accuracy=accuracy) for accuracy in accuracies]
    return TrainingRun(0, 10.0, (*epochs[:-1], replace(epochs[-1], loss=last_loss)))


def test_jobs_carry_the_rule_to_stop_and_how_to_compute(networks: dict[str, Network]) -> None:
    pool = FakePool(NetFull=[DECLINED])
    train_networks(
        {"NetFull": networks["NetFull"]},
        SHIPPED,
        decide(SHIPPED.protocol),
        LARGE,
        pool,
        precision="bf16",
        device="cuda",
    )
    (job,) = pool.jobs
    assert job.stop == StopRule(84, None, SHIPPED.table.accuracy.margin, calibrated())
    assert (job.precision, job.device) == ("bf16", "cuda")


def test_official_runs_are_never_stopped(networks: dict[str, Network]) -> None:
    pool = FakePool(NetFull=[DECLINED])
    trained(networks, pool, dataset=LARGE)
    assert pool.jobs[0].stop is None


def test_a_stopped_run_is_told_as_one() -> None:
    protocol = decide(SHIPPED.protocol)
    rule = stop_rule("NetFull", SHIPPED, protocol, LARGE)
    assert rule is not None
    settled = rule.settled(SOON)
    assert settled is not None
    found = summarise("NetFull", [of(SOON[: settled.epoch])], SHIPPED, protocol, LARGE)
    assert (found.met, found.decides, found.protocol) == (True, True, "decide")
    assert found.runs[0].stopped == settled.sentence
    assert f"after epoch {settled.epoch} of 10, where training was stopped" in found.decided_at


def test_a_run_to_the_end_or_to_its_breakdown_was_not_stopped() -> None:
    protocol = decide(SHIPPED.protocol)
    ended = of((*SOON, 95.7, 95.8, 95.9))
    broken = of((50.0, 10.0), math.inf)
    for one in (ended, broken):
        training = summarise("NetFull", [one], SHIPPED, protocol, LARGE)
        assert training.runs[0].stopped == ""
    assert training.decided_at.endswith("the loss stopped being a number in epoch 2")
