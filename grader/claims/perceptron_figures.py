"""Finds what Part 2 says of its runs: accuracies on the nine points, and the multiplier of 2.3."""

import re
from collections.abc import Iterator, Sequence

from grader.claims.document import Spot
from grader.claims.found import Multiplier, PointAccuracy
from grader.claims.places import Places
from grader.claims.sections import Context

_PERCENT = r"(\d{1,3}(?:\.\d{1,4})?)(?![\d/])"
_PRINTED = re.compile(rf"\b(initial|final)\s+accuracy\s*[:=]?\s*{_PERCENT}", re.IGNORECASE)
_ALONE = re.compile(rf"\W*{_PRINTED.pattern}\W*", re.IGNORECASE)
"""A line of the program's output, with no words that may say something else of it."""

_STEP = re.compile(rf"\bep(?:och)?\b.*\bacc(?:uracy)?\s*[:=]\s*{_PERCENT}", re.IGNORECASE)
_SAID = (
    re.compile(
        rf"\baccuracy\b(?:\s+\w+){{0,3}}?\s*(?:is|was|of|to|at|[:=])?\s*{_PERCENT}\s*%",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![\d.]){_PERCENT}\s*%\s+(?:\w+\s+){{0,2}}?accuracy\b", re.IGNORECASE),
)
_BY = r"(?:a\s+|the\s+)?(?:\w+\s+){0,2}?(?:(?:factor|multiplier|constant|number)\s*(?:of|=|:)\s*)?"
_MULTIPLIER = (
    re.compile(rf"\b(?:multipl|scal)\w+\b[^.\d]{{0,60}}?\bby\s+{_BY}(\d{{1,4}}(?:\.\d+)?)", re.I),
    re.compile(r"\b(?:factor|multiplier|scale)\s*(?:of|is|was|=|:)\s*(\d{1,4}(?:\.\d+)?)", re.I),
    re.compile(r"\btimes\s+(\d{1,4})\b", re.I),
)


def find_point_accuracies(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[PointAccuracy]:
    """Every accuracy of Part 2; of those printed while training, the last of a question only.

    A printed figure in a sentence is told of: it may be that of another try.
    """
    found: list[PointAccuracy] = []
    for spot, context in zip(lines, contexts, strict=True):
        if not context.question.startswith("2"):
            continue
        for kind, value in _accuracies(spot.text):
            accuracy = PointAccuracy(
                question=context.question,
                percent=value,
                kind=kind,  # type: ignore[arg-type]
                pictured=spot.line.picture >= 0,
                place=places.of([spot]) if kind != "epoch" else places.of([spot], shown=False),
            )
            last = found[-1] if found else accuracy
            if kind == last.kind == "epoch" and last.question == context.question and found:
                found.pop()
            found.append(accuracy)
    return found


def _accuracies(text: str) -> Iterator[tuple[str, float]]:
    if match := _ALONE.fullmatch(text):
        yield match[1].lower(), float(match[2])
    elif printed := list(_PRINTED.finditer(text)):
        for match in printed:
            yield "told", float(match[2])
    elif match := _STEP.search(text):
        yield "epoch", float(match[1])
    else:
        for pattern in _SAID:
            for match in pattern.finditer(text):
                yield "said", float(match[1])


def find_multipliers(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[Multiplier]:
    """Numbers that all weights and biases are said to be multiplied by."""
    return [
        Multiplier(question=context.question, value=float(match[1]), place=places.of([spot]))
        for spot, context in zip(lines, contexts, strict=True)
        if context.question in ("2.2", "2.3") and spot.line.picture < 0
        for match in list(_multiplied(spot.text))[:1]
    ]


def _multiplied(text: str) -> Iterator[re.Match[str]]:
    for pattern in _MULTIPLIER:
        yield from pattern.finditer(text)
