"""What the reader may send back, and the only door through which it comes in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from grader.errors import CaptureError
from grader.record import first_fault
from grader.wire import Strict

Kind = Literal["empty", "pdf", "docx", "picture", "archive", "text", "markdown", "unknown"]
Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Box = tuple[Number, Number, Number, Number]
Note = Annotated[str, Field(max_length=400)]


class Word(Strict):
    """Letters without a space among them; `sure` is the probability of the least likely one."""

    text: Annotated[str, Field(max_length=200)]
    left: Number
    right: Number
    sure: Annotated[float, Field(ge=0, le=1.001)]


class Line(Strict):
    """Words side by side; `picture` is the index of the picture they stand in, -1 for text."""

    words: Annotated[list[Word], Field(max_length=5000)]
    box: Box | None
    picture: Annotated[int, Field(ge=-1, le=10_000)]
    again: Annotated[list[Annotated[list[Word], Field(max_length=5000)]], Field(max_length=4)]

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)


class Picture(Strict):
    """A picture on a page; `state` is "read", "drawing", or the reason why it was not read.

    `look` is what its pixels are like, "" where that is not known. `after` is the number of lines
    of text before it in a document without places, else -1.
    """

    box: Box | None
    width: Annotated[int, Field(ge=0, le=1_000_000)]
    height: Annotated[int, Field(ge=0, le=1_000_000)]
    state: Note
    look: Literal["", "states", "regions", "drawing"] = ""
    after: Annotated[int, Field(ge=-1, le=100_000)] = -1

    @property
    def unread(self) -> bool:
        """Whether it may hold text that nobody has read."""
        return self.state not in ("read", "drawing")


class Page(Strict):
    """One page; width and height in points, 0 where there are no pages; `curves` drawn on it.

    `drawn` holds what is drawn there and no image, as plots in vector formats.
    """

    width: Annotated[float, Field(ge=0, le=1e6)]
    height: Annotated[float, Field(ge=0, le=1e6)]
    lines: Annotated[list[Line], Field(max_length=20_000)]
    pictures: Annotated[list[Picture], Field(max_length=10_000)]
    curves: Annotated[int, Field(ge=0)] = 0
    drawn: Annotated[list[Picture], Field(max_length=100)] = Field(default_factory=list)


class Document(Strict):
    """A whole report as it was read. `problem` says why there is nothing, "" where there is."""

    format: Literal["grader.reading/1"]
    kind: Kind
    pages: Annotated[list[Page], Field(max_length=1000)]
    pages_in_all: Annotated[int, Field(ge=0, le=100_000_000)]
    problem: Note
    notes: Annotated[list[Note], Field(max_length=2000)]

    @property
    def complete(self) -> bool:
        """Whether nothing of it went unread: only then can something be missing from it."""
        whole = not self.problem and len(self.pages) == self.pages_in_all and not self.notes
        return whole and not any(picture.unread for page in self.pages for picture in page.pictures)


@dataclass(frozen=True)
class Spot:
    """One line and where it is; `page` counts from 0."""

    index: int
    page: int
    line: Line

    @property
    def text(self) -> str:
        """The line's words."""
        return self.line.text


def spots(document: Document) -> Iterator[Spot]:
    """All lines of the report in reading order."""
    index = 0
    for number, page in enumerate(document.pages):
        for line in page.lines:
            yield Spot(index, number, line)
            index += 1


def parse_document(data: bytes) -> Document:
    """Validate what the reader wrote.

    Raises:
        CaptureError: it is not a document of this format; names the first wrong field.
    """
    try:
        return Document.model_validate_json(data)
    except ValidationError as error:
        raise CaptureError(
            "the reader's reply", first_fault(error), "a reading of format 1"
        ) from None
