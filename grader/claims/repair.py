"""Lets the constraints of a confusion matrix judge what was read of a screenshot, and mend it.

Every row adds up to the number of test images of its class, and the diagonal to the accuracy line.
A row that does not add up is replaced by another reading of the same line that does; a single
missing cell follows from its row. Whatever was not confirmed by a sum stays a doubt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.claims.grid import Cell, GridRow


@dataclass
class Mended:
    """A matrix after repair: counts, what was done, and what is still in doubt."""

    cells: list[list[int]]
    repairs: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    sums: str = ""


def mend(
    rows: Sequence[Sequence[GridRow]], counts: Mapping[str, Sequence[int]]
) -> tuple[Mended, bool]:
    """Choose a reading for each row by the class counts that most rows add up to.

    Args:
        rows: readings of each row, the first one first.
        counts: numbers of test images a class, by the name of the data set.

    Returns:
        The matrix, and whether its columns and not its rows are the targets: then its columns
        add up to the counts.
    """
    name, transposed = _best(rows, counts)
    if transposed:
        mended = _as_read(rows)
        mended.sums = name
        return mended, True
    wanted = counts[name] if name else [0] * len(rows)
    mended = Mended([], sums=name)
    for number, (readings, total) in enumerate(zip(rows, wanted, strict=True), start=1):
        _mend_row(mended, number, readings, total)
    return mended, False


def _best(
    rows: Sequence[Sequence[GridRow]], counts: Mapping[str, Sequence[int]]
) -> tuple[str, bool]:
    """The class counts that most rows (or, if more do, columns) add up to; "" for fewer than 3."""
    best, agreeing, turned = "", 2, False
    for name, totals in counts.items():
        if len(totals) != len(rows):
            continue
        across = sum(
            any(_sum(reading) == total for reading in readings)
            for readings, total in zip(rows, totals, strict=True)
        )
        firsts = [readings[0].values for readings in rows]
        down = sum(
            None not in column and sum(filter(None, column)) == total
            for column, total in zip(zip(*firsts, strict=True), totals, strict=True)
        )
        if across > agreeing:
            best, agreeing, turned = name, across, False
        if down > agreeing and down == len(totals):
            best, agreeing, turned = name, down, True
    return best, turned


def _sum(row: GridRow) -> int | None:
    return None if row.missing else sum(value for value in row.values if value is not None)


def _mend_row(mended: Mended, number: int, readings: Sequence[GridRow], total: int) -> None:
    """Take the first reading that adds up; else one that lacks a cell; else the first, doubted."""
    for index, reading in enumerate(readings):
        if total and _sum(reading) == total:
            mended.cells.append([value for value in reading.values if value is not None])
            if index or not reading.clean:
                how = "read again" if index else "put together from pieces"
                mended.repairs.append(f"row {number} was {how} until it added up to {total}")
            return
    for reading in readings:
        for variant in _without_brackets(reading):
            if total and _sum(variant) == total:
                mended.cells.append([value for value in variant.values if value is not None])
                mended.repairs.append(f"row {number}: a bracket was read as 1")
                return
    first = readings[0]
    cells = [0 if value is None else value for value in first.values]
    alike = _lacking_one(readings) if total else None
    if alike is not None:
        column, others = alike
        missing = total - sum(others)
        cells = [*others[:column], missing, *others[column:]]
        place = f"row {number}, column {column + 1}"
        if 0 <= missing <= total and _agreed(readings):
            mended.repairs.append(f"{place}: {missing} follows from the row's sum {total}")
        else:
            mended.doubts.append(f"{place} could not be read; {missing} would give the sum {total}")
            cells[column] = max(0, missing)
        mended.cells.append(cells)
        return
    mended.cells.append(cells)
    if not total:
        mended.doubts.append(f"row {number} adds up to {sum(cells)}; no class count confirms it")
    elif first.missing:
        columns = ", ".join(str(i + 1) for i in first.missing)
        mended.doubts.append(f"row {number}: nothing could be read in column {columns}")
    else:
        mended.doubts.append(
            f"row {number} adds up to {sum(cells)} as read, and the class has {total} images"
        )


def _without_brackets(row: GridRow) -> Iterator[GridRow]:
    """The row without a 1 at its very beginning or end, or two, where a bracket may have stood."""
    for column, end in ((0, False), (len(row.cells) - 1, True)):
        cell = row.cells[column]
        for ones in ("1", "11"):
            text = "" if cell is None else str(cell.value)
            if cell is None or len(text) <= len(ones):
                continue
            if text.endswith(ones) if end else text.startswith(ones):
                rest = text[: -len(ones)] if end else text[len(ones) :]
                cells: list[Cell | None] = list(row.cells)
                cells[column] = replace(cell, value=int(rest))
                yield GridRow(tuple(cells), clean=False)


def _lacking_one(readings: Sequence[GridRow]) -> tuple[int, list[int]] | None:
    """The one column that a reading lacks, and its other counts."""
    for reading in readings:
        if len(reading.missing) == 1:
            others = [value for value in reading.values if value is not None]
            return reading.missing[0], others
    return None


def _agreed(readings: Sequence[GridRow]) -> bool:
    """Whether two readings have the same numbers in all cells that both have.

    A missing cell takes up the whole difference of a row, so an error beside it would hide.
    """
    lacking = [reading for reading in readings if len(reading.missing) == 1 and reading.clean]
    return len(lacking) >= 2 and len({reading.values for reading in lacking}) == 1


def _as_read(rows: Sequence[Sequence[GridRow]]) -> Mended:
    return Mended([[value or 0 for value in readings[0].values] for readings in rows])
