"""A gallery of one network: a self-contained page, and every plot as PNG, SVG and PDF."""

from pathlib import Path

from grader.report import sequence_plots
from grader.report.figures import Figure
from grader.report.gallery_view import network_view
from grader.report.page import environment, style_sheet
from reference.recurrent.checkpoints import Origin
from reference.recurrent.study import Study

VIEWS = 2
DOTS = 200  # per inch of a PNG
FORMATS = ("png", "svg", "pdf")


def write_gallery(study: Study, origin: Origin, folder: Path) -> list[Path]:
    """Write NAME.html and the plots beside it; return what was written, the page first.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{study.language}.html"
    page.write_text(render_gallery(study, origin), encoding="utf-8")
    machine = sequence_plots.machine(study)
    drawings = [
        *sequence_plots.planes(study),
        *sequence_plots.spaces(study, VIEWS),
        *([machine] if machine else []),
        sequence_plots.watch(study),
    ]
    written = [page]
    for drawing in drawings:
        for form in FORMATS:
            path = folder / f"{drawing.name}.{form}"
            drawing.figure.savefig(path, dpi=DOTS, metadata=_undated(form))
            written.append(path)
    return written


def render_gallery(study: Study, origin: Origin) -> str:
    """The page: no scripts, and nothing from outside."""
    known = [f"seed {origin.seed}"] if origin.seed is not None else []
    known += [f"{origin.steps:,} steps"] if origin.steps is not None else []
    made = ", ".join([origin.command, *known])
    return (
        environment()
        .get_template("gallery.html.j2")
        .render(
            title=f"{study.title}: what a network does",
            network=network_view(study, made, VIEWS),
            css=style_sheet(),
            draw=Figure.on_screen,
            paper=False,
        )
    )


def _undated(form: str) -> dict[str, None]:
    """Equal networks give equal files."""
    return {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form, {})
