"""Required pictures: given where they stand, missing only where nothing can be them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.claims.document import Picture
from grader.claims.find import find_claims
from grader.claims.found import ShownPicture
from grader.claims.judge_pictures import REQUIRED, judge_pictures
from grader.claims.verdicts import Claim

from .sample_facts import facts
from .written import CLASSES, COUNTS, POINTS, document, found_in

HEADINGS = ["1.1 NetLin", "1.4 Discussion", "2.1", "2.2 By hand", "2.3", "3.1 SRN", "3.4 LSTM"]


def judged(
    lines: Sequence[str], shown: Mapping[str, int], *, loose: bool = False, drawings: int = 0
) -> dict[str, Claim]:
    found = found_in(["z5567992", *lines])
    found = found.model_copy(update={"shown": dict(shown), "drawings": drawings})
    known = replace(facts(), loose_pictures=loose)
    return {claim.question: claim for claim in judge_pictures(found, known)}


def test_enough_pictures_under_a_question_are_there() -> None:
    claims = judged(HEADINGS, {"2.1": 6, "2.3": 5, "3.1": 2, "3.4": 3})
    assert {claim.verdict for claim in claims.values()} == {"confirmed"}


def test_a_question_that_runs_into_one_without_a_heading_is_left_to_a_person() -> None:
    claims = judged(["2.1", "3.1"], {"2.1": 6, "3.1": 1})
    assert (claims["2.1"].verdict, claims["2.1"].certain) == ("not reproducible", False)
    named = [f"hid_5_{node}.jpg" for node in range(1, 6)]
    assert judged(["2.1", *named, "out_5.jpg"], {"2.1": 6})["2.1"].verdict == "confirmed"


def test_what_nothing_in_the_report_speaks_of_is_absent() -> None:
    claims = judged(["1.1 NetLin", "2.2 Weights by hand", "3.1 SRN"], {"2.2": 1, "3.1": 2})
    assert [claims[q].verdict for q in ("2.1", "2.3")] == ["absent", "absent"]
    assert {claim.verdict for claim in judged(HEADINGS, {}).values()} == {"absent"}


@pytest.mark.parametrize(
    ("question", "lines", "shown"),
    [
        ("2.1", ["1.4 Discussion", "Training"], {"1.4": 6}),
        ("2.1", ["2.1"], {"2.1": 1}),
        ("2.1", ["2.1 see the appendix", "3.1 SRN"], {"3.1": 8}),
        ("2.1", ["3.5 Analysis", "hid_5_1.jpg"], {"3.5": 6}),
        ("2.1", ["2.2 By hand", "The network with five hidden nodes"], {"2.2": 1}),
        ("2.1", ["Part 2", "The plots"], {"": 1}),
        ("2.3", ["2.2 By hand"], {"2.2": 2}),
        ("2.3", ["2.3 Weights times 10"], {"3.1": 1}),
        ("2.3", ["2.2 By hand", "then multiplied by ten"], {"2.2": 1}),
    ],
)
def test_where_a_picture_may_be_meant_it_is_not_absent(
    question: str, lines: list[str], shown: dict[str, int]
) -> None:
    claim = judged(lines, shown)[question]
    assert (claim.verdict, claim.certain) == ("not reproducible", False)


def without_places(after: Sequence[int]) -> dict[str, int]:
    """Pictures a question in a document without places that has a heading on each line."""
    page = document(HEADINGS).pages[0]
    lines = [line.model_copy(update={"box": None}) for line in page.lines]
    pictures = [
        Picture(box=None, width=90, height=90, state="drawing", after=number) for number in after
    ]
    changes = {"width": 0.0, "height": 0.0, "lines": lines, "pictures": pictures}
    whole = document([]).model_copy(update={"pages": [page.model_copy(update=changes)]})
    found, _ = find_claims(whole, counts=COUNTS, classes=CLASSES, points=POINTS, hidden=4)
    return found.shown


def test_in_a_document_without_places_pictures_stand_where_they_came() -> None:
    assert without_places([3, 3, 4, 7, 0]) == {"2.1": 2, "2.2": 1, "3.4": 1, "": 1}
    assert without_places([-1]) == {"": 1}


def figure(question: str, name: str = "") -> ShownPicture:
    return ShownPicture(
        question=question, name=name, page=1, look="regions", certain=True, because="", picture=""
    )


def test_captions_tell_whose_pictures_are_wherever_they_stand() -> None:
    names = [*(f"hid_5_{node}" for node in range(1, 6)), "out_5"]
    found = found_in(["z5567992", "3.5 Analysis", *names])
    shown = {"shown": {"3.5": 6}, "figures": [figure("2.1", name) for name in names]}
    claims = judge_pictures(found.model_copy(update=shown), facts())
    assert next(claims).verdict == "confirmed"
    some = {"shown": {"3.5": 2}, "figures": [figure("2.1"), figure("2.1")]}
    plain = found_in(["z5567992", "3.5 Analysis"]).model_copy(update=some)
    assert next(judge_pictures(plain, facts())).verdict == "not reproducible"


def test_pictures_beside_the_report_or_drawn_into_it_may_be_the_ones() -> None:
    for claims in (judged(HEADINGS, {}, loose=True), judged(HEADINGS, {}, drawings=1)):
        assert {claim.verdict for claim in claims.values()} == {"not reproducible"}


@given(
    headings=st.lists(st.sampled_from(HEADINGS), unique=True),
    under=st.dictionaries(
        st.sampled_from(["", "1.1", "1.4", "2.1", "2.2", "2.3", "3.1", "3.4"]),
        st.integers(1, 12),
    ),
    words=st.sampled_from(["", "hid_5_1", "out_4", "sigmoid", "LSTM", "the SRN"]),
)
def test_a_named_picture_is_never_said_to_be_missing_beside_others(
    headings: list[str], under: dict[str, int], words: str
) -> None:
    claims = judged([*sorted(headings), words], under)
    for required in REQUIRED:
        claim = claims[required.question]
        count = under.get(required.question, 0)
        if claim.verdict == "absent":
            assert count == 0
            assert not under or required.question not in [h[:3] for h in headings]
            assert not under.get("")
        if claim.verdict == "confirmed":
            assert count >= required.least
