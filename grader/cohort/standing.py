"""Where each student of a cohort stands: the few facts that sheets and the cohort report need.

A result holds a hundred times more. A `Standing` is taken from it once, kept in the result store,
and read from there, so that the memory of a cohort does not grow with its reports.
"""

import hashlib
import json
from datetime import datetime
from typing import Literal

from pydantic import Field

from grader.claims.verdicts import ReportClaims
from grader.record import Record
from grader.results import (
    AssignmentInfo,
    Diagnosis,
    Environment,
    Flag,
    Marks,
    NetworkResult,
    Outcome,
    PerceptronResult,
    Result,
)

Status = Literal["graded", "missing", "duplicate", "unreadable", "fault"]
"""graded: has marks; missing: nothing was handed in; duplicate: more than one submission;
unreadable: what was handed in cannot be taken in; fault: the grader failed, no mark is lost."""


class CheckStanding(Record):
    """One automatic check. `marks` were earned of `available`; both 0 for a check without marks."""

    id: str
    question: str
    title: str
    outcome: Outcome
    marks: float
    available: float
    message: str = ""


class QuestionStanding(Record):
    """One question. lost = available - earned - pending."""

    id: str
    part: str
    title: str
    available: float
    earned: float
    pending: float


class NetworkStanding(Record):
    """One network. `accuracy` in percent, `epochs` those of the run that counts, of `asked` epochs.

    `fingerprint` is equal for networks that compute the same, `weights_digest` for equal initial
    weights (or, for the perceptron, equal hand-set weights). Empty or None: not known.
    """

    captured: bool
    failure: str = ""
    parameters: int | None = None
    fingerprint: str = ""
    weights_digest: str = ""
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    met: bool | None = None
    epochs: int | None = None
    asked: int | None = None
    seconds: float = 0.0
    cached: bool = False
    mistake: Diagnosis | None = None


class MatrixStanding(Record):
    """A confusion matrix of the report that was read without doubt.

    `digest` is equal for matrices that are equal cell for cell. `network` is "" where the report
    does not tell whose it is.
    """

    network: str
    digest: str
    right: int
    total: int


class Standing(Record):
    """One student. `name` and `identifiers` are what the school's own system calls them.

    `identifiers` has keys such as "moodle" (participant number), "gradescope" (submission id),
    "canvas", "email". `submitted` is the time of submission where it is known. `reason` says why
    there are no marks. `folder` holds the reports, relative to the results; empty without marks.
    `seconds` are wall seconds of each stage.
    """

    student: str
    status: Status
    name: str = ""
    identifiers: dict[str, str] = Field(default_factory=dict)
    submitted: datetime | None = None
    reason: str = ""
    folder: str = ""
    submission_digest: str = ""
    marks: Marks | None = None
    questions: list[QuestionStanding] = Field(default_factory=list)
    checks: list[CheckStanding] = Field(default_factory=list)
    networks: dict[str, NetworkStanding] = Field(default_factory=dict)
    matrices: list[MatrixStanding] = Field(default_factory=list)
    flags: list[Flag] = Field(default_factory=list)
    seconds: dict[str, float] = Field(default_factory=dict)

    @property
    def ungraded(self) -> list[CheckStanding]:
        """Checks that wait for a person through no fault of the student's."""
        return [check for check in self.checks if check.outcome == "ungraded"]


class Change(Record):
    """What a regrade changed for one student; None where there were no marks.

    `reasons` are sentences: which check's outcome changed, from what to what, and its message.
    """

    student: str
    before: Marks | None
    after: Marks | None
    reasons: list[str]


class Cohort(Record):
    """Everyone of whom anything is known, in the order of their ids."""

    assignment: AssignmentInfo
    environment: Environment
    standings: list[Standing]
    changes: list[Change] = Field(default_factory=list)

    @property
    def graded(self) -> list[Standing]:
        """Those who have marks."""
        return [standing for standing in self.standings if standing.status == "graded"]


def standing_of(result: Result, *, folder: str) -> Standing:
    """The facts of one result; who the student is to other systems is added by the caller."""
    networks = {
        name: _network(network, result.environment.protocol.epochs)
        for name, network in result.networks.items()
    }
    if result.perceptron is not None:
        networks["MLP"] = _perceptron(result.perceptron)
    return Standing(
        student=result.submission.id,
        status="graded",
        folder=folder,
        submission_digest=result.submission.digest,
        marks=result.marks,
        questions=[
            QuestionStanding(
                id=q.id,
                part=q.part,
                title=q.title,
                available=q.available,
                earned=q.earned,
                pending=q.pending,
            )
            for q in result.questions
        ],
        checks=[
            CheckStanding(
                id=c.id,
                question=q.id,
                title=c.title,
                outcome=c.outcome,
                marks=c.marks,
                available=c.available,
                message=c.message,
            )
            for q in result.questions
            for c in q.checks
        ],
        networks=networks,
        matrices=_matrices(result.claims),
        flags=result.flags,
        seconds=result.timings,
    )


def _network(network: NetworkResult, epochs: int) -> NetworkStanding:
    standing = NetworkStanding(
        captured=network.captured,
        failure=network.failure.stage if network.failure else "",
        parameters=network.parameters,
        fingerprint=network.fingerprint,
        weights_digest=network.weights_digest,
        mistake=network.diagnosis,
    )
    training = network.training
    if training is None:
        return standing
    decisive = training.runs[training.decisive]
    return standing.model_copy(
        update={
            "accuracy": training.accuracy,
            "low": training.threshold.low,
            "high": training.threshold.high,
            "met": training.met,
            "epochs": len(decisive.accuracies),
            "asked": epochs,
            "seconds": round(sum(run.seconds for run in training.runs), 3),
            "cached": all(run.cached for run in training.runs),
        }
    )


def _perceptron(perceptron: PerceptronResult) -> NetworkStanding:
    weights = perceptron.weights
    return NetworkStanding(
        captured=perceptron.captured,
        failure=perceptron.failure.stage if perceptron.failure else "",
        weights_digest=_digest(weights.model_dump()) if weights else "",
        mistake=perceptron.diagnosis,
    )


def _matrices(said: ReportClaims) -> list[MatrixStanding]:
    """Each different matrix once, in the order of the report; none that was read with doubt."""
    found = {
        _digest(matrix.cells): matrix for matrix in said.matrices if matrix.reliance != "uncertain"
    }
    return [
        MatrixStanding(network=m.network, digest=digest, right=m.right, total=m.total)
        for digest, m in found.items()
    ]


def _digest(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def identified(
    standing: Standing,
    *,
    name: str,
    identifiers: dict[str, str],
    submitted: datetime | None,
) -> Standing:
    """The same standing under what the school's system calls the student."""
    update = {"name": name, "identifiers": identifiers, "submitted": submitted}
    return standing.model_copy(update=update)
