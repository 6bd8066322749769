"""A confusion matrix with shaded cells, so that it reads in colour, in grey and aloud."""

import math
from dataclasses import dataclass

from grader.report import text
from grader.results import ClassInfo

SHADES = 10


@dataclass(frozen=True)
class Label:
    """A class: kana where the data set has it, romanised name below."""

    kana: str
    roman: str


@dataclass(frozen=True)
class Cell:
    """One count; `shade` runs from 0 (white) to 9 (darkest), `right` marks the diagonal."""

    count: str
    shade: int
    right: bool


@dataclass(frozen=True)
class HeatRow:
    """All images of one target class."""

    label: Label
    cells: list[Cell]
    total: str
    recall: str


@dataclass(frozen=True)
class HeatMap:
    """Rows are targets, columns the network's choice."""

    columns: list[Label]
    rows: list[HeatRow]
    caption: str


def shade(count: int, total: int) -> int:
    """Shade by the square root of the row's share, or small confusions would all be white.

    >>> shade(0, 1000), shade(10, 1000), shade(146, 1000), shade(1000, 1000)
    (0, 1, 4, 9)
    """
    if total <= 0 or count <= 0:
        return 0
    return max(1, min(SHADES - 1, math.ceil(math.sqrt(count / total) * SHADES)))


def label(classes: list[ClassInfo], index: int) -> Label:
    """How class `index` is named; its number where the data set gives no name."""
    for known in classes:
        if known.label == index:
            return Label(text.shorten(known.kana, 3), text.shorten(known.roman, 8) or str(index))
    return Label("", str(index))


def heat_map(confusion: list[list[int]], outside: list[int], classes: list[ClassInfo]) -> HeatMap:
    """Shade a square matrix of counts.

    Args:
        confusion: rows are targets, columns the network's choice.
        outside: for each target, choices that are no class; a last column shows them if there are.
        classes: names of the classes.
    """
    names = [label(classes, index) for index in range(len(confusion))]
    extra = outside if any(outside) else []
    rows = []
    for target, known in enumerate(confusion):
        counts = known + extra[target : target + 1]
        total = sum(counts)
        cells = [
            Cell(str(count), shade(count, total), target == choice)
            for choice, count in enumerate(counts)
        ]
        recall = f"{100 * sum(known[target : target + 1]) / total:.0f}%" if total else "–"
        rows.append(HeatRow(names[target], cells, f"{total:,}", recall))
    caption = "Rows: the character shown. Columns: the network’s choice."
    if extra:
        names = [*names, Label("", "other")]
        caption += " Last column: an output that is no class."
    return HeatMap(names, rows, caption)
