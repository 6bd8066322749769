"""Grades one submission. The flow is `grade`: take in, capture, train, check, score.

The report is read while the largest network trains, on the core that the smaller ones have left:
nothing needs it before.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypedDict, TypeVar

from grader.assignment import Assignment
from grader.assignment_tables import REPORT
from grader.capturing.capture import Module, Target, capture_submission
from grader.capturing.control import Control, control_fault, excused
from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import Limits
from grader.claims.found import Found
from grader.data import Dataset
from grader.graphs.network import Network
from grader.graphs.numerics import Device, Precision
from grader.marks.perceptron_targets import perceptron_targets
from grader.results import HandedInNetwork, Result
from grader.scratch import scratch_folder
from grader.submission.intake import Submission, open_submission
from grader.train.protocol import Protocol
from grader.train.training_pool import TrainingPool
from grader.wire import Failure
from grader.worker.lean_torch import reading_no_sources

if TYPE_CHECKING:
    from grader.train.trainer import Pool

P = ParamSpec("P")
T = TypeVar("T")
POLL = 0.25  # seconds
IMAGE = (1, 28, 28)
BATCHES = (64, 32, 16)
"""The course's batch, and the last training and test batches of KMNIST."""


@dataclass(frozen=True)
class Settings:
    """All that decides a result besides the submission itself, and who wants to hear of it.

    `prepare_report` is called once the report was read and while networks train, not earlier: the
    reader, the libraries for the report and both together would be the peak of memory.
    `after_capture` is called when the networks were captured.
    """

    assignment: Assignment
    dataset: Dataset
    protocol: Protocol
    isolation: Isolation
    pool: "Pool"
    limits: Limits = field(default_factory=Limits)
    precision: Precision = "fp32"
    device: Device = "cpu"
    control: Control = control_fault
    on_stage: Callable[[str], None] = lambda _stage: None
    after_capture: Callable[[], None] = lambda: None
    prepare_report: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Captured:
    """Networks by name, what modules printed, remarks for a person, and what the report says.

    `handed_in` are trained networks that lay beside the code.
    """

    networks: Mapping[str, Network | Failure]
    missing: frozenset[str]
    output: Mapping[str, str]
    remarks: Mapping[str, str] = field(default_factory=dict)
    report: Found | None = None
    handed_in: Sequence[HandedInNetwork] = ()


def grade(
    path: Path,
    settings: Settings,
    capturing: "Callable[[Submission, Settings], Captured] | None" = None,
) -> Result:
    """Grade the submission at `path`.

    `capturing` stands for `capture_networks`, where many submissions hold the same files.

    Raises:
        GraderError: it could not be graded; nothing is held against the student.
    """
    clock = _Clock(settings.on_stage)
    with scratch_folder("grader-") as workdir:
        with clock.stage("intake"):
            submission = take_in(path, workdir, settings)
        with clock.stage("capture"), ThreadPoolExecutor(1) as meanwhile:
            ready = meanwhile.submit(_import_marking, settings.pool)
            captured = (capturing or capture_networks)(submission, settings)
            ready.result()
        settings.after_capture()
        from grader.marks import marking

        with clock.stage("train"), ThreadPoolExecutor(1) as meanwhile:
            room = _Room(settings.pool)
            rest = meanwhile.submit(room.then, look_at_the_rest, submission, settings)
            meanwhile.submit(settings.prepare_report)
            with room.soon():
                trained = marking.train(submission, captured, settings)
            captured = replace(captured, **rest.result())
            marking.train_again(captured, trained, settings)
        with clock.stage("check"):
            subject, outcomes = marking.check(submission, captured, trained, settings)
        with clock.stage("score"):
            result = marking.score(submission, captured, subject, outcomes, settings)
    return result.model_copy(update={"timings": clock.seconds})


def _import_marking(pool: "Pool") -> None:
    """Torch takes this process, too, some seconds, and then those that train.

    In turns: capture waits for the sandbox's import, and three at once would delay it on two cores.
    """
    with reading_no_sources():
        from grader.marks import marking

    marking.prepare()
    if isinstance(pool, TrainingPool):
        pool.get_ready()


def take_in(path: Path, workdir: Path, settings: Settings) -> Submission:
    """Copy the submission into a private folder; the sandbox is shown the files in it only."""
    return open_submission(path, workdir, settings.assignment.table.files)


def capture(submission: Submission, settings: Settings) -> Captured:
    """Capture the networks of every module that was handed in, and read the report.

    Raises:
        CaptureError: a worker could not be started.
    """
    with ThreadPoolExecutor(1) as meanwhile:
        rest = meanwhile.submit(look_at_the_rest, submission, settings)
        captured = capture_networks(submission, settings)
        return replace(captured, **rest.result())


def capture_networks(submission: Submission, settings: Settings) -> Captured:
    """Capture the networks of every module that was handed in; nothing else is looked at.

    Raises:
        CaptureError: a worker could not be started.
    """
    wanted = capture_targets(settings.assignment)
    sources = {module: submission.path_of(module) for module in wanted}
    captures = excused(
        capture_submission(
            settings.isolation,
            {m: Module(source, tuple(wanted[m])) for m, source in sources.items() if source},
            settings.limits,
        ),
        settings.isolation,
        settings.limits,
        settings.control,
    )
    return Captured(
        {name: network for done in captures.values() for name, network in done.networks.items()},
        frozenset(wanted) - frozenset(captures),
        {module: done.output for module, done in captures.items() if done.output.strip()},
        {name: said for done in captures.values() for name, said in done.remarks.items()},
    )


class Rest(TypedDict):
    """What of a submission is no code: as the fields of `Captured` are named."""

    report: Found | None
    handed_in: Sequence[HandedInNetwork]


def look_at_the_rest(submission: Submission, settings: Settings) -> Rest:
    """Read the report and evaluate the trained networks that were handed in, one after another."""
    return {
        "report": read(submission, settings),
        "handed_in": evaluate_handed_in(submission, settings),
    }


def read(submission: Submission, settings: Settings) -> Found | None:
    """What the student's report says; None where the assignment asks for none."""
    from grader.claims.report import read_report

    table = settings.assignment.table
    if REPORT not in table.files:
        return None
    return read_report(
        submission.path_of(REPORT), settings.isolation, settings.limits, table, settings.dataset
    )


def evaluate_handed_in(submission: Submission, settings: Settings) -> list[HandedInNetwork]:
    """What the trained networks of Part 3 do that were handed in; most submissions have none."""
    from grader.submission.handed_in import handed_in_networks

    table = settings.assignment.table.sequences
    if table is None:
        return []
    return handed_in_networks(submission.root, table.languages, settings.isolation, settings.limits)


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


class _Room:
    """Waits until a training process has nothing more to do, or everything is trained.

    What is done earlier takes processor time from training, and adds to the peak of memory.
    """

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool if isinstance(pool, TrainingPool) else None
        self._before = pool.submitted if isinstance(pool, TrainingPool) else 0
        self._trained = threading.Event()

    @contextmanager
    def soon(self) -> Iterator[None]:
        """Around the training."""
        try:
            yield
        finally:
            self._trained.set()

    def then(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a task as soon as there is room for it."""
        while self._pool is not None and not self._trained.wait(POLL):
            if self._pool.submitted > self._before and self._pool.spare:
                break
        return task(*args, **kwargs)


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
