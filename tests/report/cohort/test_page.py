import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cohort.standing import Cohort, Standing
from grader.errors import ReportError
from grader.report.cohort.page import (
    LIMITS,
    contents,
    fill,
    render_cohort_html,
    write_cohort_report,
)
from grader.results import Flag

from .. import example
from ..pages import Reader, require_headings_that_skip_no_level
from . import cohort_example as cohorts

COHORTS = {
    "whole": cohorts.cohort,
    "official": lambda: cohorts.cohort(30, official=True, named=False, regraded=False),
    "one": lambda: cohorts.cohort(1),
    "broken": cohorts.broken,
    "empty": cohorts.empty,
}


@pytest.fixture(scope="module", params=sorted(COHORTS))
def any_cohort(request: pytest.FixtureRequest) -> Cohort:
    return COHORTS[request.param]()


@pytest.fixture(scope="module")
def any_page(any_cohort: Cohort) -> str:
    return render_cohort_html(any_cohort)


@pytest.fixture(scope="module")
def whole() -> Cohort:
    return cohorts.cohort()


@pytest.fixture(scope="module")
def page(whole: Cohort) -> str:
    return render_cohort_html(whole)


def test_equal_cohorts_give_equal_pages(any_cohort: Cohort, any_page: str) -> None:
    copy = Cohort.model_validate_json(any_cohort.model_dump_json())
    assert render_cohort_html(copy) == any_page


def test_the_page_loads_nothing_and_links_only_to_reports_beside_it(any_page: str) -> None:
    reader = Reader(any_page)
    for tag in ("script", "link", "iframe", "object", "form"):
        assert not reader.named(tag)
    addresses = [
        value or ""
        for _, attributes in reader.elements
        for name, value in attributes.items()
        if name in ("href", "src", "xlink:href", "srcset", "data", "action")
    ]
    assert addresses
    report = r"\./[\w./%~-]+/report\.html"
    assert all(re.fullmatch(rf"#[\w-]+|data:.*|{report}", address) for address in addresses)
    styles = [attributes.get("style") or "" for _, attributes in reader.elements]
    assert not any(re.search(r"url\((?!#)", style) for style in styles)


def test_no_string_of_a_student_becomes_markup() -> None:
    reader = Reader(render_cohort_html(cohorts.broken()))
    assert not reader.named("script")
    assert not any("onerror" in attributes for _, attributes in reader.elements)
    assert len(reader.named("style")) == 1
    text = "".join(reader.text)
    for said in (*example.HOSTILE[:5], "\\x1b[31mred\\x07", "\\u202egnirts"):
        assert said in text


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_fills_the_same_elements(said: str) -> None:
    def elements(text: str) -> list[str]:
        flag = Flag(severity="serious", where=text, message=text)
        student = cohorts.graded(
            text,
            name=f"n{text}",
            folder=f"f{text}",
            flags=[flag],
            checks=[cohorts.checked("ungraded", text, title=text)],
        )
        fault = Standing(student=text, status="fault", reason=f"r{text}")
        page = fill(contents(cohorts.cohort_of(student, fault)), "screen")
        return [tag for tag, _ in Reader(page).elements]

    assert elements(said) == elements("plain")


def test_headings_never_skip_a_level(any_page: str) -> None:
    require_headings_that_skip_no_level(any_page)


def test_identifiers_are_unique_and_links_inside_lead_somewhere(any_page: str) -> None:
    reader = Reader(any_page)
    identifiers = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    inside = {a["href"] or "" for a in reader.named("a") if (a["href"] or "").startswith("#")}
    assert {address[1:] for address in inside} <= set(identifiers)


def test_tables_have_captions_and_scopes_and_pictures_descriptions(any_page: str) -> None:
    reader = Reader(any_page)
    assert all("scope" in attributes for attributes in reader.named("th"))
    assert len(reader.named("table")) == len(reader.named("caption"))
    drawings = [a for tag, a in reader.elements if tag == "svg" and a.get("role") == "img"]
    assert len(drawings) == any_page.count("<title>") - 1
    assert all(attributes.get("alt") for attributes in reader.named("img"))


def test_everyone_is_on_the_page(whole: Cohort, page: str) -> None:
    text = "".join(Reader(page).text)
    assert all(standing.student in text for standing in whole.standings)
    links = {a["href"] for a in Reader(page).named("a")}
    for standing in whole.graded:
        assert f"./reports/{standing.student}/report.html" in links


@pytest.mark.parametrize(
    "said",
    [
        "Cohort of 120 students",
        "not official marks",
        "What needs a person first",
        "fault of the grader",
        "The sandbox stopped before it answered.",
        "names …% of the test images before any training",
        "The hidden layer uses relu in place of tanh.",
        "80 held the same computation",
        "What the regrade changed",
        "stopped before the last epoch",
        "Where the time went",
    ],
)
def test_the_page_says_what_was_found(page: str, said: str) -> None:
    assert said in page


def test_what_there_is_not_has_no_section_and_no_link() -> None:
    page = render_cohort_html(cohorts.empty())
    assert 'id="changes"' not in page
    assert 'id="time"' not in page
    assert {a["href"] for a in Reader(page).named("a")} == {
        f"#{part}" for part in "attention marks mistakes accuracy equal students provenance".split()
    }
    assert "Nobody is graded yet." in page


def test_names_appear_only_where_they_are_known() -> None:
    named = render_cohort_html(cohorts.cohort(30))
    nameless = render_cohort_html(cohorts.cohort(30, named=False))
    assert "Cobalt Curlew" in named or "Cobalt Heron" in named
    assert "Cobalt" not in nameless
    assert 'class="name"' in named
    assert not re.search(r'<bdi class="name"', nameless)


def test_many_names_can_be_unfolded_on_the_screen_and_are_counted_on_paper() -> None:
    same = [cohorts.graded(f"z{i}", networks={"NetLin": cohorts.trained(70)}) for i in range(50)]
    said = contents(cohorts.cohort_of(*same))
    screen, paper = fill(said, "screen"), fill(said, "paper")
    assert "<summary>and 20 more</summary>" in screen
    assert "<details" not in paper
    assert f"and {50 - LIMITS['paper']['most_names']} more in cohort.html" in paper
    assert "href=" not in paper


def test_paper_stops_where_it_would_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS["paper"], "most_students", 20)
    said = contents(cohorts.cohort(30))
    assert "10 more in cohort.html" in fill(said, "paper")
    assert "more in cohort.html" not in fill(said, "screen")


def test_both_files_are_written_and_equal_every_time(tmp_path: Path) -> None:
    cohort = cohorts.cohort(3)
    first = write_cohort_report(cohort, tmp_path / "made" / "for it")
    second = write_cohort_report(cohort, tmp_path / "again")
    assert (first.html.name, first.pdf.name) == ("cohort.html", "cohort.pdf")
    assert first.html.read_text(encoding="utf-8") == render_cohort_html(cohort)
    assert first.html.read_bytes() == second.html.read_bytes()
    assert first.pdf.read_bytes() == second.pdf.read_bytes()


def test_a_file_in_the_way_is_reported_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(ReportError, match="cannot be written") as caught:
        write_cohort_report(cohorts.empty(), tmp_path / "out")
    assert "--out" in caught.value.hint


def test_the_page_grows_in_proportion_to_the_cohort() -> None:
    small, large = (len(fill(contents(cohorts.cohort(n)), "paper")) for n in (200, 400))
    whole = len(fill(contents(cohorts.cohort(1)), "paper"))
    assert large - whole < 2.5 * (small - whole)
