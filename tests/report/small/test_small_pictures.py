"""Small plots, read back from their SVG."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colormaps
from matplotlib.colors import to_hex

from grader.report.figures import Figure
from grader.report.small.colours import jet
from grader.report.small.machine import small_machine
from grader.report.small.plane import small_plane
from grader.report.small.points import marks
from grader.report.small.space import small_space
from grader.report.small.watch import small_watch
from grader.report.strokes import Frame, arrows, dots, number
from reference.recurrent.study import Point, Study
from reference.recurrent.trained import record


def srn() -> Study:
    return record("anb2n").study


def lstm() -> Study:
    return record("anb2nc3n").study


def drawn(figure: Figure) -> ET.Element:
    return ET.fromstring(f"<svg>{figure.content}</svg>")


def words(figure: Figure) -> list[str]:
    return [found.text or "" for found in drawn(figure).iter("text")]


def places(figure: Figure) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    found = [
        (float(x), float(y))
        for shape in drawn(figure).iter("path")
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", shape.get("d", ""))
    ]
    return np.array(found)


@given(st.integers(0, 48))
def test_colours_are_those_of_the_course_s_colour_map(twelfths: int) -> None:
    ours, theirs = jet(twelfths / 12), to_hex(colormaps["jet"](twelfths / 48))
    for at in (1, 3, 5):  # matplotlib's map has 256 steps
        assert abs(int(ours[at : at + 2], 16) - int(theirs[at : at + 2], 16)) <= 4


@given(st.floats(-1e4, 1e4))
def test_a_number_is_a_tenth_of_a_point(value: float) -> None:
    written = number(value)
    assert abs(float(written) - value) <= 0.0501
    assert "e" not in written
    assert len(written.partition(".")[2]) <= 1
    assert written != "-0"


def test_all_dots_of_a_colour_are_one_path_without_length() -> None:
    made = dots([np.array([i, 2 * i]) for i in range(50)], 3, "#123456")
    assert made.count("<path") == 1
    assert made.count("h0") == 50
    assert 'stroke-linecap="round"' in made


def test_a_frame_puts_values_where_they_belong() -> None:
    frame = Frame(10, 5, 100, 50, (0, -1), (2, 1))
    values = np.array([[0, -1], [2, 1], [1, 0]], float)
    assert frame.places(values).tolist() == [[10, 55], [110, 5], [60, 30]]


def test_an_arrow_keeps_away_from_its_ends_and_bends() -> None:
    start, end = np.zeros(2), np.array([20.0, 0.0])
    paths, (middle,) = arrows([(start, end, 0.5)], 3, "#000")
    assert middle.tolist() == [10, -5]
    assert paths.count("<path") == 2
    assert "M0 0" not in paths
    assert arrows([], 3, "#000") == ("", [])


def test_marks_that_lie_on_each_other_are_drawn_once() -> None:
    points = [Point((0.0, 0.0), (), symbol, 1.0, None) for symbol in "AAABC"]
    at = np.array([[5, 5], [5, 5], [50, 50], [5, 5], [5, 5]], float)
    made = marks(points, at, "ABC")
    assert made.count("h0") == 2 * 2  # two discs, each on a dark one
    assert made.count("<path") == 2 * 3


def test_a_plane_has_the_start_every_state_and_labelled_arrows() -> None:
    figure = small_plane(srn(), 0, 1, 240, 170)
    machine = srn().machine
    assert machine is not None
    said = words(figure)
    assert set(machine.names) <= set(said)
    assert {"A", "B", "hidden unit 1", "hidden unit 2"} <= set(said)
    assert 'fill="#fff" stroke="#16202b"' in figure.content, "the star at the start"


def test_many_clusters_are_not_named() -> None:
    assert set(words(small_plane(lstm(), 0, 2, 120, 110))) == {"hidden unit 1", "hidden unit 3"}


def test_a_network_that_is_no_machine_is_drawn_as_points() -> None:
    figure = small_plane(replace(srn(), machine=None), 0, 1, 120, 110)
    assert set(words(figure)) == {"hidden unit 1", "hidden unit 2"}


def test_a_machine_names_every_state_and_marks_the_start_twice() -> None:
    machine = srn().machine
    assert machine is not None
    figure = small_machine(srn(), machine, 240)
    said = words(figure)
    assert said[: len(machine.names)] == list(machine.names)
    assert said.count("A") == 4
    assert said.count("B") == len(machine.arrows) - 4
    circles = [p.get("d", "").count("h0") for p in drawn(figure).iter("path")]
    assert sorted(count for count in circles if count) == [1, 1, 12, 12]


def test_a_watch_shows_context_units_of_an_lstm_and_hidden_ones_of_an_srn() -> None:
    for known, name in ((srn(), "hidden units"), (lstm(), "context units")):
        said = words(small_watch(known, 240, 90))
        assert name in said
        assert [f"unit {unit + 1}" for unit in range(known.units)] == [
            word for word in said if word.startswith("unit ")
        ]
        runs = re.findall(r"(\d*)([ABC])(?= |$)", " ".join(said))
        read = "".join(symbol * int(count or 1) for count, symbol in runs)
        assert read == known.trace.text


def test_nothing_leaves_its_picture() -> None:
    machine = srn().machine
    assert machine is not None
    figures = [
        small_plane(srn(), 0, 1, 240, 170),
        small_plane(lstm(), 1, 2, 120, 110),
        small_machine(srn(), machine, 240),
        small_watch(srn(), 240, 90),
        small_watch(lstm(), 240, 90),
        small_space(lstm(), 120, 105),
    ]
    for figure in figures:
        found = places(figure)
        assert len(found) > 20
        assert found.min() >= 0, figure.description
        assert (found <= np.array(figure.view_box)).all(), figure.description


def test_three_units_in_space_keep_their_box_and_their_names() -> None:
    figure = small_space(lstm(), 120, 105)
    assert words(figure) == ["unit 1", "unit 2", "unit 3"]
    box = next(drawn(figure).iter("path")).get("d", "")
    assert box.count("M") == 12
