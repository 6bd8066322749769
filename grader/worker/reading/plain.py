"""Reads plain text and Markdown: lines of words, and nothing else to tell places by."""

import re

from .kinds import Unreadable, decoded
from .layout import Line, Page, Reading, Word

_TABLE_RULE = re.compile(r"^[\s|:+=-]+$")


def read_plain(data: bytes, kind: str) -> Reading:
    """The lines of a text file; `left` and `right` of a word are columns of characters.

    Raises:
        Unreadable: it is empty, an archive, or no text in any usual encoding.
    """
    if kind == "empty":
        raise Unreadable("the file is empty; hand in the report as a PDF")
    if kind == "archive":
        raise Unreadable("the file is an archive and no report; hand in the report as a PDF")
    text = decoded(data)
    if text is None:
        raise Unreadable("the file is neither PDF, Word document, picture nor text")
    lines = [line for raw in text.splitlines() if (line := line_of(raw)) is not None]
    marked = any(raw.startswith(("# ", "## ", "### ", "|")) for raw in text.splitlines())
    return Reading("markdown" if marked else "text", [Page(0.0, 0.0, lines)], 1)


def line_of(raw: str) -> Line | None:
    """A line as words; the bars of a table separate cells and are dropped."""
    if _TABLE_RULE.match(raw):
        return None
    if raw.lstrip().startswith("|"):
        raw = raw.replace("|", " ")
    words = [
        Word(match[0], float(match.start()), float(match.end()))
        for match in re.finditer(r"\S+", raw)
    ]
    return Line(words, None) if words else None
