"""What a report was found to say, each with its place; nothing here is checked yet.

It is made where the report is read and travels to where everything else is known, so it is plain
data. Places become pictures before the report is out of reach.
"""

from typing import Literal

from pydantic import Field

from grader.record import Record

Reliance = Literal["certain", "repaired", "uncertain"]
"""How far a reading can be relied on. "repaired" is certain, with cells that constraints gave."""


class Place(Record):
    """Where something stands: page counted from 1, 0 where there are none; the words there.

    `picture` is a key of `Found.pictures`, "" where the place cannot be shown.
    """

    page: int = 0
    words: str = ""
    picture: str = ""


class Matrix(Record):
    """A confusion matrix as read; rows are targets (turned round where the report has columns).

    `doubts` say what of it is not certain; `repairs` what was put right, and how. `sums` names the
    class counts that all rows add up to, "" where they do not.
    """

    network: str
    cells: list[list[int]]
    source: Literal["text", "screenshot"]
    reliance: Reliance
    transposed: bool = False
    sums: str = ""
    repairs: list[str] = Field(default_factory=list)
    doubts: list[str] = Field(default_factory=list)
    place: Place = Place()

    @property
    def right(self) -> int:
        """Images on the diagonal."""
        return sum(row[i] for i, row in enumerate(self.cells))

    @property
    def total(self) -> int:
        """All images."""
        return sum(map(sum, self.cells))


class Accuracy(Record):
    """A test accuracy: percent, and images where the report has them. `loss` is the test loss.

    `pictured` is whether it was read from a picture, where a digit may be another.
    """

    network: str
    percent: float
    decimals: int
    right: int | None = None
    total: int | None = None
    loss: float | None = None
    final: bool = True
    pictured: bool = False
    place: Place = Place()


class Sum(Record):
    """One calculation of parameters: its sides in the report's own spelling, and their values."""

    network: str
    question: str
    sides: list[str]
    values: list[int]
    place: Place = Place()


class Count(Record):
    """A number beside a network; `certain` is whether the words say that it counts parameters."""

    network: str
    question: str
    value: int
    certain: bool = True
    place: Place = Place()


class Setting(Record):
    """A stated number: "learning rate", "momentum", "epochs", "hidden nodes", "filters"."""

    name: str
    network: str
    question: str
    value: float
    place: Place = Place()


class Loss(Record):
    """A stated loss, the last of `printed` of its kind under its question.

    "batch" is what the course's program prints while it trains: the loss of one batch. "sequence"
    is Part 3's. `bound` is whether the report gives it as one that the loss stays below.
    """

    kind: Literal["batch", "training", "test", "sequence"]
    network: str
    question: str
    value: float
    bound: bool = False
    printed: int = 1
    place: Place = Place()

    @property
    def words(self) -> str:
        """What it is, and the figure."""
        if self.kind == "batch":
            return f"training loss {self.value:g} (last batch printed)"
        return f"{'printed' if self.kind == 'sequence' else self.kind} loss {self.value:g}"


class PointAccuracy(Record):
    """An accuracy on the nine points, percent.

    `kind` is where the program prints it; "told" is such a figure among words, "said" any other.
    """

    question: str
    percent: float
    kind: Literal["initial", "final", "epoch", "told", "said"]
    pictured: bool = False
    place: Place = Place()


class Multiplier(Record):
    """The number that the report multiplies all weights and biases by."""

    question: str
    value: float
    place: Place = Place()


class WorstConfusion(Record):
    """A claim about how often characters are mistaken: the most for a network, or for one pair."""

    network: str
    count: int
    target: str = ""
    predicted: str = ""
    place: Place = Place()


class TableRow(Record):
    """One of the nine points with the values that the report's table has beside it."""

    point: tuple[int, int]
    cells: list[int]


class Table(Record):
    """A table of activations: hidden nodes, then the output."""

    rows: list[TableRow]
    certain: bool
    place: Place = Place()


class NumberList(Record):
    """Weights or biases in brackets, flattened, with the words before them."""

    shape: list[int]
    values: list[float]
    label: str
    question: str
    place: Place = Place()


class LineEquation(Record):
    """A dividing line a x1 + b x2 + c = 0 as the report writes it."""

    a: float
    b: float
    c: float
    question: str
    place: Place = Place()


class ShownPicture(Record):
    """A picture of the report and the question it belongs to, "" where nothing tells.

    `name` is the course's file name in its caption, without ending. `look` is what its pixels are
    like: marks in jet's colours on axes ("states"), areas of few colours ("regions"), or lines.
    `certain` is whether heading, caption and look leave no doubt; `because` says what decided.
    """

    question: str
    name: str = ""
    caption: str = ""
    page: int = 0
    look: Literal["states", "regions", "drawing"] = "drawing"
    certain: bool = True
    because: str = ""
    picture: str = ""


class Answer(Record):
    """The text of one question, or of one letter of it: lines, and pages counted from 1."""

    question: str
    lines: list[str]
    pages: list[int]
    pictures: int


class Found(Record):
    """All that a report says. `complete` is whether nothing of it went unread.

    `drawings` counts pages with plots that are drawn there and no pictures, `shown` the pictures
    under each question ("" before the first). `named_questions` have a heading; `mentioned` are
    those with required pictures that a heading or a word speaks of.
    """

    kind: str = ""
    problem: str = ""
    notes: list[str] = Field(default_factory=list)
    complete: bool = False
    pages: int = 0
    unread_pictures: int = 0
    screenshots: int = 0
    drawings: int = 0
    ids: list[str] = Field(default_factory=list)
    named: bool = False
    matrices: list[Matrix] = Field(default_factory=list)
    accuracies: list[Accuracy] = Field(default_factory=list)
    sums: list[Sum] = Field(default_factory=list)
    counts: list[Count] = Field(default_factory=list)
    settings: list[Setting] = Field(default_factory=list)
    losses: list[Loss] = Field(default_factory=list)
    point_accuracies: list[PointAccuracy] = Field(default_factory=list)
    multipliers: list[Multiplier] = Field(default_factory=list)
    confusions: list[WorstConfusion] = Field(default_factory=list)
    tables: list[Table] = Field(default_factory=list)
    weights: list[NumberList] = Field(default_factory=list)
    equations: list[LineEquation] = Field(default_factory=list)
    answers: list[Answer] = Field(default_factory=list)
    shown: dict[str, int] = Field(default_factory=dict)
    figures: list[ShownPicture] = Field(default_factory=list)
    files: list[str] = Field(default_factory=list)
    named_questions: list[str] = Field(default_factory=list)
    mentioned: list[str] = Field(default_factory=list)
    pictures: dict[str, str] = Field(default_factory=dict)

    def pictures_in(self, part: str) -> int:
        """Pictures and drawn pages that may belong to a part of the assignment ("1" to "3")."""
        near = sum(n for question, n in self.shown.items() if question[:1] in ("", part))
        return near + self.drawings
