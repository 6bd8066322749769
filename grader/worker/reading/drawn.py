"""Finds plots that are drawn on a page of a PDF instead of standing there as an image.

Shapes that touch or nearly do are one drawing; it is a plot or a diagram where several of them are
curved. Rules, boxes round text and tables have no curves.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from .layout import Box

CELL = 8.0  # points: shapes this close together belong together
SMALLEST = 80.0  # points, in either direction
MOST_SHAPES = 20_000
MOST_SEGMENTS = 50
CURVED = 4  # shapes with curves: a machine of four states has as many
WHOLE = 0.9  # of the page in both directions: a background, no part of a drawing
MOST = 12  # drawings of one page
MOST_INSIDE = 2_000  # shapes of a form
KINDS = [pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM]

Counts = npt.NDArray[np.int64]


def drawn_boxes(page: Any) -> list[Box]:
    """Boxes in points from the top left corner, from top to bottom."""
    width, height = page.get_size()
    left, _, _, top = page.get_bbox()
    shape = (max(1, int(height / CELL) + 1), max(1, int(width / CELL) + 1))
    if not width or not height or shape[0] * shape[1] > 10**6:
        return []
    covered, curved = np.zeros(shape, bool), np.zeros(shape, np.int64)
    for number, item in enumerate(page.get_objects(filter=KINDS, max_depth=1)):
        if number >= MOST_SHAPES:
            break
        try:
            x0, y0, x1, y1 = item.get_bounds()
        except pypdfium2.PdfiumError:
            continue
        if x1 - x0 > WHOLE * width and y1 - y0 > WHOLE * height:
            continue
        rows = _cells(top - y1, top - y0, shape[0])
        columns = _cells(x0 - left, x1 - left, shape[1])
        covered[rows, columns] = True
        curved[rows.start, columns.start] += _curves_in(item)
    found = [
        (x0 * CELL, y0 * CELL, min(width, x1 * CELL), min(height, y1 * CELL))
        for x0, y0, x1, y1 in _islands(covered, curved)
    ]
    large = [b for b in found if b[2] - b[0] >= SMALLEST and b[3] - b[1] >= SMALLEST]
    return sorted(large, key=lambda box: (box[1], box[0]))[:MOST]


def _curves_in(item: Any) -> int:
    """Shapes with curves in a shape, or in a form: a plot that was put in as a page of its own."""
    if item.type == pdfium.FPDF_PAGEOBJ_PATH:
        return int(curves(item))
    count = min(max(pdfium.FPDFFormObj_CountObjects(item), 0), MOST_INSIDE)
    inside = (pdfium.FPDFFormObj_GetObject(item, number) for number in range(count))
    paths = (o for o in inside if pdfium.FPDFPageObj_GetType(o) == pdfium.FPDF_PAGEOBJ_PATH)
    return sum(map(curves, paths))


def curves(item: Any) -> bool:
    """Whether a shape has a curve near its beginning."""
    count = min(pdfium.FPDFPath_CountSegments(item), MOST_SEGMENTS)
    return any(
        pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(item, i))
        == pdfium.FPDF_SEGMENT_BEZIERTO
        for i in range(count)
    )


def _cells(low: float, high: float, count: int) -> slice:
    """Cells that a stretch covers, on the page."""
    first = min(max(int(low // CELL), 0), count - 1)
    last = min(max(int(high // CELL), first), count - 1)
    return slice(first, last + 1)


def _islands(covered: npt.NDArray[np.bool_], curved: Counts) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom, in cells, of what hangs together and has enough curves."""
    left = covered.copy()
    found = []
    for row, column in np.argwhere(covered).tolist():
        if not left[row, column]:
            continue
        left[row, column] = False
        waiting, island = [(row, column)], []
        while waiting:
            y, x = waiting.pop()
            island.append((y, x))
            for v in range(max(0, y - 1), min(left.shape[0], y + 2)):
                for u in range(max(0, x - 1), min(left.shape[1], x + 2)):
                    if left[v, u]:
                        left[v, u] = False
                        waiting.append((v, u))
        ys, xs = zip(*island, strict=True)
        if curved[list(ys), list(xs)].sum() >= CURVED:
            found.append((min(xs), min(ys), max(xs) + 1, max(ys) + 1))
    return found
