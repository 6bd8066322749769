"""Finds stated numbers of the training: learning rate, momentum, epochs, hidden nodes."""

import re
from collections.abc import Iterator, Sequence

from grader.claims.document import Spot
from grader.claims.found import Setting
from grader.claims.places import Places
from grader.claims.sections import Context, networks_in

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
}


def find_settings(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[Setting]:
    """All that Part 1 states, in the order of the report."""
    found = []
    for spot, context in zip(lines, contexts, strict=True):
        if spot.line.picture >= 0 or not context.question.startswith("1"):
            continue
        names = networks_in(spot.text)
        network = names[0] if len(names) == 1 else context.network
        for name, value in _settings(spot.text):
            found.append(
                Setting(
                    name=name,
                    network=network,
                    question=context.question,
                    value=value,
                    place=places.of([spot], shown=False),
                )
            )
    return found


def _settings(text: str) -> Iterator[tuple[str, float]]:
    for name, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            digits = next(group for group in match.groups() if group)
            yield name, float(digits)
