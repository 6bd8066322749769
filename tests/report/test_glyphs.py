"""Every sign of a PDF is one that a font holds."""

import subprocess
from types import SimpleNamespace

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import glyphs
from grader.report.glyphs import drawable, own_signs, ranges_on_this_machine
from grader.report.page import style_sheet
from grader.report.pdf import render_pdf

NO_FONT = "\U0005fff0"  # in a plane without signs
NOTHING = "<html lang='en'><title>t</title><body><p>{}</p></body></html>"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without fonts."""
    monkeypatch.setattr(glyphs, "ranges_on_this_machine", frozenset)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, déjà vu, ≥ 84% つ", "plain, déjà vu, ≥ 84% つ"),
        ("【作业】", r"\u3010\u4f5c\u4e1a\u3011"),
        ("done \U0001f389", r"done \U0001f389"),
        ("cafe\u0301", "café"),
        ("a\u3000b", "a b"),
        ("a\u200bb \u26a0\ufe0f", "a\u200bb \\u26a0\ufe0f"),
        ("", ""),
    ],
)
def test_a_sign_that_no_font_holds_is_an_escape(text: str, shown: str) -> None:
    assert drawable(text) == shown


def test_a_font_of_the_machine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "ranges_on_this_machine", lambda: frozenset({(0x4E00, 0x4FFF)}))
    assert drawable("【作业】") == r"\u3010作业\u3011"


@pytest.mark.usefixtures("bare")
@given(st.text())
def test_nothing_is_left_that_would_be_a_box(text: str) -> None:
    left = {sign for sign in drawable(text) if sign > "~"} - own_signs()
    assert all(glyphs._without_a_font(sign) == sign for sign in left)
    assert drawable(drawable(text)) == drawable(text)


@pytest.mark.usefixtures("bare")
@given(st.text(alphabet=st.characters(max_codepoint=0x7E)))
def test_plain_text_is_left_alone(text: str) -> None:
    assert drawable(text) == text


def test_fonts_that_pango_cannot_draw_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    told = b"TrueType 20-7e 4f5c\nType 1 20-7e 3010\nCFF 26a0-26a1\n\n"
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=told))
    found = ranges_on_this_machine.__wrapped__()
    assert found == {(0x20, 0x7E), (0x4F5C, 0x4F5C), (0x26A0, 0x26A1)}


def test_a_machine_that_tells_no_fonts_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "LISTED", ("no-such-program",))
    assert ranges_on_this_machine.__wrapped__() == frozenset()


def test_the_pdf_says_what_has_no_sign() -> None:
    pdf = render_pdf(NOTHING.format(f"before {NO_FONT} after"), style_sheet())
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert r"before \U0005fff0 after" in text
