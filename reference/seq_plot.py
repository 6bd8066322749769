"""Draws the hidden units of a network of Part 3, with the course's command line and file names.

It reads what `python -m reference.seq_train` wrote and leaves anb2n_srn2_01.jpg and the like: the
two numbers are those of the hidden units, counted from 0. `grader reference plot --lang` draws far
more.
"""

from itertools import combinations
from pathlib import Path

import click
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reference.recurrent.checkpoints import SUFFIX, load
from reference.recurrent.networks import Kind
from reference.recurrent.pictures.plane import draw_plane
from reference.recurrent.study import Study, study
from reference.recurrent.tasks import TASKS
from reference.seq_options import network_options

SIZE, DOTS = 6.0, 150  # inches, and dots an inch


@click.command(
    epilog="""\b
Examples:
  python -m reference.seq_plot --lang anb2n --epoch 100
  python -m reference.seq_plot --lang anb2nc3n --model lstm --hid 3 --epoch 50 --out plot
"""
)
@network_options
@click.option(
    "--net",
    "nets",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("net"),
    show_default=True,
    help="Folder of checkpoints.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("plot"),
    show_default=True,
    help="Folder for pictures.",
)
def main(
    *, lang: str, model: Kind | None, hid: int | None, epoch: int | None, nets: Path, out: Path
) -> None:
    """Draw every pair of hidden units of a trained network, with its state machine."""
    task = TASKS[lang]
    label = f"{lang}_{model or task.kind}{hid or task.hidden}"
    path = nets / f"{label}_{epoch or task.shown:02d}{SUFFIX}"
    try:
        networks, _ = load(path)
    except ValueError as error:
        raise click.UsageError(f"{error}; train one with python -m reference.seq_train") from None
    found = study(networks, task.language, task.limit)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for x, y in combinations(range(found.units), 2):
            picture = out / f"{label}_{x}{y}.jpg"
            _draw(found, x, y).savefig(picture, dpi=DOTS)
            click.echo(str(picture))
    except OSError as error:
        raise click.BadParameter(
            f"pictures cannot be written to {out}: {error.strerror}; name a folder that can be"
            " written to",
            param_hint="--out",
        ) from None


def _draw(found: Study, x: int, y: int) -> Figure:
    figure = Figure(figsize=(SIZE, SIZE))
    FigureCanvasAgg(figure)
    figure.subplots_adjust(left=0.14, right=0.98, bottom=0.1, top=0.98)
    draw_plane(figure.add_subplot(), found, x, y)
    return figure


if __name__ == "__main__":
    main()
