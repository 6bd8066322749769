"""Measures what one epoch of each different network of a cohort costs, the course's way and ours.

The course's programs are what a tutor would otherwise run: one after another, each as it comes,
with a thread for every core. Ten epochs of every network that way would take a day for sixty
submissions. One epoch costs as much as another, and equal networks cost the same, so one epoch of
each is measured, all ways in turn, and multiplied.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

import torch

from grader.assignment import Assignment
from grader.capturing.capture import capture_module
from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import Limits
from grader.data import Dataset
from grader.errors import GraderError
from grader.grading import network_target
from grader.graphs.network import Network
from grader.graphs.numerics import Layout, Precision
from grader.graphs.replay import Replay, layout_matters
from grader.process_tree import children_seconds
from grader.submission.intake import open_submission
from grader.synthetic.cohort import read_manifest
from grader.train.protocol import Protocol
from grader.train.training import train
from reference.course_training import train_course

WARM_UP: Final = 256
"""Images on which each way first trains a network untimed: what is set up once counts for none."""

SHARE: Final = 3
"""A third of the images is trained and tested with: each costs as much as another."""

START: Final = """
import sys
from reference import kuzu_main
kuzu_main.load_dataset(sys.argv[1])
"""
"""What the course's program does before it trains."""


@dataclass(frozen=True)
class EpochSeconds:
    """Core-seconds of one epoch with its test, in five ways.

    `alone` is the course's program with a thread for every core: its seconds on the clock times the
    cores, since nothing else is run beside it. The others are processor seconds on one thread:
    `course` the course's program; `loaded` ours in the course's layout, so that loading alone
    differs; `fast` ours in the layout that grading uses; `bf16` the same in that precision.
    """

    alone: float
    course: float
    loaded: float
    fast: float
    bf16: float


def measure_epochs(
    cohort: Path,
    assignment: Assignment,
    dataset: Dataset,
    isolation: Isolation,
    *,
    cores: int,
    on_network: Callable[[str, EpochSeconds], None],
    known: Mapping[str, EpochSeconds] | None = None,
) -> dict[str, EpochSeconds]:
    """Measure each different network of a made-up cohort; keys are its manifest's descriptions.

    Those that are `known` are not measured again.

    The course's program trains the captured graph as well, which computes what the student's module
    does with less Python around it, so that a difference favours the course.
    """
    torch.set_num_threads(1)
    found = dict(known or {})
    for description, network in _different(cohort, assignment, isolation, known=set(found)):
        turned = len(found) % 2 == 1
        found[description] = _measure(network, assignment.protocol, dataset, cores, turned=turned)
        on_network(description, found[description])
    return found


def _different(
    cohort: Path, assignment: Assignment, isolation: Isolation, *, known: Collection[str]
) -> Iterator[tuple[str, Network]]:
    """Each network with another description, captured from the first who handed it in."""
    seen = set(known)
    for one in read_manifest(cohort):
        new = {name: text for name, text in one.networks.items() if text not in seen}
        seen.update(new.values())
        if new:
            networks = _captured(cohort / one.student, list(new), assignment, isolation)
            yield from ((new[name], networks[name]) for name in new)


def _captured(
    path: Path, names: Sequence[str], assignment: Assignment, isolation: Isolation
) -> Mapping[str, Network]:
    table = assignment.table
    with tempfile.TemporaryDirectory(prefix="grader-") as workdir:
        submission = open_submission(path, Path(workdir), table.files)
        source = submission.path_of(table.networks[names[0]].module)
        assert source is not None  # whose networks build has handed them in
        targets = [network_target(name, assignment) for name in names]
        captured = capture_module(isolation, source, targets, Limits()).networks
    failed = [name for name in names if not isinstance(captured[name], Network)]
    if failed:
        raise GraderError(
            str(path), f"{failed[0]} could not be captured", "networks that the manifest says build"
        )
    return {name: network for name, network in captured.items() if isinstance(network, Network)}


def measure_start(dataset: str, times: int = 3) -> float:
    """Processor seconds from starting the course's program to its first step, the median."""
    found = []
    for _ in range(times):
        before = children_seconds()
        subprocess.run([sys.executable, "-c", START, dataset], check=True)
        found.append(children_seconds() - before)
    return median(found)


def _measure(
    network: Network, protocol: Protocol, dataset: Dataset, cores: int, *, turned: bool
) -> EpochSeconds:
    """One epoch in each way after a warm-up; `turned` reverses the order."""
    few = dataset.first(WARM_UP, WARM_UP)
    share = dataset.first(len(dataset.train_labels) // SHARE, len(dataset.test_labels) // SHARE)
    ways = _ways(network, replace(protocol, epochs=1))
    seconds = {}
    for name in reversed(ways) if turned else ways:
        ways[name](few)
        started = time.process_time()
        ways[name](share)
        seconds[name] = SHARE * (time.process_time() - started)
    torch.set_num_threads(cores)
    try:
        ways["course"](few)
        started = time.monotonic()
        ways["course"](share)
        alone = SHARE * cores * (time.monotonic() - started)
    finally:
        torch.set_num_threads(1)
    return EpochSeconds(alone=alone, **seconds)


def _ways(network: Network, protocol: Protocol) -> dict[str, Callable[[Dataset], object]]:
    seed = network.seeds[0]
    fast: Layout = "course" if layout_matters(network) else "fast"

    def ours(dataset: Dataset, layout: Layout, precision: Precision) -> object:
        net = Replay(network, seed, layout)
        return train(net, dataset, protocol, seed=seed, layout=layout, precision=precision)

    def course(dataset: Dataset) -> object:
        # a network with too many outputs chooses what is no class, which the counting must bear
        return train_course(
            Replay(network, seed),
            replace(dataset, classes=dataset.classes * 3),
            protocol.epochs,
            learning_rate=protocol.learning_rate,
            momentum=protocol.momentum,
        )

    return {
        "course": course,
        "loaded": lambda dataset: ours(dataset, "course", "fp32"),
        "fast": lambda dataset: ours(dataset, fast, "fp32"),
        "bf16": lambda dataset: ours(dataset, fast, "bf16"),
    }
