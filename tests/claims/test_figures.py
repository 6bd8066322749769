"""Which question each picture of a report belongs to, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.claims.document import Document, Picture
from grader.claims.figures import MOST, QUESTIONS, find_figures
from grader.claims.found import ShownPicture
from tests.claims.written import document


def report(*blocks: str, kind: str = "pdf") -> Document:
    """Lines, and pictures where a block is "[look]": on a PDF's page 100 points high, or inline."""
    lines: list[str] = []
    pictures = []
    for block in blocks:
        if not block.startswith("["):
            lines.append(block)
            continue
        top = 40.0 + 14 * len(lines)
        paged = kind == "pdf"
        pictures.append(
            Picture.model_validate(
                {
                    "box": (60.0, top, 300.0, top + 98) if paged else None,
                    "width": 400,
                    "height": 300,
                    "state": "drawing",
                    "look": block.strip("[]"),
                    "after": -1 if paged else len([line for line in lines if line]),
                }
            )
        )
        lines += [""] * 7
    made = document(lines)
    page = made.pages[0].model_copy(update={"pictures": pictures})
    if kind != "pdf":
        plain = [line.model_copy(update={"box": None}) for line in page.lines]
        page = page.model_copy(update={"width": 0.0, "height": 0.0, "lines": plain})
    return made.model_copy(update={"pages": [page], "kind": kind})


def found(*blocks: str, kind: str = "pdf") -> list[ShownPicture]:
    return find_figures(report(*blocks, kind=kind))[0]


def told(*blocks: str, kind: str = "pdf") -> list[tuple[str, bool]]:
    return [(picture.question, picture.certain) for picture in found(*blocks, kind=kind)]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_heading_and_file_name_leave_no_doubt(kind: str) -> None:
    (picture,) = found("3.1 SRN", "[states]", "anb2n_srn2_01.jpg", kind=kind)
    assert (picture.question, picture.certain, picture.name) == ("3.1", True, "anb2n_srn2_01")
    assert picture.caption == "anb2n_srn2_01.jpg"
    assert picture.because == "heading 3.1 and file name anb2n_srn2_01"
    assert picture.page == (1 if kind == "pdf" else 0)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_every_picture_belongs_to_the_heading_above_it(kind: str) -> None:
    blocks = [
        *("2.1 Trained", "[regions]", "hid_5_1.jpg", "[regions]", "out_5.jpg"),
        *("2.3 Rescaled", "[regions]", "3.1 SRN", "[states]", "3.2 Machine", "[drawing]"),
        *("3.3 How", "Some words.", "3.4 LSTM", "[states]", "3.5 Analysis", "[states]"),
    ]
    expected = ["2.1", "2.1", "2.3", "3.1", "3.2", "3.4", "3.5"]
    assert told(*blocks, kind=kind) == [(question, True) for question in expected]


def test_a_caption_tells_where_headings_are_missing() -> None:
    assert told("[states]", "anb2nc3n_lstm3_02.png") == [("3.4", True)]
    assert told("[regions]", "hid_4_3") == [("2.3", True)]
    assert told("[drawing]", "Figure 2: the finite state machine") == [("3.2", True)]
    assert told("[states]", "Figure 3: hidden units of the LSTM") == [("3.4", True)]


def test_a_machine_under_3_1_is_the_answer_to_3_2() -> None:
    blocks = ("3.1 SRN", "[states]", "the plot", "[drawing]", "the state machine")
    assert told(*blocks) == [("3.1", True), ("3.2", True)]
    assert told("3.1 SRN", "[states]", "Plot", "[drawing]") == [("3.1", True), ("3.2", False)]


def test_what_does_not_look_like_what_is_asked_is_uncertain() -> None:
    (plot,) = found("3.2 Machine", "[states]")
    assert (plot.question, plot.certain) == ("3.2", False)
    assert plot.because == "under 3.2, but it looks like a plot"
    (other,) = found("2.1 Trained", "[drawing]")
    assert (other.question, other.certain) == ("2.1", False)
    assert other.because == "under 2.1, but it does not look like the plot asked for"


def test_without_headings_coloured_states_are_guessed_and_said_to_be() -> None:
    (picture,) = found("Some words", "", "", "", "[states]")
    assert (picture.question, picture.certain) == ("3.1", False)
    assert "no heading and no caption" in picture.because


def test_a_file_of_another_part_than_the_heading_is_uncertain() -> None:
    assert told("1.4 Discussion", "[states]", "anb2n_srn2_01.jpg") == [("3.1", False)]


def test_pictures_of_other_questions_are_left_out() -> None:
    assert found("1.1 NetLin", "[drawing]", "2.2 By hand", "[drawing]") == []


def test_one_caption_belongs_to_one_picture() -> None:
    first, second = found("3.1 SRN", "[states]", "anb2n_srn2_01.jpg", "[states]")
    assert (first.name, second.name, second.caption) == ("anb2n_srn2_01", "", "")


def test_pictures_are_cut_whole_and_small() -> None:
    made = report("3.1 SRN", "[states]", "3.4 LSTM", "[states]")
    figures, whole = find_figures(made)
    assert list(whole.places) == [figure.picture for figure in figures] == ["figure0", "figure1"]
    page, index, box = whole.places["figure0"]
    assert (page, index, box) == (0, -1, made.pages[0].pictures[0].box)
    assert whole.widest == {"figure0": 520, "figure1": 360}
    _, inline = find_figures(report("3.1 SRN", "[states]", kind="docx"))
    assert inline.places["figure0"] == (0, 0, (0.0, 0.0, 400.0, 300.0))


def test_a_plot_that_is_drawn_counts_unless_it_lies_on_a_picture() -> None:
    made = report("3.1 SRN", "[states]")
    page = made.pages[0]
    image = page.pictures[0]
    assert image.box is not None
    below = image.model_copy(update={"box": (60.0, 300.0, 300.0, 500.0)})
    pages = [page.model_copy(update={"drawn": [image, below]})]
    figures, whole = find_figures(made.model_copy(update={"pages": pages}))
    assert [figure.question for figure in figures] == ["3.1", "3.1"]
    assert whole.places["figure1"] == (0, -1, below.box)


@given(
    st.lists(
        st.sampled_from(
            ["[states]", "[regions]", "[drawing]", "[]", "3.1 SRN", "3.4", "words", "hid_9_1.jpg"]
        ),
        max_size=40,
    ),
    st.sampled_from(["pdf", "docx"]),
)
def test_whatever_a_report_shows_is_bounded_and_told_once(blocks: list[str], kind: str) -> None:
    figures, whole = find_figures(report(*blocks, kind=kind))
    assert len(figures) <= MOST
    assert {figure.question for figure in figures} <= set(QUESTIONS)
    assert [figure.picture for figure in figures] == list(whole.places) == list(whole.widest)
    assert all(figure.because for figure in figures)
