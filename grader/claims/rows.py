"""Finds rows of a matrix in lines of text: in brackets as numpy prints them, or one to a line.

Brackets hold a row together over a line's end and a page's; a row without them must stand on one
line, where a label before it and a total after it are left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grader.claims.document import Spot

GAP = 4
"""Lines between two rows of one matrix that may belong to the foot and head of a page."""

_TOKEN = re.compile(r"\[|\]|[^\s\[\],;|]+")
_COUNT = re.compile(r"^(\d{1,6})(?:\.0*)?(?:e\+?(\d{1,2}))?$")
_SCIENTIFIC = re.compile(r"^(\d)\.(\d*)e\+?(\d{1,2})$", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One row of counts and the lines it stands on."""

    cells: tuple[int, ...]
    first: int
    last: int
    page: int


@dataclass
class _Open:
    """A row whose closing bracket has not come yet."""

    first: int
    page: int
    cells: list[int] = field(default_factory=list)


def count_of(token: str) -> int | None:
    """A token as a count of images, None where it is none.

    >>> count_of("764."), count_of("7.640e+02"), count_of("0.5"), count_of("o")
    (764, 764, None, None)
    """
    if match := _COUNT.match(token):
        return int(match[1]) * 10 ** int(match[2] or 0) if int(match[2] or 0) < 7 else None
    if match := _SCIENTIFIC.match(token):
        digits, power = match[1] + match[2], int(match[3])
        value = float(f"{match[1]}.{match[2] or 0}e{power}") if power < 7 and digits else 0.5
        return int(value) if value == int(value) else None
    return None


def bracketed_rows(lines: Iterable[Spot], size: int) -> list[Row]:
    """Rows of `size` counts between brackets.

    A line with words in it that comes while a row is open, such as a page's foot, is passed over;
    anything else that is no count gives the row up.
    """
    rows: list[Row] = []
    row: _Open | None = None
    for spot in lines:
        tokens = _TOKEN.findall(spot.text)
        if row is not None and spot.index - row.first > GAP + 2:
            row = None
        if row is not None and row.page != spot.page and not _fits(tokens, len(row.cells), size):
            continue
        for token in tokens:
            if token == "[":
                row = _Open(spot.index, spot.page)
            elif row is None:
                continue
            elif token == "]":
                if len(row.cells) == size:
                    rows.append(Row(tuple(row.cells), row.first, spot.index, row.page))
                row = None
            elif (count := count_of(token)) is not None:
                row.cells.append(count)
            else:
                row = None
    return rows


def _fits(tokens: Sequence[str], have: int, size: int) -> bool:
    """Whether a line goes on with an open row: counts up to a closing bracket."""
    if "]" not in tokens:
        return False
    rest = tokens[: tokens.index("]")]
    return have + len(rest) == size and all(count_of(t) is not None for t in rest)


def bare_rows(lines: Iterable[Spot], size: int) -> list[Row]:
    """Rows of `size` counts that fill a line, without a label and a total."""
    rows = []
    for spot in lines:
        cells = _bare(spot.text, size)
        if cells is not None:
            rows.append(Row(cells, spot.index, spot.index, spot.page))
    return rows


def _bare(text: str, size: int) -> tuple[int, ...] | None:
    tokens = [token for token in _TOKEN.findall(text) if token not in "[]"]
    counts = [count_of(token) for token in tokens]
    start = next((i for i, count in enumerate(counts) if count is not None), 0)
    if start > 3 or None in counts[start : start + size]:
        return None
    cells = [count for count in counts[start:] if count is not None]
    if len(cells) != len(counts) - start:
        cells = cells[:size] if len(cells) == size and len(counts) - start == size + 1 else []
    if len(cells) == size + 2 and cells[-1] == sum(cells[1:-1]):
        cells = cells[:-1]
    if len(cells) == size + 1:
        if cells[-1] == sum(cells[:-1]) and cells[-1] > size:
            cells = cells[:-1]
        elif start == 0 and cells[0] <= size:
            cells = cells[1:]
    if len(cells) != size or _is_header(cells):
        return None
    return tuple(cells)


def _is_header(cells: Sequence[int]) -> bool:
    return list(cells) in (list(range(len(cells))), list(range(1, len(cells) + 1)))


def blocks(rows: Sequence[Row], size: int) -> list[list[Row]]:
    """Runs of `size` rows that follow one another, a page's foot and head between them or not.

    A run that is longer is cut where it is full; one that is shorter is left out.
    """
    found: list[list[Row]] = []
    run: list[Row] = []
    for row in rows:
        if run and not _follows(run[-1], row):
            run = []
        run.append(row)
        if len(run) == size:
            found.append(run)
            run = []
    return found


def _follows(before: Row, after: Row) -> bool:
    allowed = 2 if before.page == after.page else 2 + GAP
    return 0 <= after.first - before.last < allowed
