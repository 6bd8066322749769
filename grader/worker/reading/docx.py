"""Reads a Word document through mammoth: paragraphs, rows of tables, pictures, in order."""

import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import mammoth
from PIL import Image

from .kinds import Unreadable
from .layout import Budget, Line, Page, Picture, Reading
from .pictures import add_picture, cut_out, opened_picture
from .plain import line_of

MOST_BYTES = 200 * 2**20
"""Of all parts of the document together, unpacked."""

_ENDS = frozenset("p h1 h2 h3 h4 h5 h6 li tr br table".split())


class _Blocks(HTMLParser):
    """Cuts mammoth's HTML into lines of text and pictures, which are numbers in the order found."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str | int] = []
        self._text = ""
        self._row = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._end()
            self.blocks.append(int(dict(attrs).get("src") or 0))
        elif tag == "tr":
            self._row += 1
        elif tag == "td" or (tag in _ENDS and not self._row):
            self._text += " "

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self._row -= 1
        if tag in _ENDS and not self._row:
            self._end()
        elif tag in _ENDS:
            self._text += " "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag == "br" and not self._row:
            self._end()

    def handle_data(self, data: str) -> None:
        self._text += data

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        if self._text.strip():
            self.blocks.append(" ".join(self._text.split()))
        self._text = ""


def _content(data: bytes) -> tuple[list[str | int], list[bytes]]:
    """Lines and numbers of pictures in order, and the pictures.

    Raises:
        Unreadable: it is no Word document, or would unpack to far more than a report needs.
    """
    pictures: list[bytes] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as file:
            pictures.append(file.read())
        return {"src": str(len(pictures) - 1)}

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise Unreadable(f"the Word document unpacks to {size // 2**20} MiB")
        convert = mammoth.images.img_element(keep)
        html = mammoth.convert_to_html(BytesIO(data), convert_image=convert).value
    except Unreadable:
        raise
    except Exception:  # mammoth has no exceptions of its own: whatever it raises, it cannot read
        raise Unreadable(
            "the Word document is damaged; export it as a PDF and hand that in"
        ) from None
    parser = _Blocks()
    parser.feed(html)
    parser.close()
    return parser.blocks, pictures


def read_docx(data: bytes, budget: Budget) -> Reading:
    """One page without size; the places of text are columns of characters.

    Raises:
        Unreadable: it is damaged.
    """
    blocks, pictures = _content(data)
    page = Page(0.0, 0.0)
    notes = []
    for block in blocks:
        if isinstance(block, str):
            line: Line | None = line_of(block)
            page.lines += [line] if line is not None else []
            continue
        try:
            add_picture(page, opened_picture(pictures[block]), budget)
        except Unreadable as problem:
            notes.append(f"picture {block + 1}: {problem}")
            after = sum(known.picture < 0 for known in page.lines)
            page.pictures.append(Picture(None, 0, 0, str(problem), after=after))
    return Reading("docx", [page], 1, notes=notes)


def cut_docx(data: bytes, crops: list[dict[str, Any]]) -> Iterator[Image.Image | None]:
    """Pictures of places: each crop names a picture and a box on it; text has no places."""
    blocks, pictures = _content(data)
    shown = [pictures[block] for block in blocks if isinstance(block, int)]
    for crop in crops:
        number = crop["picture"]
        if not 0 <= number < len(shown):
            yield None
            continue
        try:
            yield cut_out(opened_picture(shown[number]), crop["box"], crop["widest"])
        except Unreadable:
            yield None
