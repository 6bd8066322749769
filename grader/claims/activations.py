"""Finds the table of activations: nine rows, each a point and the values beside it."""

import re
from collections.abc import Sequence

from grader.claims.document import Spot
from grader.claims.found import Table, TableRow
from grader.claims.places import Places
from grader.claims.sections import Context

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.0+)?(?![\w.]*\w)")
_WORD = re.compile(r"[A-Za-z]{2,}")
_TARGET = re.compile(r"\b(?:target|expected|desired|label|true|class|t)\b", re.IGNORECASE)
_OUTPUT = re.compile(r"\b(?:out|output|y|o|prediction|predicted)\b", re.IGNORECASE)


def find_tables(
    lines: Sequence[Spot],
    contexts: Sequence[Context],
    points: Sequence[tuple[int, int]],
    hidden: int,
    places: Places,
) -> list[Table]:
    """Tables that have each of the points once.

    Args:
        lines: of the report.
        contexts: theirs.
        points: all of them.
        hidden: number of hidden nodes.
        places: makes the places.
    """
    rows = [
        (spot, values)
        for spot, context in zip(lines, contexts, strict=True)
        if spot.line.picture < 0
        and context.question[:1] in ("", "2")
        and len(values := _values(spot.text)) in (hidden + 3, hidden + 4)
        and (values[0], values[1]) in points
        and len(_WORD.findall(spot.text)) <= 2
    ]
    found = []
    while len(rows) >= len(points):
        part = rows[: len(points)]
        close = part[-1][0].index - part[0][0].index < 3 * len(points)
        if close and {tuple(values[:2]) for _, values in part} == set(points):
            table = _table(part, _header(lines, part[0][0]), hidden, points, places)
            found += [table] if table is not None else []
            rows = rows[len(points) :]
        else:
            rows = rows[1:]
    return found


def _values(text: str) -> list[int]:
    return [int(float(number)) for number in _NUMBER.findall(text)]


def _header(lines: Sequence[Spot], first: Spot) -> str:
    """The three lines above the first row."""
    return " ".join(spot.text for spot in lines[max(0, first.index - 3) : first.index])


def _table(
    rows: list[tuple[Spot, list[int]]],
    header: str,
    hidden: int,
    points: Sequence[tuple[int, int]],
    places: Places,
) -> Table | None:
    """The table without a column of targets, which the header names, before the output or after."""
    cells = [values[2:] for _, values in rows]
    certain = all(value in (0, 1) for row in cells for value in row)
    if any(len(row) != len(cells[0]) for row in cells):
        return None
    if len(cells[0]) == hidden + 2:
        drop = _target_column(header, hidden)
        certain = certain and drop is not None
        cells = [row[:drop] + row[drop + 1 :] for row in cells] if drop is not None else cells
        cells = [row[: hidden + 1] for row in cells]
    shown = [spot for spot, _ in rows]
    return Table(
        rows=[
            TableRow(point=(values[0], values[1]), cells=row)
            for (_, values), row in zip(rows, cells, strict=True)
        ],
        certain=certain and len(points) == len(rows),
        place=places.of(shown),
    )


def _target_column(header: str, hidden: int) -> int | None:
    """Which of the values beside a point is the target: first, last, or last but one."""
    target, output = _last(_TARGET, header), _last(_OUTPUT, header)
    if target is None:
        return None
    nodes = [match.start() for match in re.finditer(r"\bh(?:id(?:den)?)?[_ ]?\d", header, re.I)]
    if nodes and target < min(nodes):
        return 0
    if output is None:
        return None
    return hidden + 1 if target > output else hidden


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    starts = [match.start() for match in pattern.finditer(text)]
    return starts[-1] if starts else None
