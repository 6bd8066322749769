"""What a gallery says about a network, with every plot in full size."""

import re

import pytest

from grader.report.gallery_view import NetworkView, network_view
from reference.recurrent.trained import record


@pytest.fixture(scope="module")
def views() -> list[NetworkView]:
    return [network_view(record(lang).study, "a command", 1) for lang in ("anb2n", "anb2nc3n")]


def test_a_network_is_shown_with_what_made_it(views: list[NetworkView]) -> None:
    srn, lstm = views
    assert (srn.title, srn.standing) == ("a^n b^2n", "SRN, 2 hidden units")
    assert (lstm.title, lstm.standing) == ("a^n b^2n c^3n", "LSTM, 3 hidden units")
    facts = dict(srn.facts)
    assert facts["Made by"] == "a command"
    assert facts["Machine"].endswith("12 states after minimising: the same as the language's")


def test_two_units_make_one_plane_and_three_make_three_and_a_view_in_space(
    views: list[NetworkView],
) -> None:
    assert [figure.css_class for figure in views[0].pictures] == ["state-plane large"]
    assert [figure.css_class for figure in views[1].pictures] == ["state-plane"] * 3 + [
        "state-space"
    ]


def test_no_two_drawings_share_an_identifier(views: list[NetworkView]) -> None:
    content = "".join(
        figure.content
        for view in views
        for figure in [*view.pictures, view.machine, view.watch]
        if figure is not None
    )
    identifiers = re.findall(r'\bid="([^"]+)"', content)
    assert len(identifiers) == len(set(identifiers)) > 50


def test_reach_beyond_training_is_shown_n_by_n(views: list[NetworkView]) -> None:
    assert [reach.n for reach in views[0].reach] == [str(n) for n in range(1, 13)]
    assert [reach.all_right for reach in views[0].reach] == [True] * 4 + [False] * 8
