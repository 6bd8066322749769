"""What pictures are like: made as the course's programs, terminals and sketches make them."""

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from grader.worker.reading.__main__ import cut, read
from grader.worker.reading.looks import look_of

from .made import budget, docx


def image(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=110)
    return Image.open(buffer).convert("RGB")


def axes_of(figure: Figure) -> Axes:
    axes: Axes = figure.add_subplot()
    return axes


def states(size: float = 12) -> Figure:
    figure = Figure(figsize=(4.5, 4))
    rng = np.random.default_rng(0)
    axes = axes_of(figure)
    colours = rng.integers(0, 9, 200) / 2
    x, y = rng.normal(size=(2, 200))
    axes.scatter(x, y, c=colours, cmap="jet", vmin=0, vmax=4, s=size)
    return figure


def regions() -> Figure:
    figure = Figure(figsize=(4, 4))
    axes = axes_of(figure)
    axes.imshow(np.tri(50), cmap="Wistia", extent=(-0.5, 2.5, -0.5, 2.5))
    axes.plot([0, 1, 2], [0, 1, 2], "o", color="black")
    return figure


def machine() -> Image.Image:
    made = Image.new("RGB", (500, 300), "white")
    draw = ImageDraw.Draw(made)
    for at in range(4):
        draw.ellipse((20 + 120 * at, 100, 80 + 120 * at, 160), outline="black", width=2)
        draw.line((80 + 120 * at, 130, 140 + 120 * at, 130), fill="black", width=2)
    return made


def curve() -> Figure:
    figure = Figure(figsize=(4, 3))
    axes_of(figure).plot(np.sin(np.arange(40)))
    return figure


def test_marks_in_jet_s_colours_are_states_whatever_their_size() -> None:
    for size in (4, 12, 40):
        assert look_of(image(states(size))) == "states"


def test_areas_of_two_colours_are_regions() -> None:
    assert look_of(image(regions())) == "regions"


def test_lines_and_terminals_are_drawings() -> None:
    assert look_of(machine()) == "drawing"
    assert look_of(image(curve())) == "drawing"
    assert look_of(Image.new("RGB", (300, 200), "white")) == "drawing"


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3000, 2)])
def test_any_size_has_a_look(size: tuple[int, int]) -> None:
    assert look_of(Image.new("RGB", size, "red")) in ("states", "regions", "drawing")


def test_plots_that_are_drawn_on_a_page_are_found_and_cut(tmp_path: Path) -> None:
    page = Figure(figsize=(8.27, 11.69))
    axes = page.add_axes((0.2, 0.55, 0.6, 0.35))
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 9, 60) / 2
    x, y = rng.normal(size=(2, 60))
    axes.scatter(x, y, c=colours, cmap="jet", vmin=0, vmax=4, s=12)
    table = page.add_axes((0.2, 0.1, 0.6, 0.2))
    for line in range(5):
        table.axhline(line, color="black")
    table.set_axis_off()
    path = tmp_path / "hw1.pdf"
    page.savefig(path, format="pdf")
    found = read(path, budget()).pages[0]
    assert found.pictures == []
    (drawn,) = found.drawn
    assert drawn.look == "states"
    assert drawn.box is not None
    left, top, right, bottom = drawn.box
    assert left == pytest.approx(0.2 * 595, abs=45)
    assert top == pytest.approx(0.1 * 842, abs=25)
    assert right == pytest.approx(0.8 * 595, abs=25)
    assert bottom == pytest.approx(0.45 * 842, abs=35)
    crop = {"page": 0, "picture": -1, "box": list(drawn.box), "widest": 300}
    assert cut(path, [crop], tmp_path) == [True]
    with Image.open(tmp_path / "crop0.png") as picture:
        assert max(picture.size) == pytest.approx(300, abs=2)


def test_a_picture_that_is_shown_is_light_whatever_it_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 900, 3)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    path = tmp_path / "hw1.pdf"
    path.write_bytes(buffer.getvalue())
    crop = {"page": 0, "picture": 0, "box": [0, 0, 900, 900], "widest": 520}
    assert cut(path, [crop], tmp_path) == [True]
    assert (tmp_path / "crop0.png").stat().st_size <= 40_000


def test_a_word_document_tells_between_which_lines_a_picture_stands(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    image(states()).save(buffer, "PNG")
    (tmp_path / "hw1.pdf").write_bytes(docx(["3.1 SRN", "see below"], buffer.getvalue()))
    (picture,) = read(tmp_path / "hw1.pdf", budget()).pages[0].pictures
    assert (picture.look, picture.after, picture.box) == ("states", 2, None)
