"""The shape of assignment.toml as pydantic tables: what may stand in it, within which bounds."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from reference.perceptron import GRIDS
from reference.recurrent.trained import available

REPORT = "hw1.pdf"
"""The written report, by the name that it is asked for."""

COMPUTED = (
    *("NetLin", "NetFull", "NetConv"),
    *("NetLin-parameters", "NetFull-parameters", "NetConv-parameters"),
    *("accuracies", "parameters", "confusions", "weights", "lines", "activations"),
)
SAID = (
    *("reported-confusions", "answer-1.4", "answer-1.4-a", "answer-1.4-b", "answer-1.4-c"),
    *("answer-1.1", "answer-1.2", "answer-1.3", "answer-2.1", "answer-2.2", "answer-2.3"),
    *("answer-3.1", "answer-3.2", "answer-3.3", "answer-3.4", "answer-3.5"),
)
EVIDENCE = COMPUTED + SAID
"""What the grader can lay beside a written criterion: its own figures, and the report's words."""

SEQUENCE_EVIDENCE = tuple(
    f"{lang}-{what}"
    for lang in available()
    for what in ("loss", "plot", "machine", "answer", "counting")
)
"""What it can lay beside one of Part 3, for each language with a reference network."""


def _decimal(value: Any) -> Decimal:
    """A number as it is written; TOML's `true` and `"1"` are none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    return Decimal(value)


def _real(value: Any) -> float:
    return float(_decimal(value))


Text = Annotated[str, Field(min_length=1, max_length=500)]
Points = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1000)]
Real = Annotated[float, BeforeValidator(_real)]
Percent = Annotated[Real, Field(ge=0, le=100)]


class Table(BaseModel):
    """A table of assignment.toml: unknown keys are errors, and nothing is converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ProtocolTable(Table):
    """[protocol]"""

    title: Text
    epochs: Annotated[int, Field(ge=1, le=1000)]
    batch_size: Annotated[int, Field(ge=1, le=100_000)]
    learning_rate: Annotated[Real, Field(gt=0)]
    momentum: Annotated[Real, Field(ge=0, lt=1)]
    description: Text


class AccuracyTable(Table):
    """[accuracy]"""

    runs: Annotated[int, Field(ge=1, le=10)]
    margin: Percent
    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], Field(max_length=16)]

    @field_validator("seeds")
    @classmethod
    def _one_seed_a_run(cls, seeds: list[int], info: ValidationInfo) -> list[int]:
        runs = info.data.get("runs", 1)
        if len(seeds) < runs or len(set(seeds)) != len(seeds):
            raise ValueError(f"must be {runs} different numbers, one for each run")
        return seeds


class ThresholdTable(Table):
    """threshold = { low = ..., high = ... }"""

    low: Percent
    high: Percent | None = None

    @field_validator("high")
    @classmethod
    def _ordered(cls, high: float | None, info: ValidationInfo) -> float | None:
        low = info.data.get("low", 0.0)
        if high is not None and high < low:
            raise ValueError(f"must not be below low, which is {low:g}")
        return high


class NetworkTable(Table):
    """[networks.NAME]"""

    module: Text
    allow: list[Literal["dropout", "norm"]]
    threshold: ThresholdTable


class PerceptronTable(Table):
    """[perceptron]"""

    module: Text
    cls: Annotated[str, Field(alias="class")]
    setup: Text
    hidden: Annotated[int, Field(ge=1, le=100)]
    grid: Text
    scale: Annotated[Real, Field(gt=0)]

    @field_validator("grid")
    @classmethod
    def _known_grid(cls, grid: str) -> str:
        if grid not in GRIDS:
            raise ValueError(f"must be one of {', '.join(GRIDS)}")
        return grid


class SequencesTable(Table):
    """[sequences]"""

    languages: Annotated[list[str], Field(min_length=1)]

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, languages: list[str]) -> list[str]:
        unknown = [lang for lang in languages if lang not in available()]
        if unknown or len(set(languages)) != len(languages):
            raise ValueError(f"must be different ones of {', '.join(available())}")
        return languages


class CriterionTable(Table):
    """[[questions.criteria]]"""

    id: Text
    title: Text
    marks: Points
    guidance: str = ""
    evidence: list[str] = Field(default_factory=list)


class QuestionTable(Table):
    """[[questions]]"""

    id: Text
    part: Text
    title: Text
    marks: Points
    checks: dict[str, Points] = Field(default_factory=dict)
    criteria: list[CriterionTable] = Field(default_factory=list)


class AssignmentTable(Table):
    """The whole file."""

    id: Text
    title: Text
    marks: Points
    files: Annotated[list[Text], Field(min_length=1)]
    protocol: ProtocolTable
    accuracy: AccuracyTable
    networks: dict[str, NetworkTable]
    perceptron: PerceptronTable | None = None
    sequences: SequencesTable | None = None
    questions: Annotated[list[QuestionTable], Field(min_length=1)]
