"""Trains a submission's networks by the assignment's accuracy policy, and sums up what was seen."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol as Interface

from grader.assignment import Assignment
from grader.data import Dataset
from grader.errors import CaptureError, TrainingError
from grader.graphs.canonical import canonical
from grader.graphs.network import Network
from grader.graphs.numerics import Device, Precision
from grader.graphs.replay import layout_matters
from grader.marks.confusions import wrong_pairs
from grader.results import Band, Run, ThresholdInfo, Training
from grader.train.accuracy import decide, needs_another_run, threshold_for
from grader.train.deciding import Settled, StopRule, stop_rule_for
from grader.train.protocol import Protocol
from grader.train.training_pool import TrainingJob
from grader.train.training_run import TrainingRun


class Pool(Interface):
    """Whatever runs training jobs."""

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        """Queue one run."""
        ...


@dataclass
class Trained:
    """Training of each network, and why there is none where there is none.

    `stated` holds trainings under the settings of the report, in words (see stated_training).
    """

    trainings: dict[str, Training] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    stated: dict[str, tuple[str, Training]] = field(default_factory=dict)


def train_networks(
    networks: Mapping[str, Network],
    assignment: Assignment,
    protocol: Protocol,
    dataset: Dataset,
    pool: Pool,
    *,
    precision: Precision = "fp32",
    device: Device = "cpu",
) -> Trained:
    """Train every network whose output can be scored, the largest first.

    One seeded run each; another only where the first misses by little (see `accuracy`), and
    no longer than needed where the protocol allows it (see `deciding`). Whatever else goes
    wrong is a fault of the grader's and ends that network's runs alone.
    """
    trained = Trained()
    runs: dict[str, list[TrainingRun]] = {}
    pending: dict[Future[TrainingRun], str] = {}

    def start(name: str) -> None:
        network = networks[name]
        job = TrainingJob(
            network,
            seed=network.seeds[len(runs[name])],
            protocol=protocol,
            layout="course" if layout_matters(network) else "fast",
            precision=precision,
            device=device,
            stop=stop_rule(name, assignment, protocol, dataset),
        )
        try:
            pending[pool.submit(job)] = name
        except Exception as error:
            trained.faults[name] = _fault(name, error)

    for name in sorted(networks, key=lambda n: cost(networks[n]), reverse=True):
        if trainable(networks[name], len(dataset.classes)):
            runs[name] = []
            start(name)
    while pending:
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            name = pending.pop(future)
            try:
                runs[name].append(future.result())
            except TrainingError:
                continue  # it gives another shape while training: no accuracy to speak of
            except Exception as error:  # a dead process, no memory, our own mistake
                trained.faults[name] = _fault(name, error)
                continue
            if _another(runs[name], name, assignment, protocol, dataset):
                start(name)
    for name, done in runs.items():
        if done:
            trained.seconds += sum(run.seconds for run in done)
            trained.trainings[name] = summarise(name, done, assignment, protocol, dataset)
    return trained


def _fault(name: str, error: Exception) -> str:
    text = " ".join(str(error).split())[:300].rstrip(".")
    return f"training {name} failed, through no fault of the student's: {text}"


def trainable(network: Network, classes: int) -> bool:
    """Whether the output can be scored, (N, at least `classes`), and anything can be learnt."""
    try:
        steps = canonical(network, training=True).steps
    except CaptureError:
        return False
    last = steps[-1] if steps else None
    if last is None or not last.batched or len(last.shape) != 1 or last.shape[0] < classes:
        return False
    return any(info.trainable and info.kind == "parameter" for info in network.tensors)


def stop_rule(
    name: str, assignment: Assignment, protocol: Protocol, dataset: Dataset
) -> StopRule | None:
    """When a run of this network need not go on; None where it always goes to the end."""
    margin = assignment.table.accuracy.margin
    threshold = threshold_for(name, assignment, dataset)
    return stop_rule_for(threshold, margin, protocol, dataset)


def summarise(
    name: str,
    runs: Sequence[TrainingRun],
    assignment: Assignment,
    protocol: Protocol,
    dataset: Dataset,
    *,
    where: str = "trusted",
) -> Training:
    """All runs of one network, held against its threshold."""
    threshold = threshold_for(name, assignment, dataset)
    rule = stop_rule(name, assignment, protocol, dataset)
    stopped = [_stopped(run, rule, protocol) for run in runs]
    decision = decide(threshold, [run.accuracy for run in runs], stopped)
    decisive = runs[decision.decisive]
    band = (dataset.calibration or {}).get(name)
    return Training(
        protocol=protocol.name,
        where=where,  # type: ignore[arg-type]
        runs=[_record(run, why) for run, why in zip(runs, stopped, strict=True)],
        decisive=decision.decisive,
        accuracy=decisive.accuracy,
        threshold=ThresholdInfo(low=threshold.low, high=threshold.high, source=threshold.source),
        met=decision.met,
        decided_at=_decided_at(decision.decided_at, runs, protocol),
        reference=Band(seeds=list(band.seeds), low=list(band.low), high=list(band.high))
        if band
        else None,
        wrong_pairs=wrong_pairs(decisive, dataset),
    )


def _another(
    runs: Sequence[TrainingRun],
    name: str,
    assignment: Assignment,
    protocol: Protocol,
    dataset: Dataset,
) -> bool:
    policy = assignment.table.accuracy
    return protocol.official and needs_another_run(
        threshold_for(name, assignment, dataset),
        [run.accuracy for run in runs],
        margin=policy.margin,
        max_runs=policy.runs,
    )


def _decided_at(sentence: str, runs: Sequence[TrainingRun], protocol: Protocol) -> str:
    if not protocol.official:
        return f"{runs[0].accuracy:.2f}% after {len(runs[0].accuracies)} epochs: not decided"
    diverged = [run.diverged for run in runs if run.diverged is not None]
    if diverged:
        return f"{sentence}; the loss stopped being a number in epoch {diverged[0]}"
    return sentence


def _stopped(run: TrainingRun, rule: StopRule | None, protocol: Protocol) -> Settled | None:
    """Why the run ended before the last epoch, None where it went on or broke down."""
    if rule is None or len(run.epochs) == protocol.epochs or run.diverged is not None:
        return None
    return rule.settled(run.accuracies)


def _record(run: TrainingRun, stopped: Settled | None) -> Run:
    return Run(
        seed=run.seed,
        losses=list(run.losses),
        test_losses=[loss if math.isfinite(loss) else None for loss in run.test_losses],
        accuracies=list(run.accuracies),
        initial_accuracy=run.initial_accuracy,
        confusion=[list(row) for row in run.confusion],
        outside=list(run.outside) if any(run.outside) else [],
        seconds=round(run.seconds, 3),
        stopped=stopped.sentence if stopped else "",
    )


def cost(network: Network) -> int:
    """A rough measure of the work an image makes: convolutions weigh most."""
    total = 0
    for step in canonical(network).steps:
        if step.tensors:
            weights = network.count([step.tensors[0]])
            positions = step.shape[1] * step.shape[2] if step.op == "conv2d" else 1
            total += weights * positions
    return total
