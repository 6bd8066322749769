import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grader.cohort.standing import Standing
from grader.export.final_marks import Rules, final_mark
from grader.export.gradescope import document, document_of, not_graded, to_json
from grader.export.lateness import LateRule
from tests.export.made_up import COMPLETE, MISSING, SUBMITTED, UNCHECKED, WAITING
from tests.report.example import environment, sample

TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format",
    "test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format",
    "tags", "visibility", "extra_data",
}  # fmt: skip
VISIBILITIES = {"visible", "hidden", "after_due_date", "after_published"}


def require_valid(document: dict[str, Any]) -> None:
    """What Gradescope's documentation of `results.json` asks for."""
    assert json.loads(to_json(document)) == document
    assert set(document) <= TOP
    assert {document["visibility"], document["stdout_visibility"]} <= VISIBILITIES
    tests = document["tests"]
    assert "score" in document or (tests and all("score" in test for test in tests))
    assert isinstance(document.get("execution_time", 0), int)
    for test in tests:
        assert set(test) <= TEST
        assert test["visibility"] in VISIBILITIES
        assert test.get("status", "passed") in {"passed", "failed"}
        assert 0 <= test.get("score", 0) <= test.get("max_score", 0)


def made(standing: Standing, rules: Rules | None = None) -> dict[str, Any]:
    chosen = rules or Rules("exclude")
    made = document(final_mark(standing, Decimal(5), chosen), chosen, environment())
    require_valid(made)
    return made


def test_every_check_is_a_test_under_its_question() -> None:
    first, second = made(COMPLETE)["tests"]
    assert first == {
        "name": "The check shape.",
        "number": "1.1.1",
        "visibility": "visible",
        "score": 0.5,
        "max_score": 0.5,
        "status": "passed",
        "output": "",
    }
    assert (second["number"], second["status"], second["score"]) == ("1.1.2", "failed", 0)
    assert second["output"] == "Found: failed."


def test_the_score_says_of_what_and_what_is_not_in_it() -> None:
    found = made(WAITING)
    assert found["score"] == 0.5
    assert found["output"].startswith("0.5 of 1.5 marks.\nOf 1.5 automatic marks; 3.5 more wait")
    assert found["extra_data"] | {"isolation": "", "submission_digest": ""} == {
        "submission_digest": "",
        "out_of": 1.5,
        "waiting": 3.5,
        "isolation": "",
        "official": environment().dataset.official,
    }


def test_what_could_not_be_checked_costs_nothing() -> None:
    found = made(UNCHECKED)
    test = found["tests"][1]
    assert not {"score", "max_score", "status"} & set(test)
    assert test["output"].startswith("Not checked, through no fault of yours")
    assert "through no fault of yours; a tutor will look" in found["output"]


def test_what_was_skipped_says_why() -> None:
    assert "something it needs did not pass" in made(WAITING)["tests"][1]["output"]


def test_marks_of_a_person_are_tests_of_their_own() -> None:
    given = {"z2222222": {"1.1": Decimal("0.25"), "1.2": Decimal(2)}}
    found = made(WAITING, Rules(written=given))
    assert found["score"] == 2.75
    by_hand = [(t["name"], t["score"], t["max_score"]) for t in found["tests"][2:]]
    assert by_hand == [
        ("Question 1.1: marked by a person", 0.25, 0.5),
        ("Question 1.2: marked by a person", 2, 3),
    ]


def test_lateness_is_in_the_score_and_explained() -> None:
    rule = LateRule(SUBMITTED - timedelta(hours=30))
    found = made(COMPLETE, Rules(late=rule))
    assert found["score"] == 3.25
    assert "Late: 2 started days, 0.5 marks off." in found["output"]
    assert rule.sentence in found["output"]


def test_a_zero_that_was_asked_for_is_valid() -> None:
    found = made(MISSING, Rules(missing="zero"))
    assert (found["score"], found["tests"]) == (0, [])
    assert "Nothing was handed in." in found["output"]


@pytest.mark.parametrize("official", [True, False])
def test_what_it_was_measured_on_and_in_is_said(official: bool) -> None:
    place = environment(official=official)
    found = document(final_mark(COMPLETE, None, Rules()), Rules(), place)
    assert f"Isolation: {place.isolation.tier}" in found["output"]
    assert ("not official" in found["output"]) is not official


def test_a_result_becomes_its_automatic_marks_with_hints() -> None:
    result = sample()
    found = document_of(result)
    require_valid(found)
    assert found["score"] == result.marks.earned
    checks = [check for question in result.questions for check in question.checks]
    assert len(found["tests"]) == len(checks)
    hints = [check.hint for check in checks if check.hint]
    assert hints
    text = to_json(found)
    assert all(json.dumps(f"What to do: {hint}")[1:-1] in text for hint in hints)


def test_a_result_without_automatic_marks_is_no_zero() -> None:
    result = sample()
    waiting = [
        question.model_copy(update={"pending": question.available, "earned": 0.0})
        for question in result.questions
    ]
    marks = result.marks.model_copy(update={"earned": 0.0, "pending": result.marks.available})
    found = document_of(result.model_copy(update={"questions": waiting, "marks": marks}))
    assert found == not_graded("There is nothing here that is marked automatically.")


def test_no_marks_is_the_least_the_format_allows_and_says_so() -> None:
    found = not_graded("The disk was full.")
    require_valid(found)
    assert "score" not in found
    (test,) = found["tests"]
    assert (test["score"], test["max_score"]) == (0, 0)
    assert "status" not in test
    for text in (found["output"], test["output"]):
        assert text.startswith("The disk was full.\nThe 0 that is shown is not a mark")
