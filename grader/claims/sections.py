"""Tells which question and which network a line of a report is about.

Headings come in every form ("1.2 NetFull", "Part 1 Question 2", "Q2:"), and many reports have
none, so both are context that the finders weigh, never a condition.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.claims.document import Spot

LONGEST = 110
"""Letters of a line that may be a heading."""

_NUMBERED = re.compile(
    r"^[\s#*(_-]*(?:part|question|task|section|step|q)?\W*([123])\s*[.\-_)(:]\s*\(?([1-6])\b(?!\s*[\d/%])",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"[^A-Za-z\d]*(?:$|[A-Za-z(])|\s*\d+\s*[A-Za-z]{3}")
"""What may follow a heading's number: words or nothing, where a row of a matrix has numbers."""

_PART = re.compile(r"^\W*(?:part|section)\s*([123])\b", re.IGNORECASE)
_STEP = re.compile(r"\b(?:question|step|task|q)\s*([1-6])\b", re.IGNORECASE)
_NETWORK = re.compile(r"\bnet[\s_-]?(lin|full|conv)", re.IGNORECASE)
_MODEL = re.compile(r"--net[ =](lin|full|conv)\b")
_LETTER = re.compile(r"^\W*\(?([abc])[).:]\s", re.IGNORECASE)
_OF_QUESTION = {"1.1": "NetLin", "1.2": "NetFull", "1.3": "NetConv"}


@dataclass(frozen=True)
class Context:
    """The question ("1.2", "" before the first), its letter ("a" to "c"), the network or ""."""

    question: str
    letter: str
    network: str


def contexts(lines: Sequence[Spot]) -> list[Context]:
    """One context a line; a heading belongs to what it opens."""
    found = []
    part, question, letter, network = "", "", "", ""
    for spot in lines:
        text = spot.text
        heading = _heading(spot, part)
        if heading:
            part = heading[0]
            if heading != question:
                question, letter = heading, ""
                network = _OF_QUESTION.get(question, "")
        if (match := _LETTER.match(text)) and question == "1.4":
            letter, network = match[1].lower(), ""
        named = networks_in(text)
        if len(named) == 1 and question not in _OF_QUESTION:
            network = named[0]
        found.append(Context(question if "." in question else "", letter, network))
    return found


def _heading(spot: Spot, part: str) -> str:
    """The question that a line opens: "1.2", or "1" for a part; "" where it opens none."""
    text = spot.text
    if spot.line.picture >= 0 or len(text) > LONGEST:
        return ""
    match = _NUMBERED.match(text)
    if match and _SPOKEN.match(text[match.end() :]):
        return f"{match[1]}.{match[2]}"
    if match := _PART.match(text):
        step = _STEP.search(text)
        return f"{match[1]}.{step[1]}" if step else match[1]
    if part and (match := _STEP.match(text.strip(" #*-:"))):
        return f"{part[0]}.{match[1]}"
    return ""


def networks_in(text: str) -> list[str]:
    """The networks that a text names, each once, in order."""
    names = [f"Net{m[1].capitalize()}" for m in _NETWORK.finditer(text)]
    names += [f"Net{m[1].capitalize()}" for m in _MODEL.finditer(text)]
    return list(dict.fromkeys(names))
