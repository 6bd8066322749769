"""Draws a confusion matrix for paper, where a table of 144 cells would cost half a second.

Shades are a picture; figures and labels are lines of text laid over it, as few as can be, for each
costs what a line of prose does. WeasyPrint lays out the text of a picture letter by letter, which
took longer than everything else about the matrix.
"""

import math
from dataclasses import dataclass

from markupsafe import Markup

from grader.report.figures import Figure
from grader.report.heatmap import HeatMap, HeatRow
from grader.report.plots import INK
from grader.report.strokes import path
from grader.report.text import clean

# one hue, dark enough at 6 for white figures and light enough at 5 for dark ones (contrast >= 4.5)
FILLS = (
    "#f7f9fb", "#e9f0f6", "#d7e4ee", "#c2d5e5", "#a9c4da",
    "#8cb0cd", "#3f78a8", "#2f6696", "#1f5483", "#12406b",
)  # fmt: skip
FIRST_DARK = 6

WIDTH, LEFT, TOP, SUM_WIDTH, CELL_HEIGHT = 72.0, 11.0, 8.0, 9.0, 4.4
KANA, ROMAN_LEFT, LARGEST = 3.0, 3.6, 2.2
"""Millimetres: of the whole, of its parts, of the type for kana and at most for the rest."""
CHARACTERS, SUM_CHARACTERS, ADVANCE = 4, 6, 0.6
"""Characters to a cell, at least, and to a total; the width of each in this face, in ems."""


@dataclass(frozen=True)
class Lines:
    """Text over the drawing: one line a row of cells, all in one size. Lengths in millimetres."""

    css_class: str
    left: float
    top: float
    size: float
    height: float
    lines: tuple[str, ...]
    spacing: float = 0.0

    def markup(self) -> Markup:
        """The lines as one block at its place."""
        style = (
            f"left:{self.left:.3f}mm;top:{self.top:.3f}mm;"
            f"font-size:{self.size:.3f}mm;line-height:{self.height:.3f}mm"
        )
        if self.spacing:
            style += f";letter-spacing:{self.spacing:.3f}mm"
        said = "\n".join(map(clean, self.lines))
        return Markup('<p class="{}" style="{}">{}</p>').format(self.css_class, style, said)


@dataclass(frozen=True)
class MatrixDrawing:
    """The shades of a matrix and everything that is written over them."""

    shades: Figure
    lines: tuple[Lines, ...]

    def on_paper(self) -> Markup:
        """Picture and text, for the page that the PDF is made from."""
        written = Markup("").join(block.markup() for block in self.lines)
        return Markup('<div class="heat-drawing" style="height:{}mm">{}{}</div>').format(
            f"{self.shades.view_box[1]:g}", self.shades.on_paper(), written
        )


def describe(name: str, matrix: HeatMap) -> str:
    """The matrix for a reader who cannot see it: what was right, class by class."""
    rows = ", ".join(f"{row.label.roman} {row.recall}" for row in matrix.rows)
    return f"Confusion matrix of {name}. Named right, by the character shown: {rows}."


def draw(name: str, matrix: HeatMap) -> MatrixDrawing:
    """The matrix with kana and romanised labels, counts in every cell and row totals."""
    cell = (WIDTH - LEFT - SUM_WIDTH) / max(1, len(matrix.columns))
    longest = max((len(cell.count) for row in matrix.rows for cell in row.cells), default=0)
    characters = max(CHARACTERS, longest + 1, math.ceil(cell / (LARGEST * ADVANCE)))
    size = cell / (characters * ADVANCE)
    kana = any(row.label.kana for row in matrix.rows)
    start = LEFT + size * ADVANCE / 2  # a cell's last character is a gap: half of it on each side
    room = int((start - (ROMAN_LEFT if kana else 0)) / (size * ADVANCE))
    dark = [_columns(matrix, room, characters)]
    for row in matrix.rows:
        label = row.label.roman[: room - 1].ljust(room)
        counts = _counts(row, longest, characters, white=False)
        dark.append(f"{label}{counts}{row.total:>{SUM_CHARACTERS}}")
    white = [_counts(row, longest, characters, white=True).rstrip() for row in matrix.rows]
    left = start - room * size * ADVANCE
    blocks = [
        *_signs(matrix, cell),
        Lines("counts", left, TOP - CELL_HEIGHT, size, CELL_HEIGHT, tuple(dark)),
        Lines("counts white", start, TOP, size, CELL_HEIGHT, tuple(white)),
    ]
    return MatrixDrawing(_shades(name, matrix, cell), tuple(blocks))


def _counts(row: HeatRow, longest: int, characters: int, *, white: bool) -> str:
    """The counts on dark cells, or on light ones, each under those of the other rows."""
    return "".join(
        f"{cell.count if (cell.shade >= FIRST_DARK) is white else '':>{longest}}".center(
            characters - 1
        )
        + " "
        for cell in row.cells
    )


def _columns(matrix: HeatMap, room: int, characters: int) -> str:
    """The line above the counts."""
    names = "".join(
        f"{column.roman[: characters - 1]:^{characters - 1}} " for column in matrix.columns
    )
    return f"{' ' * room}{names}{'total':>{SUM_CHARACTERS}}"


def _signs(matrix: HeatMap, cell: float) -> list[Lines]:
    """The kana: above the columns, where each has one, and beside the rows."""
    above = [column.kana for column in matrix.columns if column.kana]
    beside = tuple(row.label.kana for row in matrix.rows)
    blocks = []
    if above and all(len(one) == 1 for one in above):
        left, gap = LEFT + (cell - KANA) / 2, cell - KANA
        blocks.append(Lines("signs", left, TOP - 7.2, KANA, 4.0, ("".join(above),), spacing=gap))
    if any(beside):
        blocks.append(Lines("signs", 0, TOP, KANA, CELL_HEIGHT, beside))
    return blocks


def _shades(name: str, matrix: HeatMap, width: float) -> Figure:
    """All cells of one shade as one path of lines as wide as cells are high."""
    gap = 0.13
    wide, tall = width - 2 * gap, CELL_HEIGHT - 2 * gap
    shaded: dict[int, list[str]] = {}
    outlines = []
    for index, row in enumerate(matrix.rows):
        for column, cell in enumerate(row.cells):
            left, top = LEFT + column * width + gap, TOP + index * CELL_HEIGHT + gap
            middle = f"M{left:.3f} {top + tall / 2:.3f}h{wide:.3f}"
            shaded.setdefault(cell.shade, []).append(middle)
            if cell.right:
                outlines.append(f"M{left:.3f} {top:.3f}h{wide:.3f}v{tall:.3f}h-{wide:.3f}z")
    drawn = "".join(
        path("".join(lines), stroke=FILLS[shade], width=tall)
        for shade, lines in sorted(shaded.items())
    ) + path("".join(outlines), stroke=INK, width=0.25)
    height = TOP + len(matrix.rows) * CELL_HEIGHT
    return Figure("shades", (WIDTH, height), describe(name, matrix), drawn)
