"""The one structure that terminal, HTML, PDF, exports and the web page all render.

`Result` is what grading ends in and what `result.json` holds. It is a pydantic model so that
`grader report` can read a file from disk and trust its shape. Whoever renders reads from here
alone: nothing is computed twice, and nothing in a report lacks a source in the file.
"""

from typing import Literal, Self

from pydantic import ConfigDict, Field, ValidationError

from grader.claims.verdicts import ReportClaims
from grader.errors import ReportError
from grader.record import Record, first_fault

SCHEMA = "grader.result/1"

Outcome = Literal["passed", "failed", "partial", "skipped", "ungraded"]
Severity = Literal["info", "warning", "serious"]


class SubmittedFile(Record):
    """One file: its role is the assignment's name for it ("kuzu.py"), or "other"."""

    name: str
    role: str
    size: int
    digest: str


class SubmissionInfo(Record):
    """Who handed in what. `path` is the name given on the command line, never a home folder."""

    id: str
    path: str
    digest: str
    files: list[SubmittedFile]


class AssignmentInfo(Record):
    """Which assignment, in which exact wording (digest over its files)."""

    id: str
    title: str
    digest: str


class ClassInfo(Record):
    """One class of the data set: label 0 is romanised "o" and written お in KMNIST."""

    label: int
    roman: str
    kana: str


class DatasetInfo(Record):
    """The images that accuracies were measured on. Only an official set gives official marks."""

    name: str
    title: str
    official: bool
    digest: str
    train: int
    test: int
    classes: list[ClassInfo]


class IsolationInfo(Record):
    """Which sandbox the student's code ran in."""

    tier: str
    detail: str
    limits: dict[str, str]


class ProtocolInfo(Record):
    """How networks were trained."""

    name: str
    title: str
    official: bool
    epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    description: str


class Environment(Record):
    """Everything about the machine and the settings that a mark could depend on."""

    grader: str
    python: str
    torch: str
    platform: str
    dataset: DatasetInfo
    isolation: IsolationInfo
    precision: str
    device: str = "cpu"
    layout: str
    threads: int
    seeds: list[int]
    protocol: ProtocolInfo


class Marks(Record):
    """available = earned + lost + pending; pending waits for a human."""

    available: float
    earned: float
    pending: float

    @property
    def lost(self) -> float:
        """Marks that a check denied."""
        return _lost(self.available, self.earned, self.pending)


class CheckResult(Record):
    """What one check found. `title` is the sentence the student reads.

    `message` says where, what was found and what was expected; `hint` what to do; `detail` holds
    lines for a tutor (shapes, figures, captured output).
    """

    id: str
    title: str
    outcome: Outcome
    score: float
    marks: float
    available: float
    message: str = ""
    hint: str = ""
    detail: list[str] = Field(default_factory=list)


class Criterion(Record):
    """A written criterion that only a human can judge, and the evidence to lay beside it."""

    id: str
    title: str
    available: float
    guidance: str = ""
    evidence: list[str] = Field(default_factory=list)


class QuestionResult(Record):
    """One question with its checks and its criteria. lost = available - earned - pending."""

    id: str
    part: str
    title: str
    available: float
    earned: float
    pending: float
    checks: list[CheckResult]
    criteria: list[Criterion]

    @property
    def lost(self) -> float:
        """Marks of this question that a check denied."""
        return _lost(self.available, self.earned, self.pending)


class Layer(Record):
    """One row of the layer table. `shape` is the output's, without the batch dimension.

    `formula` is the arithmetic of the parameters, e.g. "1 x 20 x 5 x 5 + 20 = 520", empty where
    the layer has none. `kind` groups the rows for the diagram.
    """

    name: str
    op: str
    kind: Literal[
        "input", "conv", "linear", "activation", "pool", "norm", "dropout", "reshape", "other"
    ]
    description: str
    shape: list[int]
    parameters: int
    formula: str


