"""Marks as `results.json`, the file that a Gradescope autograder leaves.

Gradescope asks for a score, of the whole or of every test. A test without one says something
and costs nothing: that is what a check that could not be made becomes.
"""

import json
from collections.abc import Mapping
from typing import Any

from grader.cohort.standing import CheckStanding, Standing, standing_of
from grader.export.figures import points
from grader.export.final_marks import FinalMark, Rules, final_mark
from grader.results import Environment, Result

Document = dict[str, Any]
NO_MARK = "The 0 that is shown is not a mark, only what the form requires. Nothing was lost."


def document(
    mark: FinalMark,
    rules: Rules,
    environment: Environment,
    hints: Mapping[str, str] | None = None,
) -> Document:
    """The results of a student who has a mark.

    Args:
        mark: the mark.
        rules: what it was made by.
        environment: what it was measured with.
        hints: what to do about a check that did not pass, by check.
    """
    assert mark.final is not None  # the caller leaves out the others
    standing = mark.standing
    of = "" if mark.out_of is None else f" of {points(mark.out_of)}"
    said = [f"{points(mark.final)}{of} marks.", mark.remark]
    if mark.days_late and rules.late is not None:
        said.append(rules.late.sentence)
    if standing.ungraded:
        said.append(
            "Some checks could not be made through no fault of yours; a tutor will look at them."
        )
    said.append(provenance(environment))
    return {
        "score": float(mark.final),
        "execution_time": round(sum(standing.seconds.values())),
        "output": "\n".join(part for part in said if part),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [*_checks(standing, hints or {}), *_written(mark)],
        "extra_data": {
            "submission_digest": standing.submission_digest,
            "out_of": None if mark.out_of is None else float(mark.out_of),
            "waiting": float(mark.waiting),
            "isolation": environment.isolation.tier,
            "official": environment.dataset.official and environment.protocol.official,
        },
    }


def document_of(result: Result) -> Document:
    """The automatic marks of one result; what a person marks stays out of the score."""
    standing = standing_of(result, folder="")
    rules = Rules(pending="exclude")
    hints = {check.id: check.hint for question in result.questions for check in question.checks}
    mark = final_mark(standing, None, rules)
    if mark.final is None:
        return not_graded("There is nothing here that is marked automatically.")
    return document(mark, rules, result.environment, hints)


def not_graded(reason: str) -> Document:
    """What is left where there are no marks.

    The format has no way to say "no score": without a number Gradescope takes the file for broken
    and shows none of it. The number is therefore 0 of 0, and the text says that it is no mark.
    """
    said = f"{reason}\n{NO_MARK}"
    return {
        "output": said,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": "Not graded yet: a tutor will look at it",
                "score": 0,
                "max_score": 0,
                "output": said,
                "visibility": "visible",
            }
        ],
        "extra_data": {"not_graded": True},
    }


def to_json(content: Document) -> str:
    """The text of `results.json`."""
    return json.dumps(content, indent=2) + "\n"


def provenance(environment: Environment) -> str:
    """What the marks were measured on and which walls stood around the submission's code."""
    isolation, dataset = environment.isolation, environment.dataset
    walls = f"Isolation: {isolation.tier} ({isolation.detail})."
    images = f"Measured on: {dataset.title}."
    unofficial = "" if dataset.official else " These marks are not official."
    return f"{images}{unofficial}\n{walls}"


def _checks(standing: Standing, hints: Mapping[str, str]) -> list[Document]:
    tests: list[Document] = []
    numbers: dict[str, int] = {}
    for check in standing.checks:
        numbers[check.question] = numbers.get(check.question, 0) + 1
        number = f"{check.question}.{numbers[check.question]}"
        tests.append(_check(check, number, hints.get(check.id, "")))
    return tests


def _check(check: CheckStanding, number: str, hint: str) -> Document:
    said = [check.message, f"What to do: {hint}" if hint else ""]
    test: Document = {"name": check.title, "number": number, "visibility": "visible"}
    if check.outcome == "ungraded":
        said.insert(
            0, "Not checked, through no fault of yours: no mark is lost, a tutor will look."
        )
    elif check.outcome == "skipped":
        said.insert(0, "Not checked, because something it needs did not pass.")
    if check.outcome != "ungraded":
        test |= {"score": check.marks, "max_score": check.available}
        test["status"] = "passed" if check.outcome == "passed" else "failed"
    return test | {"output": "\n".join(part for part in said if part)}


def _written(mark: FinalMark) -> list[Document]:
    """What a person gave, a test each."""
    questions = {question.id: question for question in mark.standing.questions}
    return [
        {
            "name": f"{questions[name].title}: marked by a person",
            "number": name,
            "score": float(given),
            "max_score": questions[name].pending,
            "visibility": "visible",
            "output": "",
        }
        for name, given in mark.written.items()
    ]
