import re

import pytest

from grader.report import render_html
from grader.report.page import style_sheet
from grader.results import Result

from . import example
from .pages import Reader, require_headings_that_skip_no_level


def test_no_string_of_the_submission_becomes_markup() -> None:
    reader = Reader(render_html(example.broken()))
    assert not reader.named("script")
    assert not any("onerror" in attributes for _, attributes in reader.elements)
    assert all((a.get("href") or "").startswith("#") for a in reader.named("a"))
    assert all((a.get("src") or "").startswith("data:image/") for a in reader.named("img"))
    assert len(reader.named("style")) == 1


def test_hostile_strings_are_still_readable() -> None:
    text = "".join(Reader(render_html(example.broken())).text)
    for said in (*example.HOSTILE[:5], "\\x1b[31mred\\x07", "\\u202egnirts", "🙂"):
        assert said in text


def test_no_page_refers_to_anything_outside(any_page: str) -> None:
    reader = Reader(any_page)
    addresses = [
        value or ""
        for _, attributes in reader.elements
        for name, value in attributes.items()
        if name in ("href", "src", "xlink:href", "srcset", "data", "action")
    ]
    assert all(re.match(r"#|data:", address) for address in addresses)
    styles = [attributes.get("style") or "" for _, attributes in reader.elements]
    assert not any(re.search(r"url\((?!#)", style) for style in styles)
    assert not reader.named("link")
    assert not reader.named("script")


def test_style_sheet_loads_nothing_but_its_own_fonts() -> None:
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]{0,40})", style_sheet())
    assert len(addresses) == 5
    assert all(address.startswith("data:font/ttf;base64,") for address in addresses)
    assert "@import" not in style_sheet()


def test_equal_results_give_equal_pages_whatever_time_they_took(any_result: Result) -> None:
    slower = any_result.model_copy(update={"timings": {"training": 99.0}})
    assert render_html(any_result) == render_html(slower)


def test_headings_never_skip_a_level(any_page: str) -> None:
    require_headings_that_skip_no_level(any_page)


def test_identifiers_are_unique_and_links_lead_somewhere(any_page: str) -> None:
    reader = Reader(any_page)
    identifiers = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    targets = {(a["href"] or "")[1:] for a in reader.named("a")}
    assert targets <= set(identifiers)


def test_header_cells_have_a_scope_and_pictures_a_description(any_page: str) -> None:
    reader = Reader(any_page)
    assert all("scope" in attributes for attributes in reader.named("th"))
    assert all(attributes.get("alt") for attributes in reader.named("img"))
    drawings = [tag for tag, a in reader.elements if tag == "svg" and a.get("role") == "img"]
    assert len(drawings) == any_page.count("<title>") - 1


def test_language_and_title_are_set(sample_page: str) -> None:
    assert '<html lang="en">' in sample_page
    assert "<title>z5567992: COMP9444 25T2, Assignment 1</title>" in sample_page


@pytest.mark.parametrize(
    "said",
    [
        "not official marks",
        "7,850",
        "119,260",
        "62,234",
        "1 × 20 × 5 × 5 + 20 = 520",
        "146 of 1,000",
        "5 of 9 right",
        "0.467",
        "−x₁ + x₂ − 0.5 = 0",
        "No scale makes sigmoid right",
    ],
)
def test_the_sample_page_states_what_was_found(sample_page: str, said: str) -> None:
    assert said in sample_page


def test_official_results_carry_no_notice() -> None:
    assert "not official" not in render_html(example.perfect())


def test_a_network_that_was_not_captured_says_where_it_stopped() -> None:
    page = render_html(example.broken())
    assert "it stopped while the file was being imported, line 3" in page
    assert "it stopped at the stage “of &lt;b&gt;another&lt;/b&gt; kind”" in page


def test_known_mistake_unused_layers_and_all_runs_are_shown() -> None:
    page = render_html(example.mistaken())
    assert "The relu after conv2 is missing." in page
    assert "Registered but never used: dropout, fc3.weight." in page
    assert "fc1.weight = dense.weight" in page
    assert all(accuracy in page for accuracy in ("92.41%", "92.77%", "92.60%"))
    assert "trained inside the sandbox" in page
