"""What a worker process of a cohort does: capture, train, finish. Each is one function.

A worker is any process that has called `initialise`: one started here, or one on another machine
that has the same grader installed. It never speaks to the result store or the cache.
"""

import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.capturing.sandbox import Limits
from grader.cohort.packet import Card, read_captured, read_network, write_packet
from grader.errors import TrainingError
from grader.graphs.network import Network
from grader.graphs.numerics import Device, Precision
from grader.process_tree import children_seconds
from grader.results import Environment
from grader.submission.intake import Submission, open_to_sandbox
from grader.train.protocol import Protocol
from grader.train.training_run import TrainingRun

if TYPE_CHECKING:
    from grader.cohort.standing import Standing
    from grader.data import Dataset
    from grader.grading import Captured, Settings
    from grader.results import Training
    from grader.train.training_pool import SharedDataset, TrainingJob

Packet = Path | bytes
"""A capture (see grader.cohort.packet) as a file that every worker sees, or as the file's bytes."""


@dataclass(frozen=True)
class Setup:
    """What all stages have in common. `assignment` is a folder, or its files by relative name."""

    assignment: Path | Mapping[str, bytes]
    dataset: "Dataset | SharedDataset"
    protocol: Protocol
    isolation: str
    precision: Precision
    device: Device
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Machine:
    """What of a worker's machine the last bits of a training depend on."""

    environment: Environment
    processor: str
    device: str


@dataclass(frozen=True)
class Parcel:
    """A submission on its way to a worker.

    Its private copy lies where `submission.root` says, or travels as a tar in `content`.
    """

    submission: Submission
    content: bytes | None = None


@dataclass(frozen=True)
class Spent:
    """Seconds that a stage took: on the clock, and of the processor with all child processes."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class CaptureReply:
    """`packet` is None where it was written to the file asked for."""

    packet: bytes | None
    spent: Spent


@dataclass(frozen=True)
class TrainingOrder:
    """One seeded run of one network of a packet."""

    packet: Packet
    name: str
    job: "TrainingJob"


@dataclass(frozen=True)
class TrainingReply:
    """The run, or None: the network cannot be trained on such images."""

    run: TrainingRun | None
    spent: Spent


@dataclass(frozen=True)
class FinishOrder:
    """Everything known about a submission.

    `runs` holds the training runs by network, each with whether it was made before; `inside` are
    trainings that the sandbox made, as JSON; `faults` say why a network was not trained; `seconds`
    are wall seconds of the stages before this one.
    """

    submission: Submission
    packet: Packet
    runs: Mapping[str, list[tuple[TrainingRun, bool]]]
    inside: Mapping[str, str]
    faults: Mapping[str, str]
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class FinishReply:
    """The finished files by name, and where the student stands."""

    files: Mapping[str, bytes]
    standing: "Standing"
    spent: Spent


_desk: dict[str, Any] = {}


def initialise(setup: Setup) -> None:
    """Get ready for any number of jobs: torch on one thread, the data open, a sandbox chosen.

    Raises:
        GraderError: one of these cannot be had on this machine.
    """
    import torch

    from grader.assignment import load_assignment
    from grader.capturing.isolation import choose_isolation
    from grader.grading import Settings
    from grader.train.training_pool import SharedDataset

    torch.set_num_threads(1)
    dataset = setup.dataset
    _desk["setup"] = setup
    _desk["settings"] = Settings(
        load_assignment(str(_assignment_folder(setup.assignment))),
        dataset.opened() if isinstance(dataset, SharedDataset) else dataset,
        setup.protocol,
        choose_isolation(setup.isolation),
        pool=None,  # type: ignore[arg-type]  # a worker of a cohort trains itself
        limits=setup.limits,
        precision=setup.precision,
        device=setup.device,
    )


def describe() -> Machine:
    """This machine, for the keys of the cache and the head of the cohort's report."""
    import platform

    import torch

    from grader.marks.marking import environment_of

    cuda = _desk["setup"].device == "cuda"
    return Machine(
        environment=environment_of(_desk["settings"]),
        processor=f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        device=torch.cuda.get_device_name() if cuda else "cpu",
    )


def capture(parcel: Parcel, target: Path | None) -> CaptureReply:
    """Capture all networks of a submission into a packet, written to `target` where it is given.

    Raises:
        CaptureError: the sandbox did not work; nothing is held against the student.
    """
    from grader.capturing.fork_server import stand_by
    from grader.grading import capture as capture_all

    stand_by()
    settings: Settings = _desk["settings"]
    with _Watch() as watch, _opened(parcel) as submission:
        captured = capture_all(submission, settings)
        cards = {
            name: _card(network, len(settings.dataset.classes))
            for name, network in captured.networks.items()
            if isinstance(network, Network)
        }
        with tempfile.TemporaryDirectory(prefix="grader-") as folder:
            path = target or Path(folder) / "packet"
            write_packet(captured, cards, path)
            content = None if target else path.read_bytes()
    return CaptureReply(content, watch.spent)


def train(order: TrainingOrder) -> TrainingReply:
    """Train one network on one thread."""
    from grader.train.training_worker import run_job

    settings: Settings = _desk["settings"]
    with _Watch() as watch, _as_file(order.packet) as path:
        network = read_network(path, order.name, order.job.seed)
        try:
            run = run_job(replace(order.job, network=network), settings.dataset, _nobody)
        except TrainingError:
            return TrainingReply(None, watch.so_far())
    return TrainingReply(run, watch.spent)


