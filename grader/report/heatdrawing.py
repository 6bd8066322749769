"""Draws a confusion matrix for paper, where a table of 144 cells would cost half a second."""

from markupsafe import escape

from grader.report import text
from grader.report.figures import Figure
from grader.report.heatmap import HeatMap, HeatRow, Label
from grader.report.plots import INK, MUTED

# one hue, dark enough at 6 for white figures and light enough at 5 for dark ones (contrast >= 4.5)
FILLS = (
    "#f7f9fb", "#e9f0f6", "#d7e4ee", "#c2d5e5", "#a9c4da",
    "#8cb0cd", "#3f78a8", "#2f6696", "#1f5483", "#12406b",
)  # fmt: skip
FIRST_DARK = 6
DIAGONAL = len(FILLS)
CELL_WIDTH, CELL_HEIGHT, LEFT, TOP, SUM_WIDTH = 20.0, 15.5, 24.0, 25.0, 26.0
CHARACTERS, ADVANCE = 5, 0.6
"""Characters to a cell, at least, and the width of each in the typewriter face, in ems."""


def _text(
    x: float, y: float, size: float, content: str, *, colour: str = INK, family: str = "Report Sans"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-family="{family}"'
        f' text-anchor="middle" fill="{colour}">'
        f"{escape(text.clean(content))}</text>"
    )


def _label(x: float, y: float, label: Label, *, beside: float = 0.0) -> str:
    """Kana at (x, y), and the romanised name below it or `beside` units to its right."""
    if not label.kana:
        return _text(x + beside / 2, y + (0 if beside else 4), 7, label.roman)
    kana = _text(x, y, 8.5, label.kana, family="Report Kana")
    return kana + _text(x + beside, y + (0 if beside else 7.4), 6, label.roman, colour=MUTED)


def _counts(row: HeatRow, base: float, characters: int) -> list[str]:
    """The counts of a row as two texts, white and dark, set apart by spaces.

    A text for each cell takes ten times as long. Figures are as wide as spaces in a typewriter
    face, so every count ends where its column's numbers end.
    """
    found = []
    for colour, dark in (("#ffffff", True), (INK, False)):
        counts = [cell.count if (cell.shade >= FIRST_DARK) is dark else "" for cell in row.cells]
        if any(counts):
            line = "".join(f"{count:>{characters - 1}} " for count in counts)
            size = CELL_WIDTH / (characters * ADVANCE)
            found.append(_row_of(line, base, size, colour))
    return found


def _row_of(line: str, base: float, size: float, colour: str) -> str:
    held = escape(text.clean(line)).replace(" ", "\u00a0")
    return (
        f'<text x="{LEFT:g}" y="{base:g}" font-size="{size:.3f}" font-family="Report Mono"'
        f' fill="{colour}">{held}</text>'
    )


def _shape(key: int, outlines: str) -> str:
    """All cells of one shade as one path; one element for each cell takes twice as long."""
    if key == DIAGONAL:
        return f'<path d="{outlines}" fill="none" stroke="{INK}" stroke-width="0.9"/>'
    return f'<path d="{outlines}" fill="{FILLS[key]}"/>'


def describe(name: str, matrix: HeatMap) -> str:
    """The matrix for a reader who cannot see it: what was right, class by class."""
    rows = ", ".join(f"{row.label.roman} {row.recall}" for row in matrix.rows)
    return f"Confusion matrix of {name}. Named right, by the character shown: {rows}."


def draw(name: str, matrix: HeatMap) -> Figure:
    """The matrix with kana and romanised labels, counts in every cell and row totals."""
    size = len(matrix.columns)
    longest = max((len(cell.count) for row in matrix.rows for cell in row.cells), default=0)
    characters = max(CHARACTERS, longest + 1)
    width, height = LEFT + size * CELL_WIDTH + SUM_WIDTH, TOP + size * CELL_HEIGHT
    parts = [
        _label(LEFT + (i + 0.5) * CELL_WIDTH, TOP - 12, column)
        for i, column in enumerate(matrix.columns)
    ]
    parts.append(_text(width - SUM_WIDTH / 2 + 2, TOP - 5, 6.5, "total", colour=MUTED))
    shaded: dict[int, list[str]] = {}
    for index, row in enumerate(matrix.rows):
        top = TOP + index * CELL_HEIGHT
        base = top + CELL_HEIGHT / 2 + 2.4
        parts.append(_label(5, base, row.label, beside=11))
        for column, cell in enumerate(row.cells):
            left = LEFT + column * CELL_WIDTH
            outline = f"M{left + 0.5:g} {top + 0.5:g}h{CELL_WIDTH - 1:g}v{CELL_HEIGHT - 1:g}"
            outline += f"h-{CELL_WIDTH - 1:g}z"
            shaded.setdefault(cell.shade, []).append(outline)
            if cell.right:
                shaded.setdefault(DIAGONAL, []).append(outline)
        parts += _counts(row, base, characters)
        parts.append(_text(width - SUM_WIDTH / 2 + 2, base, 7, row.total, colour=MUTED))
    cells = [_shape(key, "".join(outlines)) for key, outlines in sorted(shaded.items())]
    content = "".join([*cells, *parts])
    return Figure("heat-drawing", (width, height), describe(name, matrix), content)
