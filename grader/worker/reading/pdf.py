"""Reads a PDF with pdfium: letters with their places, pictures, and crops of the page."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from .drawn import curves, drawn_boxes
from .kinds import Unreadable
from .layout import Box, Budget, Line, Page, Picture, Reading, Word
from .looks import look_of
from .screenshots import read_screenshot

MAX_LETTERS = 40_000
SMALLEST = 40.0
"""Points: a picture smaller than this in either direction is an ornament."""

FARTHEST = 20_000.0
"""Points: a letter that stands further away is on no page."""

MOST_PIXELS = 2400
SCALE = 150 / 72
MARGIN = 3.0


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(
                "the PDF is encrypted and asks for a password; hand it in without one"
            ) from None
        raise Unreadable(
            "the PDF is damaged and cannot be opened; export it again and hand it in"
        ) from None
    try:
        yield document
    finally:
        document.close()


def read_pdf(data: bytes, budget: Budget) -> Reading:
    """All pages within the budget.

    Raises:
        Unreadable: the document is encrypted, damaged or has no pages.
    """
    with _opened(data) as document:
        count = len(document)
        if not count:
            raise Unreadable("the PDF has no pages; export it again and hand it in")
        reading = Reading("pdf", [], count)
        for number in range(min(count, budget.pages)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                reading.pages.append(Page(0.0, 0.0))
                reading.notes.append(f"page {number + 1} is damaged and was not read")
                continue
            reading.pages.append(_page(page, budget))
        if count > budget.pages:
            reading.notes.append(f"only the first {budget.pages} of {count} pages were read")
    return reading


def _page(page: Any, budget: Budget) -> Page:
    width, height = page.get_size()
    text = page.get_textpage()
    found = Page(width, height, _lines(_letters(text, page)), curves=_curves(page))
    for box, pixels in _pictures(page):
        picture = Picture(box, *pixels, "drawing")
        lines: list[Line] = []
        if budget.pictures <= 0 or budget.exhausted():
            picture.state = "beyond the limit of pictures or time"
        else:
            budget.pictures -= 1
            started = time.process_time()
            scale = max(1.0, min(pixels[0] / (box[2] - box[0]), MOST_PIXELS / (box[2] - box[0])))
            image = _rendered(page, box, scale)
            picture.state, lines = read_screenshot(image, len(found.pictures))
            picture.look = look_of(image)
            budget.spend(started)
            _place(lines, box, scale)
        found.pictures.append(picture)
        found.lines += lines
    found.lines.sort(key=lambda line: line.box[1] if line.box else 0.0)
    found.drawn = [_drawn(page, box, budget) for box in drawn_boxes(page)]
    return found


def _drawn(page: Any, box: Box, budget: Budget) -> Picture:
    """A plot that is drawn on the page: nothing of it is read."""
    picture = Picture(box, round((box[2] - box[0]) * SCALE), round((box[3] - box[1]) * SCALE), "")
    if not budget.exhausted():
        started = time.process_time()
        picture.look = look_of(_rendered(page, box, SCALE))
        budget.spend(started)
    return picture


def _curves(page: Any) -> int:
    """Shapes with curves, as a plot that is drawn and no picture has: markers, round lines."""
    return sum(map(curves, page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)))


def _place(lines: list[Line], box: Box, scale: float) -> None:
    """Pixels of a rendered picture as points of the page."""
    for line in lines:
        assert line.box is not None
        x0, y0, x1, y1 = (value / scale for value in line.box)
        line.box = (box[0] + x0, box[1] + y0, box[0] + x1, box[1] + y1)
        for words in (line.words, *line.again):
            for word in words:
                word.left, word.right = box[0] + word.left / scale, box[0] + word.right / scale


def _letters(text: Any, page: Any) -> list[tuple[str, Box]]:
    """Printed letters, each with the box that its font gives it; spaces are left out."""
    left, _, _, top = page.get_bbox()
    edges = pdfium.FS_RECTF()
    letters = []
    for index in range(min(text.count_chars(), MAX_LETTERS)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        char = chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if char.isspace() or not pdfium.FPDFText_GetLooseCharBox(text, index, edges):
            continue
        box = (edges.left - left, top - edges.top, edges.right - left, top - edges.bottom)
        if all(abs(edge) <= FARTHEST for edge in box):
            letters.append((char, box))
    return letters


def _lines(letters: list[tuple[str, Box]]) -> list[Line]:
    """Letters of one height as lines, and letters that touch as words."""
    rows: list[list[tuple[str, Box]]] = []
    for char, box in sorted(letters, key=lambda item: item[1][1] + item[1][3]):
        middle = (box[1] + box[3]) / 2
        row = next((row for row in reversed(rows[-2:]) if _beside(row, middle)), None)
        if row is None:
            rows.append([(char, box)])
        else:
            row.append((char, box))
    return [_line(sorted(row, key=lambda item: item[1][0])) for row in rows]


def _beside(row: list[tuple[str, Box]], middle: float) -> bool:
    """Whether letters around this height belong to the row, whose first letter is its highest."""
    _, (_, top, _, bottom) = row[0]
    return abs(middle - (top + bottom) / 2) <= 0.3 * (bottom - top)


def _line(row: list[tuple[str, Box]]) -> Line:
    words: list[Word] = []
    for char, box in row:
        gap = 0.12 * (box[3] - box[1])
        if words and box[0] - words[-1].right <= gap:
            words[-1].text += char
            words[-1].right = max(words[-1].right, box[2])
        else:
            words.append(Word(char, box[0], box[2]))
    top, bottom = min(b[1] for _, b in row), max(b[3] for _, b in row)
    return Line(words, (words[0].left, top, max(w.right for w in words), bottom))


def _pictures(page: Any) -> Iterator[tuple[Box, tuple[int, int]]]:
    """Boxes and sizes in pixels of the pictures on a page, from top to bottom."""
    left, _, _, top = page.get_bbox()
    width, height = page.get_size()
    found = []
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            x0, y0, x1, y1 = item.get_bounds()
            pixels = item.get_px_size()
        except pypdfium2.PdfiumError:
            continue
        box = (
            max(0.0, x0 - left),
            max(0.0, top - y1),
            min(width, x1 - left),
            min(height, top - y0),
        )
        if box[2] - box[0] >= SMALLEST and box[3] - box[1] >= SMALLEST / 4:
            found.append((box, pixels))
    yield from sorted(found, key=lambda item: (item[0][1], item[0][0]))


def _rendered(page: Any, box: Box, scale: float) -> Image.Image:
    width, height = page.get_size()
    crop = (box[0], height - box[3], width - box[2], box[1])
    image: Image.Image = page.render(scale=scale, crop=crop).to_pil()
    return image.convert("RGB")


def cut_pdf(data: bytes, crops: list[dict[str, Any]]) -> Iterator[Image.Image | None]:
    """Pictures of places: each crop names a page, counted from 0, and a box on it."""
    with _opened(data) as document:
        for crop in crops:
            page = document[crop["page"]]
            width, height = page.get_size()
            x0, y0, x1, y1 = crop["box"]
            margin = 0.0 if crop["widest"] else MARGIN
            box = (
                max(0.0, min(x0 - margin, width - 20)),
                max(0.0, min(y0 - margin, height - 20)),
                min(width, max(x1 + margin, 20.0)),
                min(height, max(y1 + margin, 20.0)),
            )
            if box[2] <= box[0] or box[3] <= box[1]:
                yield None
                continue
            widest = crop["widest"] or SCALE * width
            yield _rendered(page, box, min(SCALE, widest / max(box[2] - box[0], box[3] - box[1])))
