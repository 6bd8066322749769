"""Finds the confusion matrices of a report, in its text and in its screenshots."""

import itertools
from collections.abc import Mapping, Sequence

from grader.claims.document import Document, Line, Spot
from grader.claims.found import Matrix, Place
from grader.claims.grid import Cell, GridRow, columns_of, is_row, numbers_of, on_grid
from grader.claims.repair import mend
from grader.claims.rows import bare_rows, blocks, bracketed_rows

Counts = Mapping[str, Sequence[int]]
"""Test images of each class, by the name of the data set."""

Located = tuple[Matrix, int, int]
"""A matrix, and the indices of its first and last line."""


def find_matrices(document: Document, lines: Sequence[Spot], counts: Counts) -> list[Located]:
    """All confusion matrices in reading order, not yet given to a network.

    Args:
        document: the report.
        lines: its lines.
        counts: class counts that rows may add up to; their number is the size of a matrix.
    """
    size = len(next(iter(counts.values())))
    text = [spot for spot in lines if spot.line.picture < 0]
    found: list[Located] = []
    for rows in (bracketed_rows(text, size), bare_rows(text, size)):
        for block in blocks(rows, size):
            first, last = block[0].first, block[-1].last
            if any(
                first <= known_last and known_first <= last for _, known_first, known_last in found
            ):
                continue
            cells = [list(row.cells) for row in block]
            found.append((_from_text(cells, counts, block[0].page), first, last))
    for group in _pictures(lines):
        found += _from_picture(group, counts, size)
    return sorted(found, key=lambda item: item[1])


def _from_text(cells: list[list[int]], counts: Counts, page: int) -> Matrix:
    """Text is read as it is; its sums are compared, never mended."""
    name, transposed = agreeing(cells, counts)
    if transposed:
        cells = [list(column) for column in zip(*cells, strict=True)]
    return Matrix(
        network="",
        cells=cells,
        source="text",
        reliance="certain",
        transposed=transposed,
        sums=name,
        place=Place(page=page + 1),
    )


def agreeing(cells: Sequence[Sequence[int]], counts: Counts) -> tuple[str, bool]:
    """The class counts that all rows add up to, or all columns and not the rows; "" if none."""
    across = [sum(row) for row in cells]
    down = [sum(column) for column in zip(*cells, strict=True)]
    for name, totals in counts.items():
        if across == list(totals):
            return name, False
    for name, totals in counts.items():
        if down == list(totals):
            return name, True
    return "", False


def _pictures(lines: Sequence[Spot]) -> list[list[Spot]]:
    """The lines of each picture."""
    groups: dict[tuple[int, int], list[Spot]] = {}
    for spot in lines:
        if spot.line.picture >= 0:
            groups.setdefault((spot.page, spot.line.picture), []).append(spot)
    return list(groups.values())


def _from_picture(group: Sequence[Spot], counts: Counts, size: int) -> list[Located]:
    """Runs of lines of numbers; a run of fewer rows than classes is a cropped matrix."""
    found: list[Located] = []
    run: list[Spot] = []
    for spot in [*group, None]:
        if spot is not None and is_row(spot.line, size) and not _is_header(spot.line, size):
            run.append(spot)
            continue
        for start in range(0, len(run) - size + 1, size):
            part = run[start : start + size]
            matrix = _matrix(part, counts, size)
            if matrix is not None:
                found.append((matrix, part[0].index, part[-1].index))
        run = []
    return found


def _is_header(line: Line, size: int) -> bool:
    values = [cell.value for cell in numbers_of(line.words)]
    return values in (list(range(size)), list(range(1, size + 1)))


def _matrix(run: Sequence[Spot], counts: Counts, size: int) -> Matrix | None:
    readings = [[spot.line.words, *spot.line.again] for spot in run]
    cells = [[numbers_of(words) for words in variants] for variants in readings]
    columns = columns_of([variants[0] for variants in _unlabelled(cells, size)], size)
    if columns is None or min(b - a for a, b in itertools.pairwise(columns)) <= 0:
        return None
    rows: list[list[GridRow]] = [
        [on_grid(variant, columns) for variant in variants] for variants in _unlabelled(cells, size)
    ]
    mended, transposed = mend(rows, counts)
    table = mended.cells
    if transposed:
        table = [list(column) for column in zip(*table, strict=True)]
    reliance = "uncertain" if mended.doubts else "repaired" if mended.repairs else "certain"
    return Matrix(
        network="",
        cells=table,
        source="screenshot",
        reliance=reliance,  # type: ignore[arg-type]
        transposed=transposed,
        sums=mended.sums if not mended.doubts else "",
        repairs=mended.repairs,
        doubts=mended.doubts,
        place=Place(page=run[0].page + 1),
    )


def _unlabelled(cells: list[list[list[Cell]]], size: int) -> list[list[list[Cell]]]:
    """Without a first column of row numbers, where most rows have one."""
    labelled = sum(
        len(variants[0]) == size + 1 and variants[0][0].value in (i, i + 1)
        for i, variants in enumerate(cells)
    )
    if labelled < 0.6 * len(cells):
        return cells
    return [
        [v[1:] if v and v[0].value in (i, i + 1) else v for v in variants]
        for i, variants in enumerate(cells)
    ]
