"""Lines of numbers in a screenshot, brought to a grid: cells stand below one another.

A line read from a picture may lack a cell, have one in two pieces, or a bracket that was read as a
digit. Where cells stand tells which: columns are where most lines have a number.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from grader.claims.document import Line, Word

LEAST = 0.6
"""Share of a row's cells that a line must have to be taken for one."""

_LETTER_FOR_DIGIT = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8"})
_BRACKETS = "[](){}|"


@dataclass(frozen=True)
class Cell:
    """A number where it stands: its middle, and the probability of its least likely digit."""

    value: int
    middle: float
    width: float
    sure: float


@dataclass(frozen=True)
class GridRow:
    """One line on the grid: a cell a column, None where there is none. `clean` is whether every
    number of the line found a column of its own, with nothing left over or put together."""

    cells: tuple[Cell | None, ...]
    clean: bool

    @property
    def missing(self) -> list[int]:
        """Columns without a cell."""
        return [i for i, cell in enumerate(self.cells) if cell is None]

    @property
    def values(self) -> tuple[int | None, ...]:
        """The counts."""
        return tuple(None if cell is None else cell.value for cell in self.cells)


def numbers_of(words: Sequence[Word]) -> list[Cell]:
    """All numbers of a line, with a place for each, brackets and points left out.

    A point ends a number, so "40.678." is two; a word that is letters but for one is none.
    """
    cells = []
    for word in words:
        text = word.text
        core = text.strip(_BRACKETS + ".,:;'`")
        if (
            not core
            or not re.fullmatch(r"[\d.,\[\]()|OolISB]+", core)
            or not re.search(r"\d", core)
        ):
            continue
        letter = (word.right - word.left) / len(text)
        for match in re.finditer(r"[\dOolISB]+", text):
            digits = match[0].translate(_LETTER_FOR_DIGIT)
            if len(digits) > 6:
                continue
            middle = word.left + letter * (match.start() + match.end()) / 2
            sure = word.sure if digits == match[0] else min(word.sure, 0.5)
            cells.append(Cell(int(digits), middle, letter * len(digits), sure))
    return cells


def is_row(line: Line, size: int) -> bool:
    """Whether most of a line's words are numbers, and about as many as a row has."""
    count = len(numbers_of(line.words))
    letters = sum(char.isalpha() for word in line.words for char in word.text)
    return LEAST * size <= count <= size + 3 and letters <= 6


def columns_of(rows: Sequence[Sequence[Cell]], size: int) -> list[float] | None:
    """Middles of the columns, from the rows that have a number for each; None without three."""
    whole = [row for row in rows if len(row) == size]
    if len(whole) < 3:
        return None
    return [median(row[i].middle for row in whole) for i in range(size)]


def on_grid(cells: Sequence[Cell], columns: Sequence[float]) -> GridRow:
    """Each number in the column that it stands nearest to.

    A number more than half a column away from all of them is left out, as a bracket that was read
    as a digit is. Two in one column are the pieces of one number.
    """
    pitch = min(b - a for a, b in itertools.pairwise(columns))
    found: list[list[Cell]] = [[] for _ in columns]
    clean = True
    for cell in cells:
        nearest = min(range(len(columns)), key=lambda i: abs(columns[i] - cell.middle))
        if pitch <= 0 or abs(columns[nearest] - cell.middle) > 0.55 * pitch:
            clean = False
            continue
        found[nearest].append(cell)
    clean = clean and all(len(held) <= 1 for held in found)
    return GridRow(tuple(_joined(held) for held in found), clean)


def _joined(cells: Sequence[Cell]) -> Cell | None:
    """One number from its pieces, from left to right."""
    if len(cells) <= 1:
        return cells[0] if cells else None
    text = "".join(str(cell.value) for cell in cells)
    return Cell(
        int(text[:6]),
        sum(cell.middle for cell in cells) / len(cells),
        sum(cell.width for cell in cells),
        min(0.5, *(cell.sure for cell in cells)),
    )
