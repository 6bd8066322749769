import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import heatmap, text


def test_examples_in_docstrings_hold() -> None:
    for module in (text, heatmap):
        result = doctest.testmod(module)
        assert result.attempted > 0
        assert result.failed == 0


@given(st.text(st.characters(exclude_categories=())))
def test_cleaned_text_can_be_written_and_holds_no_control(said: str) -> None:
    cleaned = text.clean(said)
    cleaned.encode("utf-8")
    assert not text.BIDI_CONTROLS & set(cleaned)
    assert all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in cleaned)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_harmless_text_is_left_alone(said: str) -> None:
    assert text.clean(said) == said


@given(st.text(), st.integers(1, 50))
def test_clipping_keeps_the_beginning_and_counts_the_rest(said: str, limit: int) -> None:
    clipped = text.clip(said, limit)
    if len(said) <= limit:
        assert clipped == said
    else:
        assert said.startswith(clipped[: clipped.index(" … ")])
        assert f"({len(said) - limit:,} more characters" in clipped
    assert len(text.shorten(said, limit)) <= limit


def test_missing_lines_are_counted() -> None:
    assert text.clip_lines(["a", "b", "c"], 2, 9) == ["a", "b", "… 1 more lines in result.json"]
    assert text.clip_lines(["a", "b"], 2, 9) == ["a", "b"]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("784 x 10 + 10 = 7850", "784 × 10 + 10 = 7850"),
        ("2 x1 - 3 x2 + 0.5 = 0", "2 x₁ − 3 x₂ + 0.5 = 0"),
        ("-x1 + x2 = 0", "−x₁ + x₂ = 0"),
        ("2x1 + x2 >= 1", "2x₁ + x₂ ≥ 1"),
    ],
)
def test_formulas_get_proper_signs(formula: str, said: str) -> None:
    assert text.mathematical(formula) == said


def test_marks_read_as_english() -> None:
    assert text.marks(1) == "1 mark"
    assert text.marks(0.25) == "0.25 marks"
    assert text.count(1, "epoch") == "1 epoch"
    assert text.count(1200, "epoch") == "1,200 epochs"
