"""The shape of assignment.toml as pydantic tables: what may stand in it, within which bounds."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reference.kuzu import NETWORKS
from reference.perceptron import GRIDS

EVIDENCE = (
    *("NetLin", "NetFull", "NetConv"),
    *("NetLin-parameters", "NetFull-parameters", "NetConv-parameters"),
    *("accuracies", "parameters", "confusions", "weights", "lines", "activations"),
)
"""What the grader can lay beside a written criterion."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
Points = Annotated[Decimal, Field(ge=0, le=1000)]


class Table(BaseModel):
    """A table of assignment.toml: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProtocolTable(Table):
    """[protocol]"""

    title: Text
    epochs: Annotated[int, Field(ge=1, le=1000)]
    batch_size: Annotated[int, Field(ge=1, le=100_000)]
    learning_rate: Annotated[float, Field(gt=0)]
    momentum: Annotated[float, Field(ge=0, lt=1)]
    description: Text


class AccuracyTable(Table):
    """[accuracy]"""

    runs: Annotated[int, Field(ge=1, le=10)]
    margin: Annotated[float, Field(ge=0, le=100)]
    seeds: Annotated[list[int], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_seed_a_run(self) -> Self:
        if len(self.seeds) < self.runs or len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"seeds must be {self.runs} different numbers, one for each run")
        return self


class ThresholdTable(Table):
    """threshold = { low = ..., high = ... }"""

    low: Annotated[float, Field(ge=0, le=100)]
    high: Annotated[float, Field(ge=0, le=100)] | None = None


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
    scale: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _known_grid(self) -> Self:
        if self.grid not in GRIDS:
            raise ValueError(f"grid must be one of {', '.join(GRIDS)}")
        return self


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
    questions: Annotated[list[QuestionTable], Field(min_length=1)]

    @model_validator(mode="after")
    def _networks_of_the_oracle(self) -> Self:
        if strange := sorted(set(self.networks) - set(NETWORKS)):
            raise ValueError(f"the oracle knows no {strange[0]}, only {', '.join(NETWORKS)}")
        return self
