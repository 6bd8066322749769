"""Grades one submission. The flow is `grade`: take in, capture, train, check, score."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment import Assignment
from grader.capture import Capture, Target, capture_module
from grader.data import Dataset
from grader.intake import Submission, open_submission
from grader.isolation import Isolation
from grader.network import Network
from grader.numerics import Device, Precision
from grader.perceptron_targets import perceptron_targets
from grader.protocol import Protocol
from grader.results import Result
from grader.sandbox import Limits
from grader.wire import Failure

if TYPE_CHECKING:
    from grader.trainer import Pool

IMAGE = (1, 28, 28)
BATCHES = (64, 32, 16)
"""The course's batch, and the last training and test batches of KMNIST."""


@dataclass(frozen=True)
class Settings:
    """All that decides a result besides the submission itself."""

    assignment: Assignment
    dataset: Dataset
    protocol: Protocol
    isolation: Isolation
    pool: "Pool"
    limits: Limits = field(default_factory=Limits)
    precision: Precision = "fp32"
    device: Device = "cpu"
    on_stage: Callable[[str], None] = lambda _stage: None


@dataclass(frozen=True)
class Captured:
    """Networks of the submission by name, and what its modules printed."""

    networks: Mapping[str, Network | Failure]
    missing: frozenset[str]
    output: Mapping[str, str]


def grade(path: Path, settings: Settings) -> Result:
    """Grade the submission at `path`.

    Modules are captured one after the other; the networks of the first are trained while the
    perceptron's module is still being captured.

    Raises:
        GraderError: it could not be graded; nothing is held against the student.
    """
    clock = _Clock(settings.on_stage)
    with (
        tempfile.TemporaryDirectory(prefix="grader-") as workdir,
        _background() as background,
    ):
        with clock.stage("intake"):
            submission = take_in(path, Path(workdir), settings)
        with clock.stage("capture"):
            captures = start_captures(submission, settings, background)
            from grader import marking  # torch takes a second here too: meanwhile

            marking.prepare()
            trainable = {table.module for table in settings.assignment.table.networks.values()}
            networks = collect(captures, trainable)
        with clock.stage("train"):
            trained = marking.train(submission, networks, settings)
            captured = collect(captures, captures)
        with clock.stage("check"):
            subject, outcomes = marking.check(captured, trained, settings)
        with clock.stage("score"):
            result = marking.score(submission, captured, subject, outcomes, settings)
    return result.model_copy(update={"timings": clock.seconds})


def take_in(path: Path, workdir: Path, settings: Settings) -> Submission:
    """Copy the submission into a private folder; the sandbox is shown the files in it only."""
    return open_submission(path, workdir, settings.assignment.table.files)


def capture(submission: Submission, settings: Settings) -> Captured:
    """Capture every module, one after the other.

    Raises:
        CaptureError: a worker could not be started.
    """
    with _background() as background:
        captures = start_captures(submission, settings, background)
        return collect(captures, captures)


def start_captures(
    submission: Submission, settings: Settings, background: "_Background"
) -> dict[str, "Future[Capture] | None"]:
    """Queue the capture of every module, those with networks to train first; None where missing."""
    futures: dict[str, Future[Capture] | None] = {}
    for module, targets in capture_targets(settings.assignment).items():
        source = submission.path_of(module)
        futures[module] = None
        if source is not None:
            futures[module] = background.thread.submit(
                capture_module,
                settings.isolation,
                source,
                targets,
                settings.limits,
                background.stop,
            )
    return futures


def collect(captures: Mapping[str, "Future[Capture] | None"], modules: Iterable[str]) -> Captured:
    """Wait for these modules.

    Raises:
        CaptureError: a worker could not be started.
    """
    futures = {module: captures[module] for module in modules}
    done = {module: future.result() for module, future in futures.items() if future is not None}
    networks: dict[str, Network | Failure] = {}
    for capture in done.values():
        networks |= capture.networks
    return Captured(
        networks,
        frozenset(module for module, future in futures.items() if future is None),
        {module: capture.output for module, capture in done.items() if capture.output.strip()},
    )


def network_target(name: str, assignment: Assignment) -> Target:
    """How the worker builds and tries one of Part 1's networks."""
    return Target(name, name, IMAGE, BATCHES, tuple(assignment.table.accuracy.seeds))


def capture_targets(assignment: Assignment) -> dict[str, list[Target]]:
    """What to capture from each module."""
    wanted: dict[str, list[Target]] = {}
    for name, network in assignment.table.networks.items():
        wanted.setdefault(network.module, []).append(network_target(name, assignment))
    if (table := assignment.table.perceptron) is not None:
        wanted.setdefault(table.module, []).extend(perceptron_targets(table))
    return wanted


@dataclass(frozen=True)
class _Background:
    """A thread for captures, and what ends the capture in hand."""

    thread: ThreadPoolExecutor
    stop: threading.Event


@contextmanager
def _background() -> Iterator[_Background]:
    """Ends at once on an error or Ctrl-C: nobody waits for a student's endless loop."""
    with ThreadPoolExecutor(1) as thread:
        background = _Background(thread, threading.Event())
        try:
            yield background
        except BaseException:
            background.stop.set()
            thread.shutdown(wait=False, cancel_futures=True)
            raise


class _Clock:
    """Seconds of each stage; tells whoever listens which one begins."""

    def __init__(self, on_stage: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._on_stage = on_stage

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._on_stage(name)
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 3)
