import re

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from grader.report.figures import Figure
from grader.report.lettering import SHARES, Anchor, beginning, text, texts
from grader.report.page import style_sheet
from grader.report.pdf import render_pdf

PAGE = '<html lang="en"><head><title>t</title></head><body>{}</body></html>'


def _ink(content: str) -> tuple[float, float]:
    """Where the ink of a drawing begins and ends, in its own points."""
    drawing = Figure("plot", (100, 20), "words", content).on_paper()
    page = pdfium.PdfDocument(render_pdf(PAGE.format(drawing), style_sheet()))[0]
    image: Image.Image = page.render(scale=4).to_pil()
    columns = np.flatnonzero(np.asarray(image.convert("L")).min(axis=0) < 128)
    return float(columns[0]), float(columns[-1])


def _attribute(words: str, anchor: Anchor) -> str:
    return (
        f'<text x="50" y="15" font-family="Report Sans" font-size="12" text-anchor="{anchor}">'
        f"{words}</text>"
    )


@pytest.mark.parametrize("anchor", SHARES)
@pytest.mark.parametrize("words", ["120", "test accuracy, %", "log softmax"])
def test_words_stand_where_the_attribute_would_put_them(words: str, anchor: Anchor) -> None:
    ours = _ink(text((50, 15 - 12 * 0.36), words, 12, "#000000", anchor))
    assert ours == pytest.approx(_ink(_attribute(words, anchor)), abs=2)


def test_letters_of_unknown_width_are_left_to_whoever_draws_them() -> None:
    assert beginning("お", 50, 12, "end") == 'x="50" text-anchor="end"'
    assert beginning("お", 50, 12, "start") == 'x="50"'


def test_bold_letters_are_wider() -> None:
    assert beginning("sum", 50, 12, "middle", bold=True) < beginning("sum", 50, 12, "middle")


def test_words_of_others_are_escaped() -> None:
    shown = texts([(1, 2)], ["<script>"], 6, "#000000")
    assert re.findall(r"<text[^>]*>([^<]*)</text>", shown) == ["&lt;script&gt;"]
