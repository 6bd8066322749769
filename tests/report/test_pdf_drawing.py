"""Our own way of drawing against WeasyPrint's, as pictures."""

from base64 import b64decode, b64encode
from itertools import pairwise
from unittest.mock import MagicMock

import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import pdf
from grader.report.page import style_sheet
from grader.report.pdf_drawing import ADDRESS, PdfDrawing, drawings

PAGE = (
    '<html lang="en"><head><title>t</title></head><body>'
    '<p><img alt="x" src="data:image/svg+xml;base64,{}" /></p></body></html>'
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40">{}</svg>'
NUMBERS = st.integers(-400, 400).map(lambda tenths: tenths / 10)


def page_of(content: str) -> str:
    return PAGE.format(b64encode(SVG.format(content).encode()).decode())


def drawn(content: str) -> PdfDrawing | None:
    return next(iter(drawings(page_of(content)).values()), None)


def path(data: str) -> list[str]:
    found = drawn(f'<path d="{data}" fill="#123"/>')
    assert found is not None
    return found.operators.decode().splitlines()[3:-3]  # without what stands around it


def picture(page: str) -> np.ndarray:
    """The first page, grey, 4 pixels a point."""
    with pdfium.PdfDocument(pdf.render_pdf(page, style_sheet())) as document:
        shown = document[0].render(scale=4, grayscale=True).to_numpy()
    return np.asarray(shown, int).squeeze()


def differing(page: str, monkeypatch: pytest.MonkeyPatch) -> float:
    """Of the pixels that are dark in either picture, the share that is not so in both."""
    ours = picture(page)
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "drawings", lambda _page: {})
        theirs = picture(page)
    dark = (ours < 250) | (theirs < 250)
    assert dark.any()
    return float((np.abs(ours - theirs)[dark] > 100).mean())


@pytest.mark.parametrize(
    "content",
    [
        '<path d="M5 5h30v20H5z" fill="#8cb0cd" stroke="#16202b" stroke-width="1.5"/>',
        '<path d="M5 5L50 35M50 5L5 35" stroke="#a33a00" stroke-dasharray="5 2.5"/>',
        '<path d="M5 20Q30 -10 50 20z" fill="none" stroke="#000" stroke-linejoin="round"/>',
        '<path d="M9 9h0M29 9h0" stroke="#000" stroke-width="6" stroke-linecap="round"/>',
        '<path d="M9 9h.1" stroke="#000" stroke-width="6" stroke-linecap="square"/>',
        '<path d="M10 10m-4 4h8l-4-8z" fill="#000"/>',
        '<path d="M5 5L9 30L13 5" fill="none" stroke="#000" stroke-width="4"/>',
        '<rect x="5" y="6" width="40" height="25" rx="8" fill="#fff" stroke="#000"/>',
        '<rect x="5" y="6" width="40" height="25"/>',
        '<rect x="-20" y="-20" width="100" height="30" fill="#333"/>',
        '<text x="4" y="20" font-family="Report Sans" font-size="12" fill="#16202b">a_g 10%</text>',
        '<text x="4" y="20" font-family="Report Sans, serif" font-weight="600">B</text>',
        '<g font-family="Report Sans" font-size="12" fill="#000"><text x="4" y="20">x</text></g>',
        '<g transform="translate(20 35)rotate(-90)"><rect width="30" height="9"/></g>',
        '<g fill="#a00" transform="translate(20 10)"><path d="M0 0h9v9"/></g><path d="M1 1h3v3"/>',
    ],
)
def test_a_drawing_looks_as_weasyprint_draws_it(
    content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drawn(content) is not None
    assert differing(page_of(content), monkeypatch) < 0.05  # its round corners are not quite


def test_all_drawings_of_a_report_but_pictures_within_them_are_drawn_so(any_page: str) -> None:
    inside = {data for _, data in ADDRESS.findall(any_page)}
    pictures = {data for data in inside if b"<image" in b64decode(data)}
    ours = {address.partition(",")[2] for address in drawings(any_page)}
    assert ours == inside - pictures


@pytest.mark.parametrize(
    "content",
    [
        '<circle cx="9" cy="9" r="3"/>',
        '<image href="file:///etc/hostname" width="9" height="9"/>',
        '<path d="M5 5A9 9 0 0 1 20 20"/>',
        '<path d="M5 5L9"/>',
        '<path d="M5 5,L9 9L"/>',
        '<path d="5 5L9 9"/>',
        '<path d="M5 5z9"/>',
        '<path d="M5 5h9" stroke="red"/>',
        '<path d="M5 5h9" stroke="#000" opacity=".5"/>',
        '<path d="M5 5h9" stroke="#000" stroke-linecap="flat"/>',
        "<path/>",
        '<rect x="1%" width="9" height="9"/>',
        '<g transform="scale(2)"><rect width="9" height="9"/></g>',
        '<text x="4" y="20" font-family="serif">a</text>',
        '<text x="4" y="20" font-family="Report Sans">お</text>',
        '<text x="4 9" y="20" font-family="Report Sans">ab</text>',
        '<text x="4" y="20" font-family="Report Sans">a<tspan>b</tspan></text>',
        '<text x="4" y="20" text-anchor="end" font-family="Report Sans">ab</text>',
    ],
)
def test_what_needs_more_of_svg_is_left_to_weasyprint(content: str) -> None:
    assert drawn(content) is None


def test_a_drawing_keeps_its_shape_and_stands_in_the_middle() -> None:
    stream = MagicMock()
    found = drawn('<path d="M5 5h9" stroke="#000"/>')
    assert found is not None
    assert found.get_intrinsic_size(1, 16) == (60, 40, 1.5)
    found.draw(stream, 120, 100, None)
    stream.transform.assert_called_once_with(a=2, d=2, e=0, f=10)
    stream.stream.append.assert_called_once_with(found.operators)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=8))
def test_distances_lead_where_places_do(places: list[tuple[float, float]]) -> None:
    ends = path("M" + "L".join(f"{x:g} {y:g}" for x, y in places) + "z")
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(places)]
    x, y = places[0]
    assert close(path(f"M{x:g} {y:g}" + "".join(f"l{a:g} {b:g}" for a, b in steps) + "z"), ends)
    bends = path(f"M{x:g} {y:g}" + "".join(f"h{a:g}v{b:g}" for a, b in steps) + "z")
    assert close([*bends[:1], *bends[2::2], "h"], ends)


def close(one: list[str], other: list[str]) -> bool:
    """Whether both draw the same, to a hundredth."""
    flat = [[word for line in lines for word in line.split()] for lines in (one, other)]
    return len(flat[0]) == len(flat[1]) and all(
        a == b if a.isalpha() else abs(float(a) - float(b)) < 0.01
        for a, b in zip(*flat, strict=True)
    )