def train_inside(parcel: Parcel, name: str) -> tuple[str | None, Spent]:
    """Train a network that has no graph inside the sandbox; its Training as JSON, None if it fails.

    Raises:
        CaptureError: the sandbox did not work.
    """
    from grader.grading import network_target
    from grader.marks.sandbox_scoring import train_uncaptured

    settings: Settings = _desk["settings"]
    module = settings.assignment.table.networks[name].module
    training: Training | None = None
    with _Watch() as watch, _opened(parcel) as submission:
        source = submission.path_of(module)
        if source is not None:
            target = network_target(name, settings.assignment)
            training = train_uncaptured(settings, source, [target]).get(name)
    return training.model_dump_json() if training else None, watch.spent


def finish(order: FinishOrder) -> FinishReply:
    """Check, score and render: the three files of one submission.

    Raises:
        ReportError: a report cannot be made.
    """
    from grader.cohort.standing import standing_of
    from grader.report.files import rendered

    settings: Settings = _desk["settings"]
    with _Watch() as watch, _as_file(order.packet) as path:
        captured = read_captured(path)
        result = _result(order, captured, settings)
        files = {"result.json": result.to_json().encode(), **rendered(result)}
        standing = standing_of(result, folder=order.submission.id)
    seconds = {**standing.seconds, "finish": round(watch.spent.wall, 3)}
    return FinishReply(files, standing.model_copy(update={"seconds": seconds}), watch.spent)


def _result(order: FinishOrder, captured: "Captured", settings: "Settings") -> Any:
    from grader.marks import marking
    from grader.results import Training
    from grader.train.stated_training import InThisProcess, train_as_stated
    from grader.train.trainer import Trained, summarise

    trainings = {
        name: _marked(
            summarise(
                name,
                [run for run, _ in runs],
                settings.assignment,
                settings.protocol,
                settings.dataset,
            ),
            [cached for _, cached in runs],
        )
        for name, runs in order.runs.items()
    }
    trainings |= {name: Training.model_validate_json(text) for name, text in order.inside.items()}
    trained = Trained(trainings, dict(order.faults))
    pool = InThisProcess(settings.dataset)
    trained.stated = train_as_stated(captured, trainings, settings, pool)
    subject, outcomes = marking.check(order.submission, captured, trained, settings)
    result = marking.score(order.submission, captured, subject, outcomes, settings)
    timings = {stage: round(seconds, 3) for stage, seconds in order.seconds.items()}
    return result.model_copy(update={"timings": timings})


def _marked(training: "Training", cached: Sequence[bool]) -> "Training":
    """The same training; runs that came from the cache say so."""
    runs = [
        run.model_copy(update={"cached": old})
        for run, old in zip(training.runs, cached, strict=True)
    ]
    return training.model_copy(update={"runs": runs})


def _card(network: Network, classes: int) -> Card:
    from grader.graphs.computation import graph_digest, initial_digest
    from grader.graphs.replay import layout_matters
    from grader.train.trainer import cost, trainable

    return Card(
        graph=graph_digest(network),
        weights={seed: initial_digest(network, seed) for seed in network.seeds},
        layout="course" if layout_matters(network) else "fast",
        cost=cost(network),
        trainable=trainable(network, classes),
    )


def _nobody(_epoch: int, _accuracy: float) -> None:
    """Epochs of a cohort are not shown one by one."""


class _Watch:
    """Measures the seconds of a `with` block."""

    def __enter__(self) -> "_Watch":
        self._wall, self._cpu = time.monotonic(), _cpu_seconds()
        return self

    def __exit__(self, *exc: object) -> None:
        self.spent = self.so_far()

    def so_far(self) -> Spent:
        return Spent(time.monotonic() - self._wall, _cpu_seconds() - self._cpu)


def _cpu_seconds() -> float:
    """Processor seconds of this process and of all children that have ended."""
    return time.process_time() + children_seconds()


@contextmanager
def _opened(parcel: Parcel) -> Iterator[Submission]:
    """The submission with its files on this machine."""
    if parcel.content is None:
        yield parcel.submission
        return
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        with tarfile.open(fileobj=BytesIO(parcel.content)) as archive:
            if hasattr(tarfile, "data_filter"):  # not before Python 3.11.4; the archive is ours
                archive.extraction_filter = tarfile.data_filter
            archive.extractall(folder)
        open_to_sandbox(Path(folder))
        yield parcel.submission.moved(Path(folder))


def packed(submission: Submission) -> Parcel:
    """The submission with its private copy inside, for a worker that does not see it."""
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(submission.root, ".")
    return Parcel(submission, buffer.getvalue())


@contextmanager
def _as_file(packet: Packet) -> Iterator[Path]:
    if isinstance(packet, Path):
        yield packet
        return
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        path = Path(folder) / "packet"
        path.write_bytes(packet)
        yield path


def _assignment_folder(assignment: Path | Mapping[str, bytes]) -> Path:
    if isinstance(assignment, Path):
        return assignment
    return _unpacked(tuple(sorted(assignment.items())))


@cache
def _unpacked(files: tuple[tuple[str, bytes], ...]) -> Path:
    """A folder with these files, for as long as the process lives."""
    folder = tempfile.TemporaryDirectory(prefix="grader-assignment-")
    _desk["assignment"] = folder  # removed with the process
    for name, content in files:
        path = Path(folder.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Path(folder.name)
