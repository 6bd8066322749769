"""Where a finding stands: the page, the words, and the part of the page to cut a picture from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.claims.document import Box, Document, Spot
from grader.claims.found import Place
from grader.plain import one_line

MOST_PICTURES = 28
"""Cut for one report: a page of claims has room for no more."""

MOST_WORDS = 300
TALLEST = 330.0
"""Points: a place that is taller is cut off below."""


@dataclass
class Places:
    """Makes places, and collects what to cut: page, picture on it and box, by key."""

    document: Document
    wanted: dict[str, tuple[int, int, Box]] = field(default_factory=dict)

    def of(self, spots: Sequence[Spot], *, shown: bool = True) -> Place:
        """The place of some lines, all on the page of the first; `shown` asks for a picture."""
        first = spots[0]
        same = [spot for spot in spots if spot.page == first.page]
        words = one_line(" ".join(spot.text for spot in spots))[:MOST_WORDS]
        page = self.document.pages[first.page]
        key = self._want(same) if shown else ""
        return Place(page=first.page + 1 if page.width else 0, words=words, picture=key)

    def _want(self, spots: Sequence[Spot]) -> str:
        boxes = [spot.line.box for spot in spots if spot.line.box is not None]
        first = spots[0]
        paged = self.document.pages[first.page].width > 0
        if not boxes or (not paged and first.line.picture < 0):
            return ""
        top = min(box[1] for box in boxes)
        bottom = max(box[3] for box in boxes)
        box = (
            min(box[0] for box in boxes),
            top,
            max(box[2] for box in boxes),
            min(bottom, top + TALLEST) if paged else bottom,
        )
        place = (first.page, -1 if paged else first.line.picture, box)
        for key, known in self.wanted.items():
            if known == place:
                return key
        if len(self.wanted) >= MOST_PICTURES:
            return ""
        key = f"place{len(self.wanted)}"
        self.wanted[key] = place
        return key
