"""Says whether an attack won: it changed a mark, read or reached something, or left something.

Whatever is no sound defence counts as a win, a mark that an honest part lost as well.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass

from grader.attack.attack import Attack
from grader.attack.reading import elements, page_faults, paper_faults, paper_text
from grader.cohort.standing import standing_of
from grader.export.final_marks import Rules, final_mark
from grader.export.plain_sheet import plain_sheet
from grader.report.files import rendered
from grader.report.page import contents, fill
from grader.results import Result
from grader.summary import print_summary

EVERYWHERE = re.compile(rb'(?:^|[,\r\n])"?[=+@\t]')
"""The beginning of a cell that a spreadsheet program would calculate."""


@dataclass(frozen=True)
class Verdict:
    """How one attack ended; `wins` says in what it won, empty where the grader held.

    `earned` are automatic marks, None where there was nothing to grade; `named` is what the report
    says about the attack.
    """

    name: str
    idea: str
    wins: tuple[str, ...]
    earned: float | None
    named: str
    seconds: float


@dataclass(frozen=True)
class Honest:
    """What the honest submission comes to: outcome by check, and what its page is made of."""

    outcomes: Mapping[str, str]
    elements: set[tuple[str, str]]


def honest_from(result: Result) -> Honest:
    """What attacks are held against."""
    return Honest(outcomes_of(result), elements(fill(contents(result), "screen")))


def outcomes_of(result: Result) -> dict[str, str]:
    """Outcome by check."""
    return {c.id: c.outcome for q in result.questions for c in q.checks}


def wins_of(result: Result, attack: Attack, honest: Honest, secret: str) -> Iterator[str]:
    """In what the attack won, as far as the result and its reports show."""
    expected = {**honest.outcomes, **attack.changed()}
    for check, outcome in outcomes_of(result).items():
        if outcome != expected[check]:
            yield f"{check} is {outcome}, not {expected[check]}"
    if attack.said and not naming(result, attack.said):
        yield f"the report does not say {attack.said!r}"
    page = fill(contents(result), "screen")
    yield from page_faults(page, honest.elements)
    texts = [result.to_json(), page, _terminal(result)]
    if attack.paper:
        pdf = rendered(result)["report.pdf"]
        yield from paper_faults(pdf)
        texts.append(paper_text(pdf))
    if any(secret in text for text in texts):
        yield "read a secret"
    if any(not (char.isprintable() or char == "\n") for char in texts[2]):
        yield "sent control characters to the terminal"
    if EVERYWHERE.search(_sheet(result)):
        yield "put a formula into the mark sheet"


def naming(result: Result, pattern: str) -> str:
    """The flag or message that names the attack, or ""."""
    said = [flag.message for flag in result.flags]
    said += [check.message for question in result.questions for check in question.checks]
    return next((text for text in said if re.search(pattern, text)), "")


def _terminal(result: Result) -> str:
    shown = io.StringIO()
    with redirect_stdout(shown):
        print_summary(result, None)
    return shown.getvalue()


def _sheet(result: Result) -> bytes:
    standing = standing_of(result, folder=result.submission.id)
    return plain_sheet([final_mark(standing, None, Rules(pending="exclude"))], Rules())
