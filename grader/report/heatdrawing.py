"""Draws a confusion matrix for paper, where a table of 144 cells would cost half a second."""

from markupsafe import escape

from grader.report import text
from grader.report.figures import Figure
from grader.report.heatmap import HeatMap, Label
from grader.report.plots import INK, MUTED

# one hue, dark enough at 6 for white figures and light enough at 5 for dark ones (contrast >= 4.5)
FILLS = (
    "#f7f9fb", "#e9f0f6", "#d7e4ee", "#c2d5e5", "#a9c4da",
    "#8cb0cd", "#3f78a8", "#2f6696", "#1f5483", "#12406b",
)  # fmt: skip
FIRST_DARK = 6
DIAGONAL = len(FILLS)
CELL_WIDTH, CELL_HEIGHT, LEFT, TOP, SUM_WIDTH = 20.0, 17.5, 24.0, 25.0, 26.0


def _text(
    x: float, y: float, size: float, content: str, *, colour: str = INK, family: str = "Report Sans"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-family="{family}"'
        f' text-anchor="middle" fill="{colour}">'
        f"{escape(text.clean(content))}</text>"
    )


def _label(x: float, y: float, label: Label) -> str:
    if not label.kana:
        return _text(x, y + 4, 7, label.roman)
    kana = _text(x, y, 8.5, label.kana, family="Report Kana")
    return kana + _text(x, y + 7.4, 6, label.roman, colour=MUTED)


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
        parts.append(_label(LEFT / 2 - 2, top + 8, row.label))
        for column, cell in enumerate(row.cells):
            left = LEFT + column * CELL_WIDTH
            outline = f"M{left + 0.5:g} {top + 0.5:g}h{CELL_WIDTH - 1:g}v{CELL_HEIGHT - 1:g}"
            outline += f"h-{CELL_WIDTH - 1:g}z"
            shaded.setdefault(cell.shade, []).append(outline)
            if cell.right:
                shaded.setdefault(DIAGONAL, []).append(outline)
            colour = "#ffffff" if cell.shade >= FIRST_DARK else INK
            parts.append(_text(left + CELL_WIDTH / 2, base, 7, cell.count, colour=colour))
        parts.append(_text(width - SUM_WIDTH / 2 + 2, base, 7, row.total, colour=MUTED))
    cells = [_shape(key, "".join(outlines)) for key, outlines in sorted(shaded.items())]
    content = "".join([*cells, *parts])
    return Figure("heat-drawing", (width, height), describe(name, matrix), content)
