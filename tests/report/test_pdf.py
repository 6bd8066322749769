import builtins
import gc
import re
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest

from grader.errors import ReportError
from grader.report import ReportFiles
from grader.report.page import contents, fill
from grader.report.pdf import render_pdf
from grader.results import Result

from . import example
from .pages import require_full_pages_within_margins

EMPTY = '<html lang="en"><head><title>t</title></head><body><p>text</p>{}</body></html>'


def _unpacked(files: ReportFiles) -> bytes:
    """The PDF's objects, those in compressed streams included."""
    raw = files.pdf.read_bytes()
    packed = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", raw, re.S)
    return raw + b"".join(zlib.decompressobj().decompress(stream) for stream in packed)


@pytest.fixture
def document(sample_files: ReportFiles) -> Iterator[pdfium.PdfDocument]:
    opened = pdfium.PdfDocument(sample_files.pdf)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "element",
    [
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="http://localhost:9/x.png">',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<a rel="attachment" href="file:///etc/hostname">x</a>',
        '<style>@import url("https://localhost:9/x.css")</style>',
        '<style>@font-face { font-family: x; src: url("file:///etc/hostname") }</style>',
        '<svg width="9" height="9"><image href="file:///etc/hostname" width="9" height="9"/></svg>',
    ],
)
def test_anything_but_data_is_refused(element: str) -> None:
    with pytest.raises(ReportError, match="refused to open"):
        render_pdf(EMPTY.format(element))


@pytest.mark.parametrize("element", ["img alt='x' src", "link rel='stylesheet' href"])
def test_a_page_that_is_well_formed_opens_nothing_either(element: str) -> None:
    page = EMPTY.format(f"<{element}='file:///etc/hostname' />")
    ElementTree.fromstring(page)
    with pytest.raises(ReportError, match="refused to open"):
        render_pdf(page)


def test_data_urls_are_opened() -> None:
    picture = f'<img alt="noise" src="data:image/png;base64,{example.noise_png(0)}">'
    assert b"/Image" in render_pdf(EMPTY.format(picture))


def test_length_and_size(document: pdfium.PdfDocument, sample_files: ReportFiles) -> None:
    assert 4 <= len(document) <= 8
    assert sample_files.pdf.stat().st_size < 2_000_000


def test_title_language_and_tags(document: pdfium.PdfDocument, sample_files: ReportFiles) -> None:
    assert document.get_metadata_value("Title") == "z5567992: COMP9444 25T2, Assignment 1"
    assert document.is_tagged()
    raw = _unpacked(sample_files)
    assert re.search(rb"/Lang ?\(en\)", raw)
    assert b"pdfuaid:part" in raw


def test_no_letter_of_ours_needs_a_font_of_the_machine(sample_files: ReportFiles) -> None:
    fonts = re.findall(rb"/BaseFont ?/[A-Z]{6}\+([A-Za-z0-9-]+)", _unpacked(sample_files))
    assert len(set(fonts)) >= 3
    assert all(font.startswith(b"Report-") for font in fonts)


def test_bookmarks_name_the_sections(document: pdfium.PdfDocument) -> None:
    titles = [bookmark.get_title() for bookmark in document.get_toc()]
    for part in ("z5567992", "Marks at a glance", "NetLin", "NetConv", "Hand-set perceptron"):
        assert any(title.startswith(part) for title in titles)


def test_every_picture_has_an_alternative_text(sample_files: ReportFiles) -> None:
    raw = _unpacked(sample_files)
    assert raw.count(b"/S /Figure") == raw.count(b"/Alt") > 0


def test_kana_and_figures_can_be_read_out(document: pdfium.PdfDocument) -> None:
    text = "".join(page.get_textpage().get_text_range() for page in document)
    for said in ("お", "ま", "す", "146 of 1,000", "page 1 of", "−x₁ + x₂"):
        assert said in text


@pytest.mark.parametrize("name", ["sample_files", "broken_files"])
def test_no_page_is_blank_and_nothing_leaves_the_margins(
    name: str, request: pytest.FixtureRequest
) -> None:
    files: ReportFiles = request.getfixturevalue(name)
    require_full_pages_within_margins(files.pdf)


@pytest.mark.parametrize("result", [example.sample(), example.ungraded(), example.broken()])
def test_a_page_is_well_formed_and_the_same_to_both_parsers(result: Result) -> None:
    page = fill(contents(result), "paper")
    ElementTree.fromstring(page)
    for_browsers = page.replace(" />", ">")
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(for_browsers)
    assert render_pdf(page) == render_pdf(for_browsers)


def test_a_drawing_inside_a_page_is_drawn() -> None:
    drawing = '<svg width="9" height="9"><rect width="9" height="9" fill="#123456" /></svg>'
    pdf = pdfium.PdfDocument(render_pdf(EMPTY.format(drawing)))
    colours = {tuple(pixel[:3]) for row in pdf[0].render().to_numpy() for pixel in row}
    assert (0x56, 0x34, 0x12) in colours


def test_equal_pages_give_equal_files() -> None:
    page = fill(contents(example.ungraded()), "paper")
    assert render_pdf(page) == render_pdf(page)


def test_nothing_but_the_result_is_attached_to_a_hostile_report(broken_files: ReportFiles) -> None:
    raw = _unpacked(broken_files)
    with pdfium.PdfDocument(broken_files.pdf) as opened:
        assert [opened.get_attachment(i).get_name() for i in range(opened.count_attachments())] == [
            "result.json",
            "result.seal.json",
        ]
    assert b"/JavaScript" not in raw
    assert b"/URI" not in raw


def test_missing_pango_is_reported_with_the_line_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_import = builtins.__import__

    def no_pango(name: str, *rest: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real_import(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", no_pango)
    with pytest.raises(ReportError, match="libpango") as caught:
        render_pdf(EMPTY)
    assert "apt-get install" in caught.value.hint


def test_garbage_collection_is_as_it_was_afterwards() -> None:
    assert gc.isenabled()
    with pytest.raises(ReportError):
        render_pdf(EMPTY.format('<img alt="x" src="file:///etc/hostname">'))
    assert gc.isenabled()
    gc.disable()
    try:
        render_pdf(EMPTY.format(""))
        assert not gc.isenabled()
    finally:
        gc.enable()
