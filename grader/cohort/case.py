"""One submission on its way: captured, trained, finished. Whatever is slow happens in workers."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import grader
from grader.assignment import Assignment
from grader.capturing.sandbox import Limits
from grader.claims.reading import screenshots_can_be_read
from grader.cohort.loop import Loop
from grader.cohort.packet import Card, Outline, read_outline
from grader.cohort.stages import (
    CaptureReply,
    FinishOrder,
    FinishReply,
    Machine,
    Packet,
    Parcel,
    Spent,
    TrainingOrder,
    capture,
    finish,
    packed,
    train_inside,
)
from grader.cohort.trainings import Answer, Trainings
from grader.data import Dataset
from grader.errors import CaptureError, GraderError
from grader.fault import describe_fault
from grader.grading import capture_targets
from grader.graphs.numerics import Device, Precision
from grader.store.cache import LARGEST, Cache
from grader.submission.intake import Submission
from grader.train.accuracy import needs_another_run, threshold_for
from grader.train.deciding import stop_rule_for
from grader.train.protocol import Protocol
from grader.train.training_pool import TrainingJob
from grader.train.training_run import TrainingRun

CAPTURE_VERSION: Final = 2
FINISH, CAPTURE, TRAIN = range(3)
"""What is urgent: to make room for another submission, then to know what there is to train.

