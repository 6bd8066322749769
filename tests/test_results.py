"""result.json is read back as it was written, or refused with the field that is wrong."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from grader.errors import ReportError
from grader.results import SCHEMA, Marks, QuestionResult, Result, Run
from tests.report import example

RESULTS = (example.sample, example.perfect, example.broken, example.ungraded, example.mistaken)


@pytest.mark.parametrize("make", RESULTS, ids=lambda make: make.__name__)
def test_a_result_is_read_back_as_it_was_written(make: Callable[[], Result]) -> None:
    result = make()
    text = result.to_json()
    assert Result.from_json(text) == result
    assert Result.from_json(text).to_json() == text
    assert text.endswith("}\n")
    assert json.loads(text)["schema"] == SCHEMA


def changed(path: tuple[str | int, ...], value: Any) -> str:
    document = json.loads(example.sample().to_json())
    inner = document
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("mark",), 3, "mark: Extra inputs"),
        (("marks", "given"), 3, "marks.given: Extra inputs"),
        (("questions", 0, "checks", 0, "colour"), "red", "questions.0.checks.0.colour: Extra"),
        (("questions", 0, "checks", 0, "outcome"), "perfect", "questions.0.checks.0.outcome: "),
        (("marks", "earned"), "many", "marks.earned: "),
        (("marks", "earned"), math.nan, "marks.earned: Input should be a finite number"),
        (("networks", "NetLin", "training", "accuracy"), math.inf, "training.accuracy: Input"),
        (("schema",), "grader.result/2", "schema: Input should be 'grader.result/1'"),
    ],
)
def test_a_wrong_field_is_named(path: tuple[str | int, ...], value: Any, named: str) -> None:
    with pytest.raises(ReportError) as caught:
        Result.from_json(changed(path, value), "results/z5567992/result.json")
    assert caught.value.where == "results/z5567992/result.json"
    assert named in caught.value.found
    assert caught.value.expected == f"a result file of schema {SCHEMA}"
    assert "grader run" in caught.value.hint


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": "grader.result/1"}'])
def test_what_is_no_result_at_all_is_refused(text: str) -> None:
    with pytest.raises(ReportError):
        Result.from_json(text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_result_can_be_made_with_a_number_that_is_none(value: float) -> None:
    with pytest.raises(ValidationError):
        Marks(available=1.0, earned=value, pending=0.0)


def test_without_timings_only_the_durations_differ() -> None:
    result = example.sample()
    slower = result.model_copy(update={"timings": {"train": 99.0}})
    assert slower != result
    assert slower.without_timings() == result.without_timings()
    timeless = json.loads(result.without_timings().to_json())
    document = json.loads(result.to_json())
    assert timeless["timings"] == {}
    for name, network in timeless["networks"].items():
        runs = network["training"]["runs"] if network["training"] else []
        assert all(run["seconds"] == 0 for run in runs)
        for run, timed in zip(
            runs, (document["networks"][name]["training"] or {})["runs"], strict=True
        ):
            run["seconds"] = timed["seconds"]
    timeless["timings"] = document["timings"]
    assert timeless == document


def test_lost_is_what_is_neither_earned_nor_pending_and_never_minus_nothing() -> None:
    question = QuestionResult(
        id="1", part="", title="", available=1, earned=0.7, pending=0.3, checks=[], criteria=[]
    )
    marks = Marks(available=17, earned=5.25, pending=11)
    assert (f"{question.lost:g}", marks.lost) == ("0", 0.75)


def test_a_run_counts_choices_that_are_no_class_among_the_wrong_ones() -> None:
    run = Run(
        seed=0,
        losses=[],
        test_losses=[],
        accuracies=[],
        initial_accuracy=0,
        confusion=[[3, 1], [0, 4]],
        outside=[2, 0],
        seconds=0,
    )
    assert (run.right, run.total) == (7, 10)
