"""Reports of every kind, read without a sandbox: these are the project's own."""

import io
from pathlib import Path

import pytest
from PIL import Image

from grader.synthetic.report import pages_pdf
from grader.worker.reading.__main__ import cut, read
from grader.worker.reading.layout import Reading

from .made import budget, docx, encrypted_pdf, texts


def reading(folder: Path, data: bytes) -> Reading:
    (folder / "hw1.pdf").write_bytes(data)
    return read(folder / "hw1.pdf", budget())


def test_a_pdf_is_lines_of_words_with_places(tmp_path: Path) -> None:
    found = reading(tmp_path, pages_pdf([["1.1  NetLin", "[ 7. 665. 105.]"], ["next page"]]))
    assert found.kind == "pdf"
    assert [texts(page.lines) for page in found.pages] == [
        ["1.1 NetLin", "[ 7. 665. 105.]"],
        ["next page"],
    ]
    first, second = found.pages[0].lines
    assert first.box is not None
    assert second.box is not None
    assert 59 < first.box[0] < 61
    assert first.box[1] < second.box[1] < 120  # from the top of a page 842 points high
    assert [word.text for word in second.words] == ["[", "7.", "665.", "105.]"]


def test_a_word_document_gives_a_row_of_a_table_as_a_line(tmp_path: Path) -> None:
    rows = [["", "o", "ki"], ["o", "764", "5"]]
    found = reading(tmp_path, docx(["1.1 NetLin", rows, "after it"]))
    assert found.kind == "docx"
    assert texts(found.pages[0].lines) == ["1.1 NetLin", "o ki", "o 764 5", "after it"]


def test_markdown_loses_the_bars_of_its_tables(tmp_path: Path) -> None:
    text = "# 1.1 NetLin\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n"
    found = reading(tmp_path, text.encode())
    assert found.kind == "markdown"
    assert texts(found.pages[0].lines) == ["# 1.1 NetLin", "a b", "1 2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (encrypted_pdf(), "asks for a password"),
        (b"%PDF-1.4\nnothing else", "is damaged"),
        (b"PK\x03\x04 and no more", "is an archive"),
        (bytes(range(256)), "neither PDF, Word document, picture nor text"),
        (b"\x89PNG\r\n\x1a\n and no more", "picture is damaged"),
        (docx(["<broken"]), "Word document is damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, said: str, tmp_path: Path) -> None:
    found = reading(tmp_path, data)
    assert said in found.problem
    assert found.pages == []


def test_pages_beyond_the_limit_are_said_to_be_missing(tmp_path: Path) -> None:
    found = reading(tmp_path, pages_pdf([["x"]] * 25))
    assert len(found.pages) == 20
    assert found.pages_in_all == 25
    assert found.notes == ["only the first 20 of 25 pages were read"]


def test_a_picture_without_lines_of_text_is_a_drawing(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.linear_gradient("L").save(buffer, "PNG")
    found = reading(tmp_path, buffer.getvalue())
    assert (found.kind, [p.state for p in found.pages[0].pictures]) == ("picture", ["drawing"])


def test_places_are_cut_out_as_pictures(tmp_path: Path) -> None:
    (tmp_path / "hw1.pdf").write_bytes(pages_pdf([["1.1  NetLin"]]))
    crops = [
        {"page": 0, "picture": -1, "box": [60, 50, 120, 70], "widest": 0},
        {"page": 0, "picture": -1, "box": [9e5, 9e5, -9e5, -9e5], "widest": 0},
    ]
    done = cut(tmp_path / "hw1.pdf", crops, tmp_path)
    assert done[0]
    with Image.open(tmp_path / "crop0.png") as picture:
        assert picture.width == pytest.approx(66 * 150 / 72, abs=2)
        assert min(picture.convert("L").tobytes()) < 100  # there is ink on it
    assert cut(tmp_path / "hw1.pdf", [], tmp_path) == []


def test_pictures_of_a_word_document_are_read_and_cut(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.linear_gradient("L").save(buffer, "PNG")
    found = reading(tmp_path, docx(["1.1 NetLin"], buffer.getvalue()))
    (picture,) = found.pages[0].pictures
    assert (picture.width, picture.height, picture.state) == (256, 256, "drawing")
    crops = [
        {"page": 0, "picture": 0, "box": [10, 10, 50, 30], "widest": 0},
        {"page": 0, "picture": 9, "box": [10, 10, 50, 30], "widest": 0},
    ]
    assert cut(tmp_path / "hw1.pdf", crops, tmp_path) == [True, False]


def test_a_picture_that_is_damaged_is_left_out_with_a_note(tmp_path: Path) -> None:
    found = reading(tmp_path, docx(["1.1 NetLin"], b"no picture"))
    assert found.notes == ["picture 1: the picture is damaged, too large or of an unusual kind"]
    assert [picture.state for picture in found.pages[0].pictures] == [found.notes[0][11:]]


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (30, 30), (24, 400)])
def test_no_picture_is_too_small_to_be_looked_at(size: tuple[int, int], tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", size, (9, 9, 9)).save(buffer, "PNG")
    (picture,) = reading(tmp_path, buffer.getvalue()).pages[0].pictures
    assert picture.state == "drawing"
