"""What a page says about Part 3; drawn once for the whole file."""

import re

import pytest

from grader.report import sequences
from grader.report.page import render_html
from grader.results import Result, SequenceResult
from grader.sequences import sequence_results
from reference.recurrent.trained import record

from . import example


def with_sequences(**found: SequenceResult) -> Result:
    return example.sample().model_copy(update={"sequences": found})


@pytest.fixture(scope="module")
def views() -> list[sequences.LanguageView]:
    return sequences.view(with_sequences(**sequence_results(["anb2n", "anb2nc3n"])))


def test_a_language_is_shown_with_what_made_its_network(
    views: list[sequences.LanguageView],
) -> None:
    srn, lstm = views
    assert (srn.title, srn.standing) == ("a^n b^2n", "SRN, 2 hidden units")
    assert (lstm.title, lstm.standing) == ("a^n b^2n c^3n", "LSTM, 3 hidden units")
    facts = dict(srn.facts)
    assert facts["Made by"] == record("anb2n").origin.command
    assert facts["Machine"].endswith("12 states after minimising: the same as the language's")


def test_two_units_make_one_plane_and_three_make_three_and_a_view_in_space(
    views: list[sequences.LanguageView],
) -> None:
    assert [figure.css_class for figure in views[0].pictures] == ["state-plane large"]
    assert [figure.css_class for figure in views[1].pictures] == ["state-plane"] * 3 + [
        "state-space"
    ]
    assert all(view.machine is not None and view.watch is not None for view in views)


def test_no_two_drawings_share_an_identifier(views: list[sequences.LanguageView]) -> None:
    content = "".join(
        figure.content
        for view in views
        for figure in [*view.pictures, view.machine, view.watch]
        if figure is not None
    )
    identifiers = re.findall(r'\bid="([^"]+)"', content)
    assert len(identifiers) == len(set(identifiers)) > 50


def test_reach_beyond_training_is_shown_n_by_n(views: list[sequences.LanguageView]) -> None:
    assert [reach.n for reach in views[0].reach] == [str(n) for n in range(1, 13)]
    assert [reach.all_right for reach in views[0].reach] == [True] * 4 + [False] * 8


def test_the_page_holds_the_section_and_its_drawings(views: list[sequences.LanguageView]) -> None:
    page = render_html(with_sequences(**sequence_results(["anb2n", "anb2nc3n"])))
    assert page.count('id="sequences"') == 1
    for view in views:
        assert f'id="{view.anchor}"' in page
        assert view.watch is not None
        assert view.watch.content in page


def test_another_reference_than_the_one_that_graded_is_not_shown() -> None:
    stale = with_sequences(anb2n=SequenceResult(digest="0" * 64))
    (view,) = sequences.view(stale)
    assert (view.title, view.facts, view.pictures) == ("a^n b^2n", [], [])
    page = render_html(stale)
    assert "The reference network has changed since this was graded" in page


def test_a_language_nobody_knows_is_named_and_escaped() -> None:
    page = render_html(with_sequences(**{"<script>": SequenceResult(digest="")}))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_an_assignment_without_sequences_has_no_section() -> None:
    assert 'id="sequences"' not in render_html(example.sample())
