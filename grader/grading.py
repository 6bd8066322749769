"""Grades one submission. The flow is `grade`: take in, capture, train, check, score."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.assignment import Assignment
from grader.capture import Capture, Target, capture_module
from grader.check_runner import run_checks
from grader.checking import CheckOutcome
from grader.data import Dataset
from grader.environment import describe_environment
from grader.evidence import gather_evidence
from grader.findings import missing_result, network_result, perceptron_result
from grader.flags import raise_flags
from grader.intake import Submission, open_submission
from grader.isolation import Isolation
from grader.network import Network
from grader.part_two import analyse, joined, perceptron_targets
from grader.perceptron import PerceptronAnalysis
from grader.protocol import Protocol
from grader.results import (
    AssignmentInfo,
    NetworkResult,
    PerceptronResult,
    Result,
    SubmissionInfo,
)
from grader.sandbox import Limits
from grader.sandbox_scoring import train_uncaptured
from grader.scoring import score_questions, total_marks
from grader.subject import Subject
from grader.trainer import Pool, Trained, train_networks
from grader.wire import Failure

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
    pool: Pool
    limits: Limits = field(default_factory=Limits)
    on_stage: Callable[[str], None] = lambda _stage: None


@dataclass(frozen=True)
class Captured:
    """Every network of the submission by name, and what its modules printed."""

    networks: Mapping[str, Network | Failure]
    missing: frozenset[str]
    output: Mapping[str, str]


def grade(path: Path, settings: Settings) -> Result:
    """Grade the submission at `path`.

    Raises:
        GraderError: it could not be graded; nothing is held against the student.
    """
    clock = _Clock(settings.on_stage)
    with tempfile.TemporaryDirectory(prefix="grader-") as workdir:
        with clock.stage("intake"):
            submission = take_in(path, Path(workdir), settings)
        with clock.stage("capture"):
            captured = capture(submission, settings)
        with clock.stage("train"):
            trained = train(submission, captured, settings)
        with clock.stage("check"):
            subject, outcomes = check(captured, trained, settings)
        with clock.stage("score"):
            result = score(submission, captured, subject, outcomes, settings)
    return result.model_copy(update={"timings": clock.seconds})


def take_in(path: Path, workdir: Path, settings: Settings) -> Submission:
    """Copy the submission into a private folder that the sandbox may read."""
    workdir.chmod(0o755)
    return open_submission(path, workdir, settings.assignment.table.files)


def capture(submission: Submission, settings: Settings) -> Captured:
    """Capture the networks of every module that was handed in, the modules side by side."""
    wanted = _targets(settings.assignment)
    places = {module: submission.path_of(module) for module in wanted}
    present = {module: place for module, place in places.items() if place is not None}

    def one(module: str) -> Capture:
        return capture_module(settings.isolation, present[module], wanted[module], settings.limits)

    with ThreadPoolExecutor(max(len(present), 1)) as threads:
        captures = dict(zip(present, threads.map(one, present), strict=True))
    networks: dict[str, Network | Failure] = {}
    for module in captures.values():
        networks |= module.networks
    return Captured(
        networks,
        frozenset(wanted) - frozenset(present),
        {name: module.output for name, module in captures.items() if module.output.strip()},
    )


def train(submission: Submission, captured: Captured, settings: Settings) -> Trained:
    """Train what was captured on the trusted side, and what was not inside the sandbox."""
    names = settings.assignment.table.networks
    networks = {n: c for n, c in captured.networks.items() if n in names and isinstance(c, Network)}
    trained = train_networks(
        networks, settings.assignment, settings.protocol, settings.dataset, settings.pool
    )
    for name, table in names.items():
        failure = captured.networks.get(name)
        source = submission.path_of(table.module)
        if isinstance(failure, Failure) and failure.stage == "export" and source is not None:
            target = _network_target(name, settings.assignment)
            training = train_uncaptured(settings, source, target)
            if training is not None:
                trained.trainings[name] = training
    return trained


def check(
    captured: Captured, trained: Trained, settings: Settings
) -> tuple[Subject, list[CheckOutcome]]:
    """Run the assignment's checks on what is known."""
    networks = dict(captured.networks)
    analysis: PerceptronAnalysis | None = None
    table = settings.assignment.table.perceptron
    if table is not None and "MLP.step" in networks:
        networks["MLP"] = joined(networks)
        outcome = analyse(networks, table)
        if isinstance(outcome, Failure):
            networks["MLP"] = outcome
        else:
            analysis = outcome
    subject = Subject(
        settings.assignment,
        networks,
        trained.trainings,
        analysis,
        captured.missing,
        trained.faults,
    )
    return subject, run_checks(settings.assignment.checks_folder, subject)


def score(
    submission: Submission,
    captured: Captured,
    subject: Subject,
    outcomes: Sequence[CheckOutcome],
    settings: Settings,
) -> Result:
    """Bring everything into the one structure that every report is made from."""
    table = settings.assignment.table
    environment = describe_environment(
        settings.assignment,
        settings.dataset,
        settings.protocol,
        settings.isolation,
        settings.limits,
    )
    networks = _network_results(subject)
    perceptron = _perceptron_result(subject)
    questions = score_questions(table, outcomes)
    return Result(
        submission=SubmissionInfo(
            id=submission.id,
            path=submission.path,
            digest=submission.digest,
            files=list(submission.files),
        ),
        assignment=AssignmentInfo(
            id=table.id, title=table.title, digest=settings.assignment.digest
        ),
        environment=environment,
        marks=total_marks(questions),
        questions=questions,
        networks=networks,
        perceptron=perceptron,
        evidence=gather_evidence(networks, perceptron, environment.dataset.classes),
        output=dict(captured.output),
        flags=raise_flags(submission.notes, networks, perceptron, len(environment.dataset.classes)),
    )


def _targets(assignment: Assignment) -> dict[str, list[Target]]:
    """What to capture from each module."""
    wanted: dict[str, list[Target]] = {}
    for name, network in assignment.table.networks.items():
        wanted.setdefault(network.module, []).append(_network_target(name, assignment))
    if (table := assignment.table.perceptron) is not None:
        wanted.setdefault(table.module, []).extend(perceptron_targets(table))
    return wanted


def _network_target(name: str, assignment: Assignment) -> Target:
    return Target(name, name, IMAGE, BATCHES, tuple(assignment.table.accuracy.seeds))


def _network_results(subject: Subject) -> dict[str, NetworkResult]:
    results = {}
    for name, table in subject.assignment.table.networks.items():
        if name in subject.captures:
            training = subject.trainings.get(name)
            results[name] = network_result(subject.captures[name], training)
        else:
            results[name] = missing_result(table.module)
    return results


def _perceptron_result(subject: Subject) -> PerceptronResult | None:
    if subject.assignment.table.perceptron is None:
        return None
    return perceptron_result(subject.captures.get("MLP"), subject.perceptron)


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
