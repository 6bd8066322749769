"""From captured networks to a result: train, check, score. Importing this imports torch."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from grader.capturing.captured_module import Target
from grader.checking import CheckOutcome
from grader.claims.evidence import report_evidence, report_flags
from grader.claims.facts import Facts
from grader.claims.judge import judge
from grader.claims.verdicts import ReportClaims
from grader.data.kmnist import CLASSES
from grader.environment import describe_environment
from grader.grading import Captured, Settings, network_target
from grader.graphs.network import Network
from grader.marks.check_runner import run_checks
from grader.marks.evidence import gather_evidence
from grader.marks.findings import missing_result, network_result, perceptron_result
from grader.marks.flags import raise_flags, remark_flags
from grader.marks.part_two import analyse, joined
from grader.marks.perceptron import PerceptronAnalysis
from grader.marks.sandbox_scoring import train_uncaptured
from grader.marks.scoring import score_questions, total_marks
from grader.marks.sequence_evidence import sequence_evidence
from grader.results import (
    AssignmentInfo,
    ClassInfo,
    Environment,
    NetworkResult,
    PerceptronResult,
    Result,
    SubmissionInfo,
)
from grader.sequences import sequence_results
from grader.subject import Subject
from grader.submission.intake import Submission
from grader.train.stated_training import train_as_stated
from grader.train.trainer import Trained, train_networks
from grader.wire import Failure

OFFICIAL_CLASSES = [ClassInfo(label=c.label, roman=c.roman, kana=c.kana) for c in CLASSES]
"""A report speaks of the official characters, whatever images are used here."""

PICTURES = (
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".svg"),
    *(".pdf", ".doc", ".docx", ".odt", ".ps", ".html", ".ipynb"),
)
"""How files end that are, or hold, pictures that a report may lack."""


def prepare() -> None:
    """The first dry run without memory imports two seconds of torch: have it done early."""
    image, window = torch.empty(1, 1, 5, 5, device="meta"), torch.empty(1, 1, 3, 3, device="meta")
    torch.relu(torch.nn.functional.conv2d(image, window))


def train(submission: Submission, captured: Captured, settings: Settings) -> Trained:
    """Train what was captured on the trusted side, and what was not inside the sandbox."""
    names = settings.assignment.table.networks
    networks = {n: c for n, c in captured.networks.items() if n in names and isinstance(c, Network)}
    trained = train_networks(
        networks,
        settings.assignment,
        settings.protocol,
        settings.dataset,
        settings.pool,
        precision=settings.precision,
        device=settings.device,
    )
    uncaptured: dict[Path, list[Target]] = {}
    for name, table in names.items():
        failure = captured.networks.get(name)
        source = submission.path_of(table.module)
        if isinstance(failure, Failure) and failure.stage == "export" and source is not None:
            uncaptured.setdefault(source, []).append(network_target(name, settings.assignment))
    for source, targets in uncaptured.items():
        trained.trainings |= train_uncaptured(settings, source, targets)
    return trained


def train_again(captured: Captured, trained: Trained, settings: Settings) -> None:
    """Train what missed its threshold once more, as the report says it was, where it says so."""
    trained.stated = train_as_stated(captured, trained.trainings, settings)


def check(
    submission: Submission, captured: Captured, trained: Trained, settings: Settings
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
        stated=trained.stated,
    )
    subject = _with_report(subject, captured, submission, settings)
    return subject, run_checks(settings.assignment.checks_folder, subject)


def _with_report(
    subject: Subject, captured: Captured, submission: Submission, settings: Settings
) -> Subject:
    """The subject with all results, and the report's claims held against them."""
    networks, hand_set = _network_results(subject), _perceptron_result(subject)
    table, dataset = settings.assignment.table, settings.dataset
    facts = Facts(
        submission=submission.id,
        official=dataset.official,
        dataset=dataset.title,
        classes=OFFICIAL_CLASSES,
        networks=networks,
        perceptron=hand_set,
        margin=table.accuracy.margin,
        learning_rate=table.protocol.learning_rate,
        momentum=table.protocol.momentum,
        epochs=table.protocol.epochs,
        stated=subject.stated,
        loose_pictures=any(
            file.role == "other" and file.name.lower().endswith(PICTURES)
            for file in submission.files
        ),
    )
    claims = ReportClaims() if captured.report is None else judge(captured.report, facts)
    return replace(subject, report=claims, networks=networks, hand_set=hand_set)


def score(
    submission: Submission,
    captured: Captured,
    subject: Subject,
    outcomes: Sequence[CheckOutcome],
    settings: Settings,
) -> Result:
    """Bring everything into the one structure that every report is made from."""
    table = settings.assignment.table
    environment = environment_of(settings)
    networks, perceptron = subject.networks, subject.hand_set
    questions = score_questions(table, outcomes)
    languages = table.sequences.languages if table.sequences else []
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
        networks=dict(networks),
        perceptron=perceptron,
        claims=subject.report,
        sequences=sequence_results(languages),
        handed_in=list(captured.handed_in),
        evidence=gather_evidence(networks, perceptron, environment.dataset.classes)
        | sequence_evidence(languages)
        | report_evidence(subject.report, OFFICIAL_CLASSES),
        output=dict(captured.output),
        flags=[
            *raise_flags(submission.notes, networks, perceptron, len(environment.dataset.classes)),
            *remark_flags(captured.remarks),
            *report_flags(subject.report),
        ],
    )


def environment_of(settings: Settings) -> Environment:
    """Everything about this machine and the settings that a mark could depend on."""
    return describe_environment(
        settings.assignment,
        settings.dataset,
        settings.protocol,
        settings.isolation,
        settings.limits,
        precision=settings.precision,
        device=settings.device,
    )


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
