"""Draws with matplotlib into SVG that is the same bytes every time and leaks no style.

matplotlib's own SVG carries a style rule for every element, addresses of namespaces, metadata and
identifiers that clash when two figures share a page. `finish` takes those off.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.report.figures import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

INK, MUTED, RULE, TINT, BLUE, RED, SHADE = (
    "#16202b",
    "#55606d",
    "#c3cad2",
    "#e4e8ec",
    "#1d4f7c",
    "#a33a00",
    "#8fb0cf",
)

SETTINGS: Any = {
    "svg.fonttype": "none",
    "font.size": 7.0,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.unicode_minus": True,
}


@contextmanager
def new_figure(width_mm: float, height_mm: float) -> Iterator[tuple["MatplotlibFigure", "Axes"]]:
    """A figure of the printed size with one pair of axes, in the report's type and colours."""
    with blank_figure(width_mm, height_mm) as figure:
        yield figure, figure.add_subplot()


@contextmanager
def blank_figure(width_mm: float, height_mm: float) -> Iterator["MatplotlibFigure"]:
    """A figure of the printed size without axes, in the report's type and colours."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4))
        FigureCanvasAgg(figure)
        yield figure


def finish(figure: "MatplotlibFigure", css_class: str, name: str, description: str) -> Figure:
    """Turn a matplotlib figure into one of the report's.

    Args:
        figure: the finished drawing.
        css_class: the class that the style sheet knows it by.
        name: prefix of all identifiers, one for each figure of a page.
        description: what a reader who cannot see the figure is told.
    """
    import matplotlib as mpl

    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    drawing = stream.getvalue()
    content = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    content = re.sub(r"<(metadata|style).*?</\1>", "", content, flags=re.S)
    content = re.sub(r'\bid="', f'id="{name}-', content)
    content = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", content)
    content = content.replace("'DejaVu Sans'", "'Report Sans'")
    width, height = figure.get_size_inches() * 72
    return Figure(css_class, (float(width), float(height)), description, content)
