"""Finds stated numbers: learning rate, momentum, epochs, hidden nodes, filters."""

import re
from collections.abc import Iterator, Sequence

from grader.claims.document import Spot
from grader.claims.found import Setting
from grader.claims.places import Places
from grader.claims.sections import Context, networks_in

SHOWN = ("hidden nodes", "filters")
"""Numbers that are held against the code: the first of a network is shown with its picture."""

_VALUE = r"\s*(?:\(lr\)|rate)?\s*(?:of|to|is|was|at|[=:])?\s*(0?\.\d{1,6}|1e-\d|0|1)(?![\d.])"
_PATTERNS = {
    "learning rate": re.compile(rf"(?:learning rate|\blr\b|--lr){_VALUE}", re.IGNORECASE),
    "momentum": re.compile(rf"(?:momentum|\bmom\b|--mom){_VALUE}", re.IGNORECASE),
    "epochs": re.compile(r"\b(\d{1,3}) (?:training )?epochs?\b", re.IGNORECASE),
    "hidden nodes": re.compile(
        r"(?:\b(\d{2,4}) (?:hidden|tanh) (?:nodes|units|neurons)"
        r"|hidden (?:nodes|units|size|layer size|neurons)\s*(?:of|is|was|=|:)\s*(\d{2,4}))\b",
        re.IGNORECASE,
    ),
    "filters": re.compile(
        r"(?:(?<![\d.x×*])(?<![x×*] )(\d{1,4})(?!\s*[x×*]\s*\d)(?:\s*(?:and|,|&|then)\s*(\d{1,4}))?"
        r"\s+(?:\d\s*[x×*]\s*\d\s+)?(?:\w+\s+){0,2}?"
        r"(?:filters|kernels|feature maps|(?:output )?channels)"
        r"|\b(?:filters|(?:output )?channels)\s*(?:of|is|are|was|were|=|:)\s*"
        r"(\d{1,4})(?:\s*(?:and|,|&)\s*(\d{1,4}))?)\b(?!\s*[x×*]\s*\d)",
        re.IGNORECASE,
    ),
}


def find_settings(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[Setting]:
    """All that Part 1 states, in the order of the report."""
    found: list[Setting] = []
    following = [*lines[1:], None] if lines else []
    for spot, context, after in zip(lines, contexts, following, strict=True):
        if spot.line.picture >= 0 or not context.question.startswith("1"):
            continue
        names = networks_in(spot.text)
        network = names[0] if len(names) == 1 else context.network
        rest = after.text if after is not None and after.line.picture < 0 else ""
        for name, value in _settings(spot.text, rest):
            known = any((s.name, s.network) == (name, network) for s in found)
            found.append(
                Setting(
                    name=name,
                    network=network,
                    question=context.question,
                    value=value,
                    place=places.of([spot], shown=name in SHOWN and not known),
                )
            )
    return found


def _settings(text: str, rest: str) -> Iterator[tuple[str, float]]:
    """All that begins on a line; a number of filters may go on with the next."""
    for name, pattern in _PATTERNS.items():
        for match in pattern.finditer(f"{text} {rest}" if name == "filters" else text):
            for digits in match.groups():
                if digits and match.start() < len(text):
                    yield name, float(digits)