class WrongPair(Record):
    """One off-diagonal cell of a confusion matrix with examples (PNG, base64, 28 x 28 grey)."""

    target: int
    predicted: int
    count: int
    of: int
    examples: list[str]


class Run(Record):
    """One seeded training run. Losses are means of nll per epoch; accuracies in percent, per epoch.

    A test loss of None is infinite. `stopped` says why training ended before the protocol's last
    epoch, where it did: the last accuracy is then no final one. `confusion` is counted after the
    last epoch that was trained: rows are targets, columns the network's choice; `outside` counts,
    for each target, choices that are no class.
    """

    seed: int
    losses: list[float]
    test_losses: list[float | None]
    accuracies: list[float]
    initial_accuracy: float
    confusion: list[list[int]]
    outside: list[int] = Field(default_factory=list)
    seconds: float
    cached: bool = False
    stopped: str = ""

    @property
    def right(self) -> int:
        """Number of test images named correctly after the last epoch."""
        return sum(row[i] for i, row in enumerate(self.confusion))

    @property
    def total(self) -> int:
        """Number of test images."""
        return sum(map(sum, self.confusion)) + sum(self.outside)


class ThresholdInfo(Record):
    """What the accuracy is held against, percent. `high` is None for a floor, else a band."""

    low: float
    high: float | None
    source: str


class Band(Record):
    """Lowest and highest test accuracy of the reference per epoch over its seeds, percent."""

    seeds: list[int]
    low: list[float]
    high: list[float]


class Training(Record):
    """All runs of one network. `accuracy` is the last one of the run at index `decisive`."""

    protocol: str
    where: Literal["trusted", "sandbox"]
    runs: list[Run]
    decisive: int
    accuracy: float
    threshold: ThresholdInfo
    met: bool
    decided_at: str
    reference: Band | None
    wrong_pairs: list[WrongPair]

    @property
    def decides(self) -> bool:
        """Whether an accuracy that was measured like this may decide marks."""
        return self.protocol in ("official", "decide")


class Diagnosis(Record):
    """A known mistake that computes the same as the student's network, under its weights."""

    mistake: str
    sentence: str


class Equivalence(Record):
    """Whether the network is the reference under the student's own weights.

    `equal` is None where the comparison does not apply; `reason` then says why.
    """

    equal: bool | None
    max_difference: float | None
    reason: str


class NetworkFailure(Record):
    """Why a network was not captured: stage (import, build, forward, export, limits), text."""

    stage: str
    message: str
    line: int | None = None


class NetworkResult(Record):
    """One network: its layers, counts, comparison with the oracle and training."""

    captured: bool
    failure: NetworkFailure | None = None
    parameters: int | None = None
    registered: int | None = None
    unused: list[str] = Field(default_factory=list)
    duplicates: list[list[str]] = Field(default_factory=list)
    drawn_alike: list[str] = Field(default_factory=list)
    half_drawn: dict[str, float] = Field(default_factory=dict)
    layers: list[Layer] = Field(default_factory=list)
    output_shape: list[int] = Field(default_factory=list)
    fingerprint: str = ""
    weights_digest: str = ""
    diagnosis: Diagnosis | None = None
    equivalence: Equivalence | None = None
    training: Training | None = None


class ActivationRow(Record):
    """One of the nine points: hidden activations and output."""

    point: list[float]
    target: int
    hidden: list[float]
    output: float
    net: float
    right: bool


class ActivationTable(Record):
    """The nine points under one activation function and one scale of all weights."""

    act: Literal["step", "sig"]
    scale: float
    right: int
    of: int
    rows: list[ActivationRow]


class Line(Record):
    """Dividing line a x1 + b x2 + c = 0 of a hidden node."""

    node: int
    a: float
    b: float
    c: float
    equation: str


class Margin(Record):
    """How far the output's net input lies on the right side of 0 at one point, with step."""

    point: list[float]
    margin: float


class PerceptronWeights(Record):
    """Hand-set weights as handed in."""

    in_hid: list[list[float]]
    in_bias: list[float]
    hid_out: list[float]
    out_bias: float


