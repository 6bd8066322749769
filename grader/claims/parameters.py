"""Finds calculations and numbers of parameters."""

import re
from collections.abc import Sequence

from grader.claims.arithmetic import calculations, is_calculation, value_of
from grader.claims.document import Spot
from grader.claims.found import Count, Sum
from grader.claims.places import Places
from grader.claims.sections import Context, networks_in

_STATED = re.compile(r"param|number of weights", re.IGNORECASE)
_ROW = re.compile(r"^\W*net[\s_-]?(?:lin|full|conv)\W+[\d,]{4,}\W*$", re.IGNORECASE)
"""A row of a table that holds a network and one number."""

_NUMBER = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{4,9})(?![\d.%/]|,\d)")
_OPEN = re.compile(r"[+*×=(-]\s*$")
_GOES_ON = re.compile(r"^\s*[=+]")
LEAST = 100
"""A product of less is a size such as 2 x 2, or a step too small to matter."""

QUESTIONS = ("", "1.1", "1.2", "1.3", "1.4")


def find_sums(lines: Sequence[Spot], contexts: Sequence[Context], places: Places) -> list[Sum]:
    """Calculations of Part 1; a line that begins or ends with a sign goes on with its neighbour."""
    found = []
    for group, context in _joined(lines, contexts):
        text = " ".join(spot.text for spot in group)
        names = networks_in(text)
        for sides in calculations(text):
            values = [value_of(side) for side in sides]
            if None in values or not any(is_calculation(side) for side in sides):
                continue
            if max(value for value in values if value is not None) < LEAST:
                continue
            network = names[0] if len(names) == 1 else context.network
            found.append(
                Sum(
                    network=network,
                    question=context.question,
                    sides=sides,
                    values=[value for value in values if value is not None],
                    place=places.of(group),
                )
            )
    return found


def find_counts(lines: Sequence[Spot], contexts: Sequence[Context], places: Places) -> list[Count]:
    """Numbers that stand where numbers of parameters do: beside a network's name or the word."""
    found = []
    for spot, context in zip(lines, contexts, strict=True):
        text = spot.text
        if spot.line.picture >= 0 or context.question not in QUESTIONS:
            continue
        certain = bool(_STATED.search(text)) or context.letter == "b"
        if not (certain or _ROW.match(text)) or re.search(
            r"accura|loss|epoch", text, re.IGNORECASE
        ):
            continue
        for match in _NUMBER.finditer(text):
            before = networks_in(text[: match.start()])
            names = networks_in(text)
            network = before[-1] if before else names[0] if len(names) == 1 else context.network
            found.append(
                Count(
                    network=network,
                    question=context.question,
                    value=int(match[1].replace(",", "")),
                    certain=certain,
                    place=places.of([spot], shown=context.letter == "b"),
                )
            )
    return found


def _joined(lines: Sequence[Spot], contexts: Sequence[Context]) -> list[tuple[list[Spot], Context]]:
    groups: list[tuple[list[Spot], Context]] = []
    for spot, context in zip(lines, contexts, strict=True):
        if spot.line.picture >= 0 or context.question not in QUESTIONS:
            continue
        last = groups[-1][0][-1] if groups else None
        begun = last is not None and spot.index - last.index == 1
        digits = bool(re.search(r"\d", spot.text))
        if begun and last is not None and digits and len(groups[-1][0]) < 8:
            open_end = bool(_OPEN.search(last.text)) and bool(re.search(r"\d", last.text))
            if open_end or _GOES_ON.match(spot.text):
                groups[-1][0].append(spot)
                continue
        groups.append(([spot], context))
    return groups
