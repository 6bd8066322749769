"""What any page of ours, for a browser or on paper, is looked at with."""

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2 as pdfium

MARGIN_MM = 15.0  # the page box leaves 17 mm on either side
BLANK = 250


class Reader(HTMLParser):
    """Collects what a browser would see: elements with attributes, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def require_headings_that_skip_no_level(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Reader(page).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def require_full_pages_within_margins(pdf: Path) -> None:
    """No page is blank, and nothing reaches into a margin."""
    opened = pdfium.PdfDocument(pdf)
    margin = int(MARGIN_MM / 25.4 * 72)
    for page in opened:
        picture = page.render(scale=1).to_numpy().min(axis=2)
        assert (picture[:, :margin] > BLANK).all()
        assert (picture[:, -margin:] > BLANK).all()
        assert (picture[margin:-margin, margin:-margin] < BLANK).mean() > 0.005
    opened.close()
