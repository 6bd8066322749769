"""Draws a confusion matrix for paper, where a table of 144 cells would cost half a second.

Shades are a picture; figures and labels are lines of text laid over it. WeasyPrint lays out the
text of a picture letter by letter, which took longer than everything else about the matrix.
"""

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
KANA, ROMAN, ROMAN_LEFT = 3.0, 1.9, 3.6
"""Millimetres: of the whole, of its parts, of two sizes of type."""
CHARACTERS, ADVANCE = 4, 0.6
"""Characters to a cell, at least, and the width of each in the typewriter face, in ems."""


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
    characters = max(CHARACTERS, longest + 1)
    size = cell / (characters * ADVANCE)
    blocks = [
        *_column_labels(matrix, cell, characters),
        *_row_labels(matrix),
        Lines(
            "sums",
            LEFT + len(matrix.columns) * cell + 1,
            TOP,
            min(size, SUM_WIDTH / (6 * ADVANCE)),
            CELL_HEIGHT,
            tuple(f"{row.total:>6}" for row in matrix.rows),
        ),
    ]
    middle = (characters - longest) * size * ADVANCE / 2
    for css_class, dark in (("counts", False), ("counts white", True)):
        lines = [_counts(row, longest, characters, dark=dark) for row in matrix.rows]
        blocks.append(Lines(css_class, LEFT + middle, TOP, size, CELL_HEIGHT, tuple(lines)))
    return MatrixDrawing(_shades(name, matrix, cell), tuple(blocks))


def _counts(row: HeatRow, longest: int, characters: int, *, dark: bool) -> str:
    """The counts on dark cells, or on light ones, each under those of the other rows."""
    return "".join(
        f"{cell.count if (cell.shade >= FIRST_DARK) is dark else '':>{longest}}".ljust(characters)
        for cell in row.cells
    ).rstrip()


def _column_labels(matrix: HeatMap, cell: float, characters: int) -> list[Lines]:
    size = cell / (characters * ADVANCE)
    roman = "".join(f"{column.roman[: characters - 1]:^{characters}}" for column in matrix.columns)
    blocks = [Lines("names", LEFT, TOP - 3.2, size, 3.0, (f"{roman}  total",))]
    kana = [column.kana for column in matrix.columns if column.kana]
    if kana and all(len(one) == 1 for one in kana):
        left = LEFT + (cell - KANA) / 2
        blocks.append(
            Lines("signs", left, TOP - 7.2, KANA, 4.0, ("".join(kana),), spacing=cell - KANA)
        )
    return blocks


def _row_labels(matrix: HeatMap) -> list[Lines]:
    kana = tuple(row.label.kana for row in matrix.rows)
    left = ROMAN_LEFT if any(kana) else 0.0
    roman = tuple(row.label.roman for row in matrix.rows)
    blocks = [Lines("names", left, TOP, ROMAN, CELL_HEIGHT, roman)]
    if any(kana):
        blocks.append(Lines("signs", 0, TOP, KANA, CELL_HEIGHT, kana))
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