class PerceptronResult(Record):
    """Everything known about Part 2's hand-set perceptron."""

    captured: bool
    failure: NetworkFailure | None = None
    weights: PerceptronWeights | None = None
    step: ActivationTable | None = None
    sigmoid: ActivationTable | None = None
    scaled: ActivationTable | None = None
    lines: list[Line] = Field(default_factory=list)
    margins: list[Margin] = Field(default_factory=list)
    smallest_margin: float | None = None
    smallest_scale: float | None = None
    scale_reason: str = ""
    unscaled: bool | None = None
    unscaled_reason: str = ""
    disagreements: list[str] = Field(default_factory=list)
    diagnosis: Diagnosis | None = None


class SequenceResult(Record):
    """One language of Part 3: the reference network for it travels with the package.

    `digest` is the SHA-256 of its record (`reference.recurrent.trained`).
    """

    digest: str


class HandedInPoint(Record):
    """Hidden units after some beginning, the symbol read last ("" at the start), its colour."""

    hidden: list[float]
    symbol: str
    colour: float


class HandedInReach(Record):
    """Determined symbols of a string of this n that are right, and how many there are."""

    n: int
    right: int
    of: int


class HandedInNetwork(Record):
    """A trained network of Part 3 that was handed in (net/*.pth), evaluated as the reference is.

    `refused` says why a file is none; only `file` is then known. `language` is a name of
    `sequences`. `determined` symbols are counted over all sequences of the language.
    """

    file: str
    refused: str = ""
    language: str = ""
    kind: Literal["srn", "lstm"] = "srn"
    units: int = 0
    loss: float = 0.0
    determined: int = 0
    determined_right: int = 0
    reach: list[HandedInReach] = Field(default_factory=list)
    points: list[HandedInPoint] = Field(default_factory=list)


class Flag(Record):
    """Something a human should look at."""

    severity: Severity
    where: str
    message: str


class EvidenceItem(Record):
    """What a tutor is shown beside a written criterion: a heading and lines of text."""

    title: str
    lines: list[str]


class Result(Record):
    """The whole result of one submission, as `result.json` holds it."""

    schema_: Literal["grader.result/1"] = Field(alias="schema", default="grader.result/1")
    submission: SubmissionInfo
    assignment: AssignmentInfo
    environment: Environment
    marks: Marks
    questions: list[QuestionResult]
    networks: dict[str, NetworkResult]
    perceptron: PerceptronResult | None
    sequences: dict[str, SequenceResult] = Field(default_factory=dict)
    handed_in: list[HandedInNetwork] = Field(default_factory=list)
    claims: ReportClaims = Field(default_factory=ReportClaims)
    evidence: dict[str, EvidenceItem] = Field(default_factory=dict)
    output: dict[str, str] = Field(default_factory=dict)
    flags: list[Flag] = Field(default_factory=list)
    timings: dict[str, float] = Field(default_factory=dict)

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True
    )

    def to_json(self) -> str:
        """The text of `result.json`: stable order, two-space indent, a final newline."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str = "result.json") -> Self:
        """Read a result back.

        Raises:
            ReportError: the text is not a result of this schema; names the first wrong field.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ReportError(
                where,
                first_fault(error),
                f"a result file of schema {SCHEMA}",
                "grade the submission again with `grader run`",
            ) from None

    def without_timings(self) -> Self:
        """Without durations, and without what saved some: equal for equal input and machine."""
        networks = {name: _untimed(network) for name, network in self.networks.items()}
        return self.model_copy(update={"timings": {}, "networks": networks})


def _lost(available: float, earned: float, pending: float) -> float:
    return round(available - earned - pending, 4) + 0.0  # + 0.0 turns -0 into 0


def _untimed(network: NetworkResult) -> NetworkResult:
    if network.training is None:
        return network
    runs = [
        run.model_copy(update={"seconds": 0.0, "cached": False}) for run in network.training.runs
    ]
    return network.model_copy(
        update={"training": network.training.model_copy(update={"runs": runs})}
    )
