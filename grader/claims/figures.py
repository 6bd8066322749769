"""Finds the pictures that questions ask for, and tells which question each belongs to.

A heading above it decides, then the course's file name or words in its caption, then what it looks
like. Where these disagree or are missing the picture is still shown, and said to be uncertain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.claims.document import Box, Document, Picture, Spot, spots
from grader.claims.found import ShownPicture
from grader.claims.sections import Context, contexts
from grader.plain import one_line

QUESTIONS = ("2.1", "2.3", "3.1", "3.2", "3.3", "3.4", "3.5")
MOST, MOST_EACH = 16, 6
WIDEST = {"3.1": 520, "3.2": 520, "3.3": 520, "3.5": 520}
USUAL = 360
"""Pixels: pictures that stand four in a row are printed 42 mm wide, others twice that."""

NEAR = 34.0
"""Points between a picture and its caption."""

LONGEST = 160
"""Letters of a line that may be a caption."""

_FILE = re.compile(
    r"\b(hid_(\d)_\d|out_(\d)|(an?b\w*n|e?reber)_(srn|lstm)(\d)_\d\d)(?:\.(?:jpe?g|png))?\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"finite[ -]state|state machine|\bfsm\b|automat(?:on|a)", re.IGNORECASE)
_LSTM = re.compile(r"\blstm|nc3n|c\^?\{?3n", re.IGNORECASE)
_SRN = re.compile(r"\bsrn|\banb2n\b|b\^?\{?2n", re.IGNORECASE)
_LOOKS = {"2.1": "regions", "2.3": "regions", "3.1": "states", "3.4": "states"}
_NAMED = {"srn": "3.1", "lstm": "3.4"}
_HIDDEN = {"5": "2.1", "6": "2.1", "4": "2.3"}


@dataclass
class Whole:
    """Whole pictures to cut out, by key, and the pixels that each may have on its longer side."""

    places: dict[str, tuple[int, int, Box]] = field(default_factory=dict)
    widest: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Seen:
    """A picture and what stands around it; `page` and `index` as the reader counts them."""

    page: int
    index: int
    picture: Picture
    box: Box
    heading: str
    caption: str


def find_figures(document: Document) -> tuple[list[ShownPicture], Whole]:
    """Pictures of Parts 2 and 3 in the order of the report, and the places to cut them from."""
    figures: list[ShownPicture] = []
    whole = Whole()
    for seen in _seen(document):
        question, certain, because = _question(seen, figures)
        here = sum(figure.question == question for figure in figures)
        if question not in QUESTIONS or here >= MOST_EACH or len(figures) >= MOST:
            continue
        key = f"figure{len(figures)}"
        whole.places[key] = (seen.page, seen.index, seen.box)
        whole.widest[key] = WIDEST.get(question, USUAL)
        name = _FILE.search(seen.caption)
        figures.append(
            ShownPicture(
                question=question,
                name=name[1].lower() if name else "",
                caption=one_line(seen.caption)[:LONGEST],
                page=seen.page + 1 if document.pages[seen.page].width else 0,
                look=seen.picture.look or "drawing",
                certain=certain,
                because=because,
                picture=key,
            )
        )
    return figures, whole


def _seen(document: Document) -> Iterator[_Seen]:
    lines = list(spots(document))
    written = [
        (spot, context)
        for spot, context in zip(lines, contexts(lines), strict=True)
        if spot.line.picture < 0
    ]
    heading = ""
    captions: set[int] = set()
    for number, page in enumerate(document.pages):
        here = [(spot, context) for spot, context in written if spot.page == number]
        drawn = [(-1, picture) for picture in page.drawn if not _hidden(picture, page.pictures)]
        pictures = [*enumerate(page.pictures), *drawn]
        pictures.sort(key=lambda item: (item[1].box or (0.0, item[1].after))[1])
        for index, picture in pictures:
            above, below = _around(picture, here)
            caption = _caption(picture, above, below, captions)
            captions |= set() if caption is None else {caption.index}
            yield _Seen(
                number,
                -1 if page.width else index,
                picture,
                picture.box or (0.0, 0.0, float(picture.width), float(picture.height)),
                above[-1][1].question if above else heading,
                "" if caption is None else caption.text,
            )
        heading = here[-1][1].question if here else heading


def _hidden(drawn: Picture, images: Sequence[Picture]) -> bool:
    """Whether a drawing is no more than lines over an image, such as its frame or a note on it."""
    return any(_overlap(drawn.box, image.box) > 0.3 for image in images)


def _overlap(one: Box | None, two: Box | None) -> float:
    """Share of the smaller box that both cover."""
    if one is None or two is None:
        return 0.0
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return wide * high / least if wide > 0 and high > 0 and least > 0 else 0.0


Written = list[tuple[Spot, Context]]


def _around(picture: Picture, here: Written) -> tuple[Written, Written]:
    """Lines of text before the picture and after it."""
    if picture.box is None:
        return here[: picture.after], here[picture.after :]
    top = picture.box[1]
    above = [line for line in here if line[0].line.box and line[0].line.box[1] <= top]
    return above, [line for line in here if line not in above]


def _caption(picture: Picture, above: Written, below: Written, taken: set[int]) -> Spot | None:
    """The line under a picture, or the one over it where that names a file and is no other's."""
    under = next((spot for spot, _ in below if _is_near(picture, spot, under=True)), None)
    over = next((spot for spot, _ in reversed(above) if _is_near(picture, spot, under=False)), None)
    for spot in (under, over):
        if spot is not None and spot.index not in taken and _FILE.search(spot.text):
            return spot
    opens = any(spot is under and _opens(spot, context) for spot, context in below[:1])
    return under if under is not None and not opens and len(under.text) <= LONGEST else None