Few submissions are open at a time. Of these the one with the longest training goes first, with all
that it trains: it is soon done, and at the end of a cohort no worker is idle while another trains
for long.
"""
LONGEST: Final = -(2**62)
"""Urgency of a training whose length nobody knows."""


@dataclass(frozen=True)
class Office:
    """What all cases of a cohort have in common."""

    assignment: Assignment
    dataset: Dataset
    protocol: Protocol
    precision: Precision
    device: Device
    limits: Limits
    machine: Machine
    loop: Loop
    trainings: Trainings
    cache: Cache | None
    remote: bool
    on_stage: Callable[[str, str], None]
    on_trained: Callable[[bool], None]
    on_spent: Callable[[str, Spent], None]


@dataclass
class Case:
    """One submission. `done` gets its finished files, `failed` why the grader could not grade it.

    `folder` is private to the case and holds its packet.
    """

    office: Office
    submission: Submission
    folder: Path
    number: int
    done: Callable[[FinishReply, bool], None]
    failed: Callable[[str], None]
    _runs: dict[str, list[tuple[TrainingRun, bool]]] = field(default_factory=dict)
    _inside: dict[str, str] = field(default_factory=dict)
    _faults: dict[str, str] = field(default_factory=dict)
    _seconds: dict[str, float] = field(default_factory=dict)
    _waiting: set[str] = field(default_factory=set)
    _longest: int = 0

    @property
    def _packet_file(self) -> Path:
        return self.folder / "packet"

    def begin(self) -> None:
        """Capture, or take what was captured before."""
        self.office.on_stage(self.submission.id, "capture")
        key, cache = self._capture_key(), self.office.cache
        kept = cache.get("capture", key) if cache is not None else None
        if kept is not None:
            self._packet_file.write_bytes(kept)
            try:
                outline = read_outline(self._packet_file)
            except CaptureError:  # written by another layout of the same version
                kept = None
        if kept is not None:
            self._train(outline)
            return
        remote = self.office.remote
        self.office.loop.add(
            (CAPTURE, self.number),
            capture,
            packed(self.submission) if remote else Parcel(self.submission),
            None if remote else self._packet_file,
            done=lambda reply: self._captured(key, reply),
            failed=self._fault,
        )

    def _captured(self, key: str, reply: CaptureReply) -> None:
        self._spent("capture", reply.spent)
        if reply.packet is not None:
            self._packet_file.write_bytes(reply.packet)
        outline = read_outline(self._packet_file)
        limited = any(failure.stage in ("limits", "fault") for failure in outline.failures.values())
        small = self._packet_file.stat().st_size <= LARGEST
        if self.office.cache is not None and small and not limited:
            # what ran into a limit may do better on a quieter machine, so it is tried again
            content = self._packet_file.read_bytes()
            self.office.cache.put("capture", key, content, self.submission.id)
        self._train(outline)

    def _train(self, outline: Outline) -> None:
        names = self.office.assignment.table.networks
        cards = {name: network.card for name, network in outline.networks.items() if name in names}
        trainable = {name: card for name, card in cards.items() if card.trainable}
        uncaptured = [
            name
            for name in names
            if name in outline.failures and outline.failures[name].stage == "export"
        ]
        self._waiting = {*trainable, *uncaptured}
        if self._waiting:
            self.office.on_stage(self.submission.id, "train")
        self._longest = max((card.cost for card in trainable.values()), default=0)
        for name, card in sorted(trainable.items(), key=lambda item: -item[1].cost):
            self._request(name, card)
        for name in uncaptured:
            self._request_inside(name)
        if not trainable and not uncaptured:
            self._finish()

    def _request(self, name: str, card: Card) -> None:
        office = self.office
        seed = office.assignment.table.accuracy.seeds[len(self._runs.get(name, []))]
        job = TrainingJob(
            network=None,  # type: ignore[arg-type]  # the worker takes it from the packet
            seed=seed,
            protocol=office.protocol,
            layout=card.layout,
            precision=office.precision,
            device=office.device,
            stop=stop_rule_for(
                threshold_for(name, office.assignment, office.dataset),
                office.assignment.table.accuracy.margin,
                office.protocol,
                office.dataset,
            ),
        )
        office.trainings.request(
            card,
            TrainingOrder(self._packet(), name, job),
            urgency=(TRAIN, -self._longest),
            done=lambda answer: self._trained(name, card, answer),
            failed=lambda error: self._untrained(name, error),
        )

    def _trained(self, name: str, card: Card, answer: Answer) -> None:
        self._spent("train", answer.spent)
        if answer.run is not None:
            self.office.on_trained(answer.cached)
            self._runs.setdefault(name, []).append((answer.run, answer.cached))
            if self._another(name):
                self._request(name, card)
                return
        self._settled(name)

    def _another(self, name: str) -> bool:
        office, policy = self.office, self.office.assignment.table.accuracy
        return office.protocol.official and needs_another_run(
            threshold_for(name, office.assignment, office.dataset),
            [run.accuracy for run, _ in self._runs[name]],
            margin=policy.margin,
            max_runs=policy.runs,
        )

    def _request_inside(self, name: str) -> None:
        def trained(reply: tuple[str | None, Spent]) -> None:
            text, spent = reply
            self._spent("train", spent)
            if text is not None:
                self._inside[name] = text
            self._settled(name)

        submission, remote = self.submission, self.office.remote
        self.office.loop.add(
            (TRAIN, LONGEST),
            train_inside,
            packed(submission) if remote else Parcel(submission),
            name,
            done=trained,
            failed=lambda error: self._untrained(name, error),
        )

    def _untrained(self, name: str, error: Exception) -> None:
        text = " ".join(str(error).split())[:300].rstrip(".")
        self._faults[name] = f"training {name} failed, through no fault of the student's: {text}"
        self._settled(name)

    def _settled(self, name: str) -> None:
        self._waiting.discard(name)
        if not self._waiting:
            self._finish()

    def _finish(self) -> None:
        self.office.on_stage(self.submission.id, "report")
        order = FinishOrder(
            submission=self.submission,
            packet=self._packet(),
            runs=self._runs,
            inside=self._inside,
            faults=self._faults,
            seconds=self._seconds,
        )
        self.office.loop.add(
            (FINISH, self.number), finish, order, done=self._finished, failed=self._fault
        )

    def _finished(self, reply: FinishReply) -> None:
        self._spent("finish", reply.spent)
        self.done(reply, bool(self._faults))

    def _fault(self, error: Exception) -> None:
        known = isinstance(error, GraderError)
        self.failed(str(error) if known else describe_fault(error))

    def _packet(self) -> Packet:
        return self._packet_file.read_bytes() if self.office.remote else self._packet_file

    def _spent(self, stage: str, spent: Spent) -> None:
        self._seconds[stage] = self._seconds.get(stage, 0.0) + spent.wall
        self.office.on_spent(stage, spent)

    def _capture_key(self) -> str:
        """Digest of all that a capture depends on."""
        environment = self.office.machine.environment
        document = [
            CAPTURE_VERSION,
            self.submission.digest,
            {
                module: [target.document("") for target in targets]
                for module, targets in capture_targets(self.office.assignment).items()
            },
            asdict(self.office.limits),
            environment.isolation.tier,
            [environment.torch, environment.python, grader.__version__],
            self.office.machine.processor,
            len(self.office.dataset.classes),
            self.office.dataset.digest,
            screenshots_can_be_read(),
        ]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()
