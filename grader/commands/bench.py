"""`grader bench`: the course's own way and ours, side by side in one run."""

from collections.abc import Sequence
from pathlib import Path

import click

from grader.commands.options import dataset_option


@click.command(
    epilog="""\b
Examples:
  grader bench
  grader bench --dataset kmnist --epochs 10 --rounds 1
  grader bench --submission submissions/z5567992 --dataset bundled
"""
)
@dataset_option
@click.option("--epochs", type=click.IntRange(1), default=2, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=2, show_default=True)
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Measure one whole `grader run` of this submission instead.",
)
def bench(dataset: str, epochs: int, rounds: int, submission: Path | None) -> None:
    """Time training against the course's program on one thread and compare every figure.

    Exit code 1 when a promised figure is not reached.
    """
    kept = _whole_run(submission, dataset) if submission else _training(dataset, epochs, rounds)
    if not kept:
        raise click.exceptions.Exit(1)


def _training(dataset: str, epochs: int, rounds: int) -> bool:
    from grader.bench import rows_as_table, run_bench
    from grader.data import load_dataset

    images = load_dataset(dataset)
    click.echo(f"{images.title}: {len(images.train_labels)} images, {epochs} epochs")

    def tell(network: str, way: str, seconds: float) -> None:
        click.echo(f"  {network}, {way}: {seconds:.2f} s", err=True)

    rows = run_bench(images, epochs, rounds=rounds, on_run=tell)
    header, *lines = rows_as_table(rows)
    _print_table(header, lines)
    return all(row.kept for row in rows)


def _whole_run(submission: Path, dataset: str) -> bool:
    from grader.bench_run import measure_run

    rows = measure_run(submission, dataset).rows()
    lines = [
        (name, found, promised, "yes" if kept else "NO") for name, found, promised, kept in rows
    ]
    _print_table(("", "found", "promised", "kept"), lines)
    return all(row[-1] for row in rows)


def _print_table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=None)
    for line in lines:
        table.add_row(*line)
    Console(highlight=False).print(table)
