import re

from grader.claims.found import Place
from grader.claims.verdicts import ReportClaims
from grader.report import claims, render_html

from . import claims_example, example


def test_what_a_person_must_see_comes_first() -> None:
    said = claims.view(example.sample())
    assert said is not None
    assert [claim.word for claim in said.attention] == [
        "contradicted",
        "not reproducible",
        "absent",
    ]
    assert [claim.title for claim in said.agreed] == ["Confusion matrix of NetLin"]
    assert said.standing == "1 contradicted · 1 not reproducible · 1 absent · 1 confirmed"


def test_what_agrees_and_is_not_in_order_is_to_be_looked_at() -> None:
    first, *others = claims_example.of_sample().claims
    cautious = first.model_copy(update={"caution": "check.py holds the weights before rescaling"})
    said = ReportClaims(kind="pdf", claims=[cautious, *others])
    shown = claims.view(example.sample().model_copy(update={"claims": said}))
    assert shown is not None
    assert shown.agreed == []
    assert shown.attention[-1].word == "confirmed, but check.py holds the weights before rescaling"


def test_what_cannot_be_held_against_a_figure_of_ours_is_a_line_on_paper() -> None:
    seen = Place(page=1, words="Accuracy: 6950/10000", picture="place0")
    said = claims_example.of_sample()
    shown = [claim.model_copy(update={"place": seen}) for claim in said.claims]
    result = example.sample().model_copy(
        update={"claims": said.model_copy(update={"claims": shown})}
    )
    view = claims.view(result)
    assert view is not None
    assert [(claim.word, claim.brief, bool(claim.printed)) for claim in view.attention] == [
        ("contradicted", False, True),
        ("not reproducible", True, False),
        ("absent", False, True),
    ]
    assert all(claim.picture for claim in view.attention)  # for the page that is no paper


def test_a_claim_shows_its_place_as_a_picture_with_words_for_it() -> None:
    page = render_html(example.sample())
    assert "What your report says, and what we found" in page
    shown = re.findall(
        r'<img src="(data:image/png;base64,[^"]+)" style="width:(\d+)px" alt="([^"]+)" />', page
    )
    assert {claims_example.picture(200, 90) in data for data, _, _ in shown} == {True, False}
    assert ("128", "The report at this place: (0, 2) 0 1 0 1 0") in {
        (width, alt) for _, width, alt in shown
    }


def test_words_of_the_report_are_escaped() -> None:
    hostile = claims_example.of_sample().claims[0].model_copy(update={"said": "<script>x</script>"})
    said = ReportClaims(kind="pdf", claims=[hostile])
    page = render_html(example.sample().model_copy(update={"claims": said}))
    assert "<script>" not in page
    assert "&lt;script&gt;x" in page


def test_a_report_that_was_not_read_says_why() -> None:
    said = ReportClaims(problem="the PDF is encrypted and asks for a password")
    page = render_html(example.sample().model_copy(update={"claims": said}))
    assert "The report was not read." in page
    assert "asks for a password" in page


def test_an_assignment_without_a_report_has_no_section() -> None:
    result = example.sample().model_copy(update={"claims": ReportClaims()})
    assert claims.view(result) is None
    assert 'id="report"' not in render_html(result)
