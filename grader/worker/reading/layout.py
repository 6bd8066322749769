"""What was read: pages of lines of words, each with its place, under limits.

Places are in points on a page of a PDF and in pixels on a picture; 0, 0 is the top left corner.
"""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

Box = tuple[float, float, float, float]
MAX_LINES = 20_000
MAX_WORD = 200


@dataclass
class Budget:
    """How much of a report is read: pages, pictures, and processor seconds for pictures."""

    pages: int
    pictures: int
    seconds: float
    _spent: float = 0.0

    def spend(self, started: float) -> None:
        """Count the processor time since `started` as spent on pictures: it does not depend on
        what else the machine does.
        """
        self._spent += time.process_time() - started

    def exhausted(self) -> bool:
        """Whether no time is left for another picture."""
        return self._spent >= self.seconds


@dataclass
class Word:
    """Letters without a space among them, from `left` to `right`; how sure the reader is of them.

    `sure` is 1 for text, and the probability of the least likely letter in a picture.
    """

    text: str
    left: float
    right: float
    sure: float = 1.0


@dataclass
class Line:
    """Words side by side. `picture` is the index of the picture they stand in, -1 for text.

    `box` is None where there are no places. `again` holds further readings of the same line.
    """

    words: list[Word]
    box: Box | None
    picture: int = -1
    again: list[list[Word]] = field(default_factory=list)


@dataclass
class Picture:
    """A picture on a page. `state` is "read", "drawing" (no lines of text), or why it was not.

    `look` is what its pixels are like (see looks.py), "" where nobody looked. `after` is the number
    of lines of text before it where there are no places, -1 where there are.
    """

    box: Box | None
    width: int
    height: int
    state: str
    look: str = ""
    after: int = -1


@dataclass
class Page:
    """One page; a document without pages is one without size. `curves` counts drawn shapes.

    `drawn` holds pictures that are no image but lines on the page, as plots in vector formats.
    """

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    curves: int = 0
    drawn: list[Picture] = field(default_factory=list)


@dataclass
class Reading:
    """All that was read. `problem` says why there is nothing; `notes` what was left out."""

    kind: str
    pages: list[Page]
    pages_in_all: int
    problem: str = ""
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As JSON, with numbers cut to a tenth of a point."""
        left = MAX_LINES
        for page in self.pages:
            page.lines = [_short(line) for line in page.lines[:left]]
            left -= len(page.lines)
        if left <= 0:
            self.notes.append(f"only the first {MAX_LINES} lines were read")
        return {"format": "grader.reading/1", **_rounded(asdict(self))}


def failed(kind: str, problem: str) -> Reading:
    """A report of which nothing could be read."""
    return Reading(kind, [], 0, problem)


def _short(line: Line) -> Line:
    for words in (line.words, *line.again):
        for word in words:
            word.text = word.text[:MAX_WORD]
    return line


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
