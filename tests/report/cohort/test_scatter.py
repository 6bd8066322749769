import re

import pytest

from grader.report.cohort.plots import Point
from grader.report.cohort.scatter import accuracy_scatter
from grader.results import ThresholdInfo

FLOOR = ThresholdInfo(low=84.0, high=None, source="")


def _texts(content: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", content)


def test_it_says_in_words_what_it_shows() -> None:
    points = [Point(7850, 84.2, True, False), Point(119260, 83.0, False, True)]
    assert accuracy_scatter("NetFull", "s", points, FLOOR).description == (
        "Test accuracy of NetFull against its number of independent parameters, 7,850 to 119,260: "
        "1 of 2 networks met what was asked for."
    )


@pytest.mark.parametrize("sizes", [(1, 2), (7840, 7850), (10, 10**9), (3, 10**15)])
def test_every_axis_has_at_least_two_round_figures(sizes: tuple[int, int]) -> None:
    points = [Point(size, 84.2, True, False) for size in sizes]
    texts = _texts(accuracy_scatter("N", "s", points, FLOOR).content)
    figures = [t for t in texts[: texts.index("independent parameters")] if t.strip()]
    assert 2 <= len(figures) <= 20
    assert all(re.fullmatch(r"[125][0,]*M?", figure) for figure in figures)


def test_students_at_one_place_share_a_mark_with_their_number() -> None:
    points = [Point(7850, 84.2, True, False)] * 80 + [Point(7840, 84.2, True, False)] * 6
    content = accuracy_scatter("N", "s", points, FLOOR).content
    assert "80" in _texts(content)
    assert "6" not in _texts(content), "it would stand on the other number"
    assert content.count("<use") < 40


def test_every_kind_has_a_mark_of_its_own_whatever_its_colour() -> None:
    outlines = set()
    for met in (True, False):
        for early in (True, False):
            content = accuracy_scatter("N", "s", [Point(10, 84.2, met, early)], FLOOR).content
            marks = content[content.index("PathCollection_1") :]
            outline = re.search(r'<path id="[^"]*" d="([^"]*)"', marks)
            assert outline
            outlines.add((outline[1], "fill: #ffffff" in marks))
    assert len(outlines) == 4
    assert len({outline for outline, _ in outlines}) == 2


def test_it_is_the_same_every_time_in_any_order() -> None:
    points = [Point(1000 + 37 * i, 80 + i / 7, i > 28, i % 2 == 0) for i in range(60)]
    drawn = accuracy_scatter("N", "s", points, FLOOR)
    assert drawn == accuracy_scatter("N", "s", points[::-1], FLOOR)
    assert "http" not in drawn.content


@pytest.mark.parametrize(("largest", "anchor"), [(410_000, "end"), (700_000, "middle")])
def test_a_label_at_the_edge_of_the_drawing_is_not_cut(largest: int, anchor: str) -> None:
    points = [Point(size, 84.2, True, False) for size in (24_000, largest)]
    content = accuracy_scatter("N", "s", points, FLOOR).content
    (label,) = re.findall(r"<text ([^>]*)>500,000</text>", content)
    assert f"text-anchor: {anchor}" in label


def test_millions_are_short_enough_to_stand_side_by_side() -> None:
    points = [Point(size, 84.2, True, False) for size in (2_400, 9_600_000)]
    texts = _texts(accuracy_scatter("N", "s", points, FLOOR).content)
    assert {"10,000", "100,000", "1M", "10M"} <= set(texts)
