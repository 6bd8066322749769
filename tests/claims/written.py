"""Reports for tests, written as lines: the finders then see what a reader would have sent."""

from collections.abc import Sequence

from grader.claims.document import Document, Line, Page, Word
from grader.claims.find import find_claims
from grader.claims.found import Found

COUNTS = {"KMNIST": [1000] * 10}
CLASSES = "o ki su tsu na ha ma ya re wo".split()
POINTS = [(x1, x2) for x2 in (2, 1, 0) for x1 in (0, 1, 2)]


def words(text: str) -> list[Word]:
    found, at = [], 0
    for part in text.split():
        at = text.index(part, at)
        found.append(Word(text=part, left=6.0 * at, right=6.0 * (at + len(part)), sure=1.0))
        at += len(part)
    return found


def document(*pages: Sequence[str]) -> Document:
    """A PDF with these lines on its pages."""
    return Document(
        format="grader.reading/1",
        kind="pdf",
        pages=[
            Page(
                width=595.0,
                height=842.0,
                lines=[
                    Line(
                        words=words(text),
                        box=(40.0, 40.0 + 14 * i, 500.0, 52.0 + 14 * i),
                        picture=-1,
                        again=[],
                    )
                    for i, text in enumerate(lines)
                    if text.strip()
                ],
                pictures=[],
            )
            for lines in pages
        ],
        pages_in_all=len(pages),
        problem="",
        notes=[],
    )


def found_in(*pages: Sequence[str]) -> Found:
    """What is found in a report with these lines on its pages."""
    return find_claims(document(*pages), counts=COUNTS, classes=CLASSES, points=POINTS, hidden=4)[0]


def printed(matrix: Sequence[Sequence[int]]) -> list[str]:
    """A matrix as numpy prints it."""
    rows = ["".join(f"{cell:5d}." for cell in row) for row in matrix]
    opened = [("[[" if i == 0 else " [") + row + "]" for i, row in enumerate(rows)]
    return [*opened[:-1], opened[-1] + "]"]
