import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from grader.report.cohort.page import CohortFiles, write_cohort_report

from ..pages import require_full_pages_within_margins
from . import cohort_example as cohorts


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> CohortFiles:
    return write_cohort_report(cohorts.cohort(90), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def broken_files(tmp_path_factory: pytest.TempPathFactory) -> CohortFiles:
    return write_cohort_report(cohorts.broken(), tmp_path_factory.mktemp("broken"))


@pytest.fixture(scope="module")
def wide_files(tmp_path_factory: pytest.TempPathFactory) -> CohortFiles:
    """A cohort after marking by hand: a column for each of its twelve questions."""
    cohort = cohorts.cohort(30)
    marked = [
        standing.model_copy(
            update={
                "questions": [
                    question.model_copy(update={"pending": question.pending / 2})
                    for question in standing.questions
                ]
            }
        )
        for standing in cohort.standings
    ]
    cohort = cohort.model_copy(update={"standings": marked})
    return write_cohort_report(cohort, tmp_path_factory.mktemp("wide"))


@pytest.fixture
def document(whole_files: CohortFiles) -> Iterator[pdfium.PdfDocument]:
    opened = pdfium.PdfDocument(whole_files.pdf)
    yield opened
    opened.close()


def _unpacked(path: Path) -> bytes:
    """The PDF's objects, those in compressed streams included."""
    raw = path.read_bytes()
    packed = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", raw, re.S)
    return raw + b"".join(zlib.decompressobj().decompress(stream) for stream in packed)


def _texts(document: pdfium.PdfDocument) -> list[str]:
    return [page.get_textpage().get_text_range() for page in document]


def test_title_language_and_tags(document: pdfium.PdfDocument, whole_files: CohortFiles) -> None:
    title = "Cohort of 90 students: COMP9444 25T2, Assignment 1"
    assert document.get_metadata_value("Title") == title
    assert document.is_tagged()
    raw = _unpacked(whole_files.pdf)
    assert re.search(rb"/Lang ?\(en\)", raw)
    assert b"pdfuaid:part" in raw


def test_bookmarks_name_the_sections(document: pdfium.PdfDocument) -> None:
    titles = [bookmark.get_title() for bookmark in document.get_toc()]
    for part in ("Cohort of 90", "What needs a person", "Marks", "Mistakes", "Accuracy", "Equal"):
        assert any(title.startswith(part) for title in titles)


def test_every_picture_has_an_alternative_text(whole_files: CohortFiles) -> None:
    raw = _unpacked(whole_files.pdf)
    assert raw.count(b"/S /Figure") == raw.count(b"/Alt") > 0


def test_everyone_is_in_it_and_the_heads_are_repeated(document: pdfium.PdfDocument) -> None:
    texts = _texts(document)
    whole = "".join(texts)
    cohort = cohorts.cohort(90)
    assert all(standing.student in whole for standing in cohort.standings)
    rows = [text for text in texts if re.search(r"z51\d+ \w+ \w+\s+0(\.\d+)? 0(\.\d+)? ", text)]
    assert len(rows) >= 2
    assert all("of 0.6" in text and "NetConv" in text for text in rows)


def test_every_page_says_that_marks_are_not_official(document: pdfium.PdfDocument) -> None:
    assert all("Not official marks" in text for text in _texts(document))


@pytest.mark.parametrize("name", ["whole_files", "broken_files", "wide_files"])
def test_no_page_is_blank_and_nothing_leaves_the_margins(
    name: str, request: pytest.FixtureRequest
) -> None:
    files: CohortFiles = request.getfixturevalue(name)
    require_full_pages_within_margins(files.pdf)


def test_many_columns_turn_the_page(wide_files: CohortFiles, document: pdfium.PdfDocument) -> None:
    opened = pdfium.PdfDocument(wide_files.pdf)
    assert any(page.get_width() > page.get_height() for page in opened)
    assert all(page.get_width() < page.get_height() for page in document)
    opened.close()


def test_plots_are_drawn_in_two_colours_that_are_dark_in_grey(
    document: pdfium.PdfDocument,
) -> None:
    [number] = [i for i, t in enumerate(_texts(document)) if "missed, stopped early" in t]
    picture = document[number].render(scale=2).to_numpy().astype(int)  # blue, green, red
    blue = (picture[:, :, 0] - picture[:, :, 2]) > 60
    red = (picture[:, :, 2] - picture[:, :, 0]) > 100
    assert blue.sum() > 200
    assert red.sum() > 200
    assert picture[blue | red].mean() < 160


@pytest.mark.parametrize("name", ["whole_files", "broken_files"])
def test_no_link_or_file_leaves_the_document(name: str, request: pytest.FixtureRequest) -> None:
    files: CohortFiles = request.getfixturevalue(name)
    raw = _unpacked(files.pdf)
    for mark in (b"/EmbeddedFile", b"/JavaScript", b"/URI", b"/Launch"):
        assert mark not in raw
