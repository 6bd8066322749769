"""Finds lists of weights in brackets, and equations of dividing lines."""

import re
from collections.abc import Sequence

from grader.claims.document import Spot
from grader.claims.found import LineEquation, NumberList
from grader.claims.places import Places
from grader.claims.sections import Context

MOST_LINES = 8
SHOWN = 4
"""Lists with a picture: weights and biases of both layers, where they come first."""

_MINUS = str.maketrans({"−": "-", "–": "-", "₁": "1", "₂": "2"})
_LIST = re.compile(r"\[[\d\s.,;eE+\-\[\]]*\]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_TERM = re.compile(r"([+-]?)\s*(\d+(?:\.\d+)?|\.\d+)?\s*\*?\s*(?:[xX]_?([12])(?![\d.]))?")
_EQUATION = re.compile(
    r"(?<![\w./)^*])[+\-.\d\sxX_*12]*[xX]_?[12][+\-.\d\sxX_*12]*=[+\-.\d\sxX_*12]*[\d12]"
    r"(?![\d./\w^])"
)


def find_weights(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[NumberList]:
    """Lists of numbers in Part 2; one that is not closed on its line goes on with the next."""
    found: list[NumberList] = []
    part = [
        (spot, context)
        for spot, context in zip(lines, contexts, strict=True)
        if spot.line.picture < 0 and context.question[:1] in ("", "2")
    ]
    at = 0
    while at < len(part):
        text, group = part[at][0].text.translate(_MINUS), [part[at][0]]
        while text.count("[") > text.count("]") and len(group) < MOST_LINES:
            if at + len(group) >= len(part):
                break
            group.append(part[at + len(group)][0])
            text += f" {group[-1].text.translate(_MINUS)}"
        for match in _LIST.finditer(text):
            parsed = _parsed(match[0])
            if parsed is None:
                continue
            shape, values = parsed
            label = text[: match.start()].strip(" :=(")[-80:]
            found.append(
                NumberList(
                    shape=shape,
                    values=values,
                    label=label,
                    question=part[at][1].question,
                    place=places.of(group, shown=len(found) < SHOWN),
                )
            )
        at += len(group)
    return found


def _parsed(text: str) -> tuple[list[int], list[float]] | None:
    """Shape and values of a list of numbers or of lists of equal length."""
    inner = re.findall(r"\[([^\[\]]*)\]", text)
    rows = [[float(number) for number in _NUMBER.findall(row)] for row in inner]
    nested = text.replace(" ", "").startswith("[[")
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        return None
    values = [value for row in rows for value in row]
    if len(values) > 100:
        return None
    return ([len(rows), len(rows[0])] if nested else [len(values)]), values


def find_equations(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[LineEquation]:
    """Equations in x1 and x2 that stand in Part 2, brought to a x1 + b x2 + c = 0."""
    written: list[tuple[Spot, str, tuple[float, float, float]]] = []
    for spot, context in zip(lines, contexts, strict=True):
        if spot.line.picture >= 0 or context.question[:1] not in ("", "2"):
            continue
        for match in _EQUATION.finditer(spot.text.translate(_MINUS)):
            line = equation_of(match[0])
            written += [(spot, context.question, line)] if line is not None else []
    if not written:
        return []
    near = [s for s, _, _ in written if s.index - written[0][0].index < MOST_LINES]
    first = places.of(near)
    return [
        LineEquation(
            a=line[0],
            b=line[1],
            c=line[2],
            question=question,
            place=places.of([spot], shown=False) if number else first,
        )
        for number, (spot, question, line) in enumerate(written)
    ]


def equation_of(text: str) -> tuple[float, float, float] | None:
    """a, b, c of "a x1 + b x2 + c = 0", None where it is none.

    >>> equation_of("x1 + x2 - 2.5 = 0"), equation_of("x2 = 0.5 x1 + 1"), equation_of("x1 = x1")
    ((1.0, 1.0, -2.5), (-0.5, 1.0, -1.0), None)
    """
    left, _, right = text.partition("=")
    sides = [_side(left), _side(right)]
    if None in sides:
        return None
    (a, b, c), (d, e, f) = (side for side in sides if side is not None)
    line = (a - d, b - e, c - f)
    return line if line[0] or line[1] else None


def _side(text: str) -> tuple[float, float, float] | None:
    """Coefficients of x1, x2 and the constant of one side, None where something is left over."""
    rest = text.strip()
    totals = {"1": 0.0, "2": 0.0, "": 0.0}
    if not rest:
        return None
    while rest:
        match = _TERM.match(rest)
        assert match is not None
        sign, number, variable = match[1], match[2], match[3]
        if number is None and variable is None:
            return None
        value = float(number) if number is not None else 1.0
        totals[variable or ""] += -value if sign == "-" else value
        rest = rest[match.end() :].strip()
        if rest and rest[0] not in "+-":
            return None
    return totals["1"], totals["2"], totals[""]
