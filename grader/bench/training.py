"""Shows, side by side in one run, that training here is the course's training, only faster.

Three ways train the same network from the same weights on the same images: the course's own
(`reference.course_training`), ours in the course's layout, which must give the same figures to
the last digit, and ours in the fast layout, which may differ as another seed would. The order is
turned round after every round, so that a machine that warms up or slows down favours nobody, and
seconds are the processor's, which on one thread are the clock's less what other programs took.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, Literal

import torch
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.data import Dataset
from grader.graphs.network import Network
from grader.graphs.numerics import Layout
from grader.graphs.replay import Replay
from grader.train.protocol import KUZU
from grader.train.training import train
from grader.train.training_run import TrainingRun
from reference.course_training import CourseRun, train_course
from reference.kuzu import NetConv, NetFull, NetLin

Run = CourseRun | TrainingRun
Way = Literal["the course's own", "course layout", "fast layout"]
WAYS: Final[tuple[Way, ...]] = ("the course's own", "course layout", "fast layout")

NETWORKS: Final[Mapping[str, Callable[[], nn.Module]]] = {
    "NetLin": NetLin,
    "NetFull": NetFull,
    "NetConv": NetConv,
}
SPEEDUPS: Final = {"NetLin": 10.0, "NetFull": 6.0, "NetConv": 1.5}
"""Least ratio of the course's time to the fast layout's that this project promises."""
WARM_UP: Final = 128
"""Images that each way is first trained on untimed: whatever torch sets up once counts for none."""
SEED_NOISE: Final = 1.0
"""Percentage points by which the final accuracy of one network spreads between seeds."""


@dataclass(frozen=True)
class BenchRow:
    """One network trained in all three ways; processor seconds, medians over the rounds.

    `identical` says that losses, test losses, accuracies and confusion matrix in the course's
    layout were the course's own to the last digit, in every round. Accuracies are final, percent.
    """

    network: str
    target: float
    course_seconds: float
    course_layout_seconds: float
    fast_seconds: float
    course_accuracy: float
    fast_accuracy: float
    identical: bool

    @property
    def course_layout_speedup(self) -> float:
        """How many times faster than the course, with the same figures."""
        return self.course_seconds / self.course_layout_seconds

    @property
    def speedup(self) -> float:
        """How many times faster than the course the fast layout is."""
        return self.course_seconds / self.fast_seconds

    @property
    def within_noise(self) -> bool:
        """Whether the fast layout's accuracy differs by no more than another seed's would."""
        return abs(self.fast_accuracy - self.course_accuracy) <= SEED_NOISE

    @property
    def kept(self) -> bool:
        """Whether everything promised was found: speed, the same figures, accuracy."""
        return self.speedup >= self.target and self.identical and self.within_noise


def run_bench(
    dataset: Dataset,
    epochs: int,
    *,
    rounds: int = 2,
    seed: int = 0,
    networks: Mapping[str, Callable[[], nn.Module]] = NETWORKS,
    on_run: Callable[[str, Way, float], None] | None = None,
) -> tuple[BenchRow, ...]:
    """Time the three ways on one thread each.

    Args:
        dataset: images to train and test on.
        epochs: passes over them in every run.
        rounds: how often each way is run; the order alternates.
        seed: of the initial weights, the same in all runs.
        networks: what builds each network; the names are those of `SPEEDUPS`.
        on_run: called after each run with the network, the way and its processor seconds.
    """
    with _one_thread():
        return tuple(
            _bench_network(name, build, dataset, epochs, rounds=rounds, seed=seed, on_run=on_run)
            for name, build in networks.items()
        )


def rows_as_table(rows: tuple[BenchRow, ...]) -> tuple[tuple[str, ...], ...]:
    """Header and one line a network, as text that fits 80 columns, for whoever prints it.

    "same" tells whether the course layout gave the course's figures to the last digit; the two
    accuracies are the course's and the fast layout's.
    """
    header = (
        "network",
        "course",
        "course layout",
        "fast layout",
        "target",
        "same",
        "accuracy, %",
    )
    return (header, *map(_as_line, rows))


def _as_line(row: BenchRow) -> tuple[str, ...]:
    return (
        row.network,
        f"{row.course_seconds:.2f} s",
        f"{row.course_layout_seconds:.2f} s ({row.course_layout_speedup:.1f}x)",
        f"{row.fast_seconds:.2f} s ({row.speedup:.1f}x)",
        f"{row.target:g}x",
        "yes" if row.identical else "NO",
        f"{row.course_accuracy:.2f}/{row.fast_accuracy:.2f}",
    )


def _bench_network(
    name: str,
    build: Callable[[], nn.Module],
    dataset: Dataset,
    epochs: int,
    *,
    rounds: int,
    seed: int,
    on_run: Callable[[str, Way, float], None] | None,
) -> BenchRow:
    network = captured(build, name, seeds=(seed,))
    _warm_up(build, network, dataset)
    runs: dict[Way, list[Run]] = {way: [] for way in WAYS}
    seconds: dict[Way, list[float]] = {way: [] for way in WAYS}
    for number in range(rounds):
        for way in WAYS if number % 2 == 0 else reversed(WAYS):
            torch.manual_seed(seed)
            net = _net(way, build, network, seed)
            started = time.process_time()
            runs[way].append(_train(way, net, dataset, epochs, seed))
            seconds[way].append(time.process_time() - started)
            if on_run is not None:
                on_run(name, way, seconds[way][-1])
    exact = runs["the course's own"] + runs["course layout"]
    return BenchRow(
        network=name,
        target=SPEEDUPS[name],
        course_seconds=median(seconds["the course's own"]),
        course_layout_seconds=median(seconds["course layout"]),
        fast_seconds=median(seconds["fast layout"]),
        course_accuracy=exact[0].accuracies[-1],
        fast_accuracy=runs["fast layout"][0].accuracies[-1],
        identical=len(set(map(_figures, exact))) == 1,
    )


def _net(way: Way, build: Callable[[], nn.Module], network: Network, seed: int) -> nn.Module:
    """The network as written, or, for the fast layout, as grading trains what was captured."""
    return Replay(network, seed, "fast") if way == "fast layout" else build()


def _warm_up(build: Callable[[], nn.Module], network: Network, dataset: Dataset) -> None:
    few = dataset.first(WARM_UP, WARM_UP)
    for way in WAYS:
        seed = network.seeds[0]
        _train(way, _net(way, build, network, seed), few, epochs=1, seed=seed)


def _train(way: Way, net: nn.Module, dataset: Dataset, epochs: int, seed: int) -> Run:
    if way == "the course's own":
        return train_course(net, dataset, epochs)
    layout: Layout = "course" if way == "course layout" else "fast"
    return train(net, dataset, replace(KUZU, epochs=epochs), seed=seed, layout=layout)


def _figures(run: Run) -> tuple[object, ...]:
    return (run.losses, run.last_loss, run.test_losses, run.accuracies, run.confusion)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
