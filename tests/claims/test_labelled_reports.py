"""Reports with known matrices in them, in every form that real ones have: how many are read right?

What is promised: of matrices in text all, of screenshots at least 95%, and none that is wrong and
said to be certain.
"""

import io
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from grader.claims.document import parse_document, spots
from grader.claims.found import Matrix
from grader.claims.matrices import find_matrices
from grader.claims.reading import screenshots_can_be_read
from grader.synthetic.report import pages_pdf
from grader.worker.reading.__main__ import read
from grader.worker.reading.layout import Budget
from scripts.made_up_matrix import ACCURACIES, made_up_matrix
from tests.worker.reading.made import docx

from .screenshots import Shot, screenshot, terminal
from .written import CLASSES, COUNTS, printed

TEXTS = 24
SCREENSHOTS = 42
IN_QUICK_TESTS = (1, 8)

needs_reader = pytest.mark.skipif(
    not screenshots_can_be_read(), reason="the reader of screenshots (extra ocr) is not installed"
)


def matrices_in(data: bytes, folder: Path) -> list[Matrix]:
    (folder / "hw1.pdf").write_bytes(data)
    document = read(folder / "hw1.pdf", Budget(pages=20, pictures=10, seconds=600.0)).document()
    parsed = parse_document(json.dumps(document).encode())
    return [m for m, _, _ in find_matrices(parsed, list(spots(parsed)), COUNTS)]


def text_report(number: int) -> tuple[bytes, list[list[list[int]]]]:
    """Report `number` of a series: three matrices in one of six forms."""
    cells = [made_up_matrix(name, 100 * number + i) for i, name in enumerate(ACCURACIES)]
    form = number % 6
    lines: list[str] = ["z1234567", "Part 1"]
    for i, matrix in enumerate(cells):
        lines += [f"1.{i + 1} {list(ACCURACIES)[i]}"]
        if form in (0, 1):
            lines += terminal(matrix)
        elif form in (2, 3):
            lines += ["", " ".join(["true", *CLASSES])]
            lines += [
                f"{n}  {'   '.join(map(str, row))}" for n, row in zip(CLASSES, matrix, strict=True)
            ]
        else:
            lines += printed(matrix)
    if form == 1:
        lengths = 7 + number % 5
        pages = [lines[i : i + lengths] for i in range(0, len(lines), lengths)]
        return pages_pdf([[f"{i + 1}", *page] for i, page in enumerate(pages)]), cells
    if form == 3:
        return docx(["1.1", *_tables(cells)]), cells
    if form == 5:
        return "\n".join(lines).encode(), cells
    return pages_pdf([lines[i : i + 46] for i in range(0, len(lines), 46)]), cells


def _tables(cells: Sequence[Sequence[Sequence[int]]]) -> list[list[list[str]]]:
    return [
        [["", *CLASSES], *([n, *map(str, row)] for n, row in zip(CLASSES, matrix, strict=True))]
        for matrix in cells
    ]


@pytest.mark.parametrize("number", range(TEXTS))
def test_every_matrix_in_text_is_read_exactly(number: int, tmp_path: Path) -> None:
    data, cells = text_report(number)
    found = matrices_in(data, tmp_path)
    assert [m.cells for m in found] == cells
    assert {(m.reliance, m.sums) for m in found} == {("certain", "KMNIST")}


def judged(shot: Shot, folder: Path) -> str:
    """ "exact", "uncertain", "none" or, the worst that can be, "wrong"."""
    found = matrices_in(shot.data, folder)
    if not found:
        return "none"
    if found[0].reliance == "uncertain":
        return "uncertain"
    return "exact" if found[0].cells == shot.cells else "wrong"


@needs_reader
@pytest.mark.parametrize("number", IN_QUICK_TESTS)
def test_a_screenshot_is_read(number: int, tmp_path: Path) -> None:
    assert judged(screenshot(number), tmp_path) == "exact"


@needs_reader
@pytest.mark.slow
def test_of_screenshots_95_in_100_are_read_exactly_and_none_is_wrong_and_certain(
    tmp_path: Path,
) -> None:
    started = time.process_time()
    counted = Counter(judged(screenshot(number), tmp_path) for number in range(SCREENSHOTS))
    seconds = (time.process_time() - started) / SCREENSHOTS
    assert counted["wrong"] == 0
    assert counted["exact"] >= 0.95 * SCREENSHOTS, counted
    assert seconds < 3


def spoilt(number: int, how: str) -> Shot:
    """A screenshot of which a part is not there."""
    shot = screenshot(number)
    image = Image.open(io.BytesIO(shot.data)).convert("RGB")
    width, height = image.size
    if how == "last column cut":
        image = image.crop((0, 0, int(width * 0.86), height))
    elif how == "last rows cut":
        image = image.crop((0, 0, width, int(height * 0.6)))
    else:
        image = image.resize((width // 3, height // 3)).resize((width, height))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Shot(number, shot.network, shot.cells, how, buffer.getvalue())


@needs_reader
@pytest.mark.slow
@pytest.mark.parametrize("how", ["last column cut", "last rows cut", "made too small"])
@pytest.mark.parametrize("number", [0, 4, 8])
def test_what_cannot_be_read_is_never_said_to_be_certain(
    number: int, how: str, tmp_path: Path
) -> None:
    assert judged(spoilt(number, how), tmp_path) != "wrong"


@needs_reader
@pytest.mark.slow
def test_screenshots_in_a_pdf_are_read_like_others(tmp_path: Path) -> None:
    shots = [screenshot(number) for number in (0, 1, 2)]
    pages = [Image.open(io.BytesIO(shot.data)).convert("RGB") for shot in shots]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:])
    found = matrices_in(buffer.getvalue(), tmp_path)
    assert [m.cells for m in found if m.reliance != "uncertain"] == [shot.cells for shot in shots]
