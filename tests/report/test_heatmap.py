import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import heatdrawing
from grader.report.heatmap import SHADES, heat_map, shade
from grader.report.plots import INK
from grader.resources import templates_dir

from . import example


def _luminance(colour: str) -> float:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("level", "fill"), list(enumerate(heatdrawing.FILLS)))
def test_counts_are_legible_on_every_shade(level: int, fill: str) -> None:
    ink = "#ffffff" if level >= heatdrawing.FIRST_DARK else INK
    assert _contrast(ink, fill) >= 4.5


def test_shades_darken_in_grey_too() -> None:
    grey = [_luminance(fill) for fill in heatdrawing.FILLS]
    assert grey == sorted(grey, reverse=True)
    assert len(heatdrawing.FILLS) == SHADES


def test_screen_and_paper_use_the_same_shades() -> None:
    css = (templates_dir() / "report.css").read_text(encoding="utf-8")
    for level, fill in enumerate(heatdrawing.FILLS):
        assert re.search(rf"\.s{level} {{ background: {fill}", css)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_more_is_never_lighter(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= shade(low, 1000) <= shade(high, 1000) < SHADES


def test_rows_keep_their_totals_and_labels() -> None:
    matrix = heat_map(example.confusion("NetLin"), [], example.CLASSES)
    assert [row.total for row in matrix.rows] == ["1,000"] * 10
    assert (matrix.rows[6].label.kana, matrix.rows[6].label.roman) == ("ま", "ma")
    assert matrix.rows[6].cells[2].count == "146"
    assert matrix.rows[6].cells[6].right
    assert matrix.rows[0].recall == "76%"


def test_choices_that_are_no_class_get_a_column_of_their_own() -> None:
    matrix = heat_map([[3, 1], [0, 2]], [0, 2], [])
    assert [column.roman for column in matrix.columns] == ["0", "1", "other"]
    assert [cell.count for cell in matrix.rows[1].cells] == ["0", "2", "2"]
    assert matrix.rows[1].total == "4"
    assert matrix.rows[1].recall == "50%"


def test_a_class_without_images_has_no_share() -> None:
    matrix = heat_map([[0, 0], [0, 1]], [], [])
    assert matrix.rows[0].recall == "–"
    assert matrix.rows[0].cells[0].shade == 0


def test_the_drawing_describes_itself() -> None:
    matrix = heat_map(example.confusion("NetConv"), [], example.CLASSES)
    drawing = heatdrawing.draw("NetConv", matrix)
    assert "o 94%, ki 94%, su 88%" in drawing.shades.description
    assert "<text" not in drawing.shades.content


def test_every_count_stands_once_in_its_column() -> None:
    matrix = heat_map(example.confusion("NetLin"), [], example.CLASSES)
    dark, white = heatdrawing.draw("NetLin", matrix).lines[-2:]
    assert (dark.css_class, white.css_class) == ("counts", "counts white")
    width, total = heatdrawing.CHARACTERS, heatdrawing.SUM_CHARACTERS
    start = len(dark.lines[0]) - total - 10 * width
    for row, line, over in zip(matrix.rows, dark.lines[1:], white.lines, strict=True):
        assert (line[:start].strip(), line[-total:].strip()) == (row.label.roman, row.total)
        for column, cell in enumerate(row.cells):
            spans = [
                counts[column * width : (column + 1) * width].strip()
                for counts in (line[start:-total], over)
            ]
            assert sorted(spans) == sorted(["", cell.count])
            assert bool(spans[1]) is (cell.shade >= heatdrawing.FIRST_DARK)


def test_long_counts_get_more_room_in_smaller_type() -> None:
    short, long = ([[count] * 10 for _ in range(10)] for count in (1, 12345))
    (small, size), (wide, smaller) = (
        (block.lines[1], block.size)
        for counts in (short, long)
        for block in heatdrawing.draw("Net", heat_map(counts, [], [])).lines[-2:-1]
    )
    assert wide.count("12345 ") == 10
    assert len(wide) > len(small)
    assert smaller < size


def test_few_columns_are_no_reason_for_large_type() -> None:
    matrix = heat_map([[3, 0], [1, 2]], [], [])
    assert heatdrawing.draw("Net", matrix).lines[-1].size <= heatdrawing.LARGEST