def _opens(spot: Spot, context: Context) -> bool:
    """Whether a line is the heading of its question."""
    return bool(context.question) and bool(
        re.match(rf"\W*(?:question|part|q)?\W*{re.escape(context.question)}\b", spot.text, re.I)
    )


def _is_near(picture: Picture, spot: Spot, *, under: bool) -> bool:
    box, line = picture.box, spot.line.box
    if box is None or line is None:
        return True  # a document without places: the next line there is
    away = line[1] - box[3] if under else box[1] - line[3]
    beside = line[0] <= box[2] and line[2] >= box[0]
    return -12.0 <= away <= NEAR and beside


def _question(seen: _Seen, before: Sequence[ShownPicture]) -> tuple[str, bool, str]:
    """The question, whether that is certain, and what decided."""
    named, why = _named(seen.caption)
    heading, look = seen.heading, seen.picture.look
    if heading in QUESTIONS and named and named[0] == heading[0]:
        moved = named if "3.2" in (heading, named) and heading == "3.1" else heading
        return moved, True, f"heading {heading} and {why}"
    if named:
        return named, not heading or heading[0] == named[0], why
    if heading in QUESTIONS:
        return _by_look(heading, look, before)
    if look == "states" and heading[:1] in ("", "3"):
        guess = "3.4" if any(p.question in ("3.3", "3.4") for p in before) else "3.1"
        return guess, False, "no heading and no caption: it shows states in colours"
    return "", False, ""


def _by_look(heading: str, look: str, before: Sequence[ShownPicture]) -> tuple[str, bool, str]:
    """A picture without a telling caption belongs to its heading if it looks like what is asked."""
    expected = _LOOKS.get(heading, "")
    if heading == "3.1" and look == "drawing" and any(p.question == "3.1" for p in before):
        return "3.2", False, "under 3.1, but it shows no coloured states"
    if expected and look and look != expected:
        return heading, False, f"under {heading}, but it does not look like the plot asked for"
    if heading == "3.2" and look != "drawing":
        return heading, False, "under 3.2, but it looks like a plot"
    return heading, True, f"heading {heading}"


def _named(caption: str) -> tuple[str, str]:
    """The question that a caption speaks of, "" where it does not tell, and how it does."""
    if match := _FILE.search(caption):
        hidden = match[2] or match[3]
        question = _HIDDEN.get(hidden, "") if hidden else _NAMED[match[5].lower()]
        return question, f"file name {match[1].lower()}"
    for pattern, question, why in (
        (_MACHINE, "3.2", "a state machine"),
        (_LSTM, "3.4", "the LSTM"),
        (_SRN, "3.1", "the SRN"),
    ):
        if pattern.search(caption):
            return question, f"the caption speaks of {why}"
    return "", ""
