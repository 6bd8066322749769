"""Gathers the text of every answer with its pages, and what the cover and captions say."""

import re
from collections.abc import Iterable, Sequence

from grader.claims.document import Document, Picture, Spot
from grader.claims.found import Answer
from grader.claims.sections import Context
from grader.plain import one_line

MOST_LINES = 80
MOST_LETTERS = 1200
FULL = 0.9
"""Share of the width of an answer from which on a line is taken to run on."""

_PAGE_NUMBER = re.compile(r"^(?:page )?\d{1,3}(?: of \d{1,3})?$", re.IGNORECASE)
_ID = re.compile(r"(?<![A-Za-z0-9])z\s?(\d{7})(?!\d)", re.IGNORECASE)
_NAME = re.compile(r"^\W*(?:student\s*)?name\s*[:\-]?\s*\S+|^[A-Z][a-z]+(?: [A-Z][a-z]+){1,3}\W*$")
_FILE = re.compile(
    r"\b(hid_[45]_\d|out_[45]|anb2n_srn2_\d\d|anb2nc3n_lstm3_\d\d)(?:\.(?:jpe?g|png))?\b",
    re.IGNORECASE,
)


def find_answers(
    document: Document, lines: Sequence[Spot], contexts: Sequence[Context]
) -> list[Answer]:
    """One answer a question, and one a letter of 1.4, in the order of the report."""
    texts: dict[str, list[Spot]] = {}
    for spot, context in zip(lines, contexts, strict=True):
        if spot.line.picture >= 0 or not context.question:
            continue
        letter = f"-{context.letter}" if context.letter else ""
        texts.setdefault(context.question + letter, []).append(spot)
    shown = count_pictures(document, lines, contexts)
    return [
        Answer(
            question=question,
            lines=[one_line(text)[:MOST_LETTERS] for text in paragraphs(spots)[:MOST_LINES]],
            pages=sorted({spot.page + 1 for spot in spots}) if document.kind == "pdf" else [],
            pictures=shown.get(question, 0),
        )
        for question, spots in texts.items()
        if len(spots) > 1 or f"{question}-a" not in texts
    ]


def paragraphs(spots: Sequence[Spot]) -> list[str]:
    """Lines as sentences run on: one that reaches the right edge is continued by the next.

    Numbers that stand alone at the foot of a page are left out.
    """
    edge = max((spot.line.box[2] for spot in spots if spot.line.box), default=0.0)
    found: list[str] = []
    full = False
    for spot in spots:
        box = spot.line.box
        if _PAGE_NUMBER.match(spot.text):
            continue
        if full and len(found[-1]) < MOST_LETTERS - len(spot.text):
            found[-1] += f" {spot.text}"
        else:
            found.append(spot.text)
        prose = spot.text[:1].isalpha() or spot.text.startswith("(")
        full = prose and box is not None and box[2] >= FULL * edge
    return found


def count_pictures(
    document: Document, lines: Sequence[Spot], contexts: Sequence[Context]
) -> dict[str, int]:
    """Pictures a question: each belongs to the last line of text above it.

    "" stands for those whose place nothing tells, too.
    """
    shown: dict[str, int] = {}
    question = ""
    for number, page in enumerate(document.pages):
        text = [
            (spot, context)
            for spot, context in zip(lines, contexts, strict=True)
            if spot.page == number and spot.line.picture < 0
        ]
        for picture in page.pictures:
            above = _above(picture, text)
            here = above[-1][1].question if above else question if picture.box else ""
            shown[here] = shown.get(here, 0) + 1
        question = text[-1][1].question if text else question
    return shown


def _above(
    picture: Picture, text: Sequence[tuple[Spot, Context]]
) -> Sequence[tuple[Spot, Context]]:
    """Lines above a picture, or before it where there are no places; none where neither tells."""
    if picture.box is None:
        return text[: max(0, picture.after)]
    top = picture.box[1]
    return [line for line in text if line[0].line.box is None or line[0].line.box[1] <= top]


def student_ids(lines: Iterable[Spot]) -> list[str]:
    """All student ids in the report, in lower case, in order."""
    found = (f"z{match[1]}" for spot in lines for match in _ID.finditer(spot.text))
    return list(dict.fromkeys(found))


def has_name(lines: Sequence[Spot]) -> bool:
    """Whether a name stands on the cover. The name itself is not kept."""
    return any(_NAME.match(spot.text) for spot in lines[:25] if spot.page == 0)


def picture_files(lines: Iterable[Spot]) -> list[str]:
    """Names of required pictures that captions and sentences mention, in order."""
    found = (match[1].lower() for spot in lines for match in _FILE.finditer(spot.text))
    return list(dict.fromkeys(found))
