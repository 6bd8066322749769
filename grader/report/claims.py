"""Everything a page says about the student's own report: its claims, with pictures of the places.

What a person must look at comes first. On a page for a browser every claim is a card with a picture
of its place. On paper what agrees, or was not found, is a line: nobody has to act on its picture.
"""

import base64
from dataclasses import dataclass

from markupsafe import Markup

from grader.claims.verdicts import Claim, Verdict
from grader.report import rasters, text
from grader.results import Result

SYMBOLS: dict[Verdict, str] = {
    "contradicted": "×",
    "not reproducible": "?",
    "absent": "–",
    "confirmed": "✓",
}
CLASSES: dict[Verdict, str] = {
    "contradicted": "failed",
    "not reproducible": "ungraded",
    "absent": "skipped",
    "confirmed": "passed",
}
MOST_DETAIL, WIDTH = 24, 200
SHORT = 48
"""Characters that what was read and what was found share a line up to."""
CHARACTERS = 62
"""Characters in one width of type that half a page is wide."""
SHRINK, SHRINK_ON_PAPER = 0.64, 0.5
"""Pictures are cut at 150 dots an inch, and a page has 96; on paper type is small."""
WIDE = 3.0
"""Wider pictures, of one or two lines, stand above what was found, all others beside it."""


@dataclass(frozen=True)
class ClaimView:
    """One claim as a tutor reads it; a `brief` one is a line on paper."""

    css_class: str
    symbol: str
    word: str
    title: str
    where: str
    said: str
    computed: str
    kind: str
    detail: list[str]
    detail_on_paper: list[str]
    picture: Markup
    printed: Markup
    width: int
    width_on_paper: int
    wide: bool
    short: bool
    brief: bool
    alt: str


@dataclass(frozen=True)
class ClaimsView:
    """The whole section: what a person should see, and what agrees."""

    standing: str
    problem: str
    notes: list[str]
    attention: list[ClaimView]
    agreed: list[ClaimView]


def view(result: Result) -> ClaimsView | None:
    """The report's claims, or None where the assignment asks for no report."""
    said = result.claims
    if not said.kind and not said.problem:
        return None
    views = [(claim, _claim(claim, said.pictures)) for claim in said.claims]
    order = list(SYMBOLS)
    attention = [(claim, shown) for claim, shown in views if _needs_a_look(claim)]
    attention.sort(key=lambda item: order.index(item[0].verdict))
    return ClaimsView(
        standing=_standing([claim.verdict for claim in said.claims]),
        problem=text.clip(said.problem, 400),
        notes=text.clip_lines(said.notes, 6, WIDTH),
        attention=[shown for _, shown in attention],
        agreed=[shown for claim, shown in views if not _needs_a_look(claim)],
    )


def _needs_a_look(claim: Claim) -> bool:
    """Whether a person should see it: it is not confirmed, or confirmed and yet not in order."""
    return claim.verdict != "confirmed" or bool(claim.caution)


def _standing(verdicts: list[Verdict]) -> str:
    counted = [(verdicts.count(verdict), verdict) for verdict in SYMBOLS]
    return " · ".join(f"{count} {verdict}" for count, verdict in counted if count)


def _claim(claim: Claim, pictures: dict[str, str]) -> ClaimView:
    where = "cover" if claim.question == "cover" else claim.question
    if claim.place.page:
        where += f", page {claim.place.page}"
    data = pictures.get(claim.place.picture, "")
    width, height = _size(data)
    detail = text.clip_lines(claim.detail, MOST_DETAIL, WIDTH)
    to_compare = bool(data) and claim.verdict != "not reproducible"
    brief = not _needs_a_look(claim) or not (to_compare or detail)
    return ClaimView(
        css_class="partial" if claim.caution else CLASSES[claim.verdict],
        symbol="½" if claim.caution else SYMBOLS[claim.verdict],
        word=f"{claim.verdict}, but {claim.caution}" if claim.caution else claim.verdict,
        title=text.shorten(claim.title, 120),
        where=where,
        said=text.clip(claim.said, 400),
        computed=text.mathematical(text.clip(claim.computed, 500)),
        kind=claim.kind,
        detail=detail,
        detail_on_paper=text.tabulated(detail, CHARACTERS),
        picture=rasters.on_screen(data) if data else Markup(""),
        printed=Markup("") if brief or not data else rasters.on_paper(data),
        width=max(1, int(width * SHRINK)),
        width_on_paper=max(1, int(width * SHRINK_ON_PAPER)),
        wide=width > WIDE * height,
        short=len(claim.said) + len(claim.computed) <= SHORT,
        brief=brief,
        alt=text.shorten(f"The report at this place: {claim.place.words}", 240),
    )


def _size(data: str) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header; 0 where there is none."""
    header = base64.b64decode(data[:32])
    return int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
