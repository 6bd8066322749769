"""What the pictures of Part 3 show, read back from what was drawn."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from reference.languages import LANGUAGES
from reference.recurrent.pictures.machine import draw_machine, layout
from reference.recurrent.pictures.plane import draw_plane
from reference.recurrent.pictures.space import ANGLES, best_angles, draw_space
from reference.recurrent.pictures.strokes import arrows, labels, marks
from reference.recurrent.pictures.watch import draw_watch
from reference.recurrent.study import Study, study
from reference.recurrent.trained import record
from tests.reference.recurrent import counters, made_up


@pytest.fixture
def figure() -> Figure:
    made = Figure(figsize=(4, 3))
    FigureCanvasAgg(made)
    return made


def shapes(figure: Figure) -> int:
    return len([artist for artist in figure.get_children() if isinstance(artist, PathPatch)])


def srn() -> Study:
    return record("anb2n").study


def test_many_marks_are_one_path(figure: Figure) -> None:
    axes = figure.add_subplot()
    marks(axes, np.random.default_rng(0).random((50, 2)), "o", 3, facecolor="red")
    assert shapes(figure) == 1
    labels(axes, [np.array([1.0, 1.0])] * 9, list("ABCDEFGHI"), 6, color="black")
    ends = [(np.zeros(2), np.array([1.0, 0.5]), 0.2)] * 7
    assert len(arrows(axes, ends, 4, color="black")) == 7
    assert shapes(figure) == 1 + 2 + 2  # plates and letters, lines and heads


def test_an_arrow_bends_to_its_side_and_keeps_away_from_its_ends(figure: Figure) -> None:
    axes = figure.add_subplot()
    (middle,) = arrows(axes, [(np.zeros(2), np.array([2.0, 0.0]), 0.5)], 0, color="black")
    assert middle.tolist() == [1.0, -0.5]
    (straight,) = arrows(axes, [(np.zeros(2), np.array([2.0, 0.0]), 0.0)], 9, color="black")
    assert straight.tolist() == [1.0, 0.0]


def test_a_plane_draws_each_state_in_its_colour(figure: Figure) -> None:
    axes = figure.add_subplot()
    draw_plane(axes, srn(), 0, 1)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("hidden unit 1", "hidden unit 2")
    colours = {
        artist.get_facecolor()
        for artist in figure.get_children()
        if isinstance(artist, PathPatch) and artist.get_zorder() == 3
    }
    assert len(colours) == len({point.colour for point in srn().points if point.symbol})
    figure.canvas.draw()


def test_a_network_that_is_no_machine_is_drawn_without_boundaries(figure: Figure) -> None:
    language = LANGUAGES["anb2n"]
    found = study(made_up.networks("lstm", 2, 2), language)
    draw_plane(figure.add_subplot(), found, 0, 1)
    figure.canvas.draw()


def test_a_counting_machine_stands_by_what_is_still_to_come() -> None:
    machine = srn().machine
    assert machine is not None
    places = dict(zip(machine.names, layout(machine).tolist(), strict=True))
    assert [places[f"{n}B"][0] for n in range(1, 8)] == list(range(1, 8))
    assert [places[name][0] for name in ("0", "A1", "A2", "A3", "A4")] == [0, 2, 4, 6, 8]
    assert len({places[f"A{n}"][1] for n in range(1, 5)} | {places["0"][1]}) == 1
    assert places["1B"][1] < places["A1"][1]


@pytest.mark.parametrize("name", ["anb2n", "anb2nc3n", "anbncn"])
def test_no_two_states_stand_in_one_place(name: str, figure: Figure) -> None:
    language = LANGUAGES[name]
    machine = study(counters.perfect(language), language).machine
    assert machine is not None
    places = layout(machine)
    assert len({tuple(place) for place in places.tolist()}) == len(machine.names)
    draw_machine(figure.add_subplot(), machine, language.alphabet)
    figure.canvas.draw()


def test_units_are_watched_and_the_gates_of_an_lstm(figure: Figure) -> None:
    draw_watch(figure, srn())
    assert [axes.get_ylabel() for axes in figure.axes] == ["hidden units"]
    lstm = Figure(figsize=(7, 4))
    draw_watch(lstm, record("anb2nc3n").study)
    names = ["context units", "hidden units", "input", "forget", "new", "output"]
    assert [axes.get_ylabel() for axes in lstm.axes] == names
    values = lstm.axes[0].lines[2].get_ydata()
    context = [row[2] for row in record("anb2nc3n").study.trace.context]
    assert np.asarray(values).tolist() == context


def test_good_angles_are_good_and_far_apart(figure: Figure) -> None:
    found = record("anb2nc3n").study
    first, second = best_angles(found, (0, 1, 2))
    assert {first, second} <= set(ANGLES)
    assert abs(first[1] - second[1]) >= 60
    draw_space(figure, found, first, (0, 1, 2))
    figure.canvas.draw()
