"""`grader bench`: the course's own way and ours, side by side in one run."""

import click

from grader.commands.options import dataset_option


@click.command(
    epilog="""\b
Examples:
  grader bench
  grader bench --dataset kmnist --epochs 10 --rounds 1
"""
)
@dataset_option
@click.option("--epochs", type=click.IntRange(1), default=2, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=2, show_default=True)
def bench(dataset: str, epochs: int, rounds: int) -> None:
    """Time training against the course's program on one thread and compare every figure.

    Exit code 1 when a promised speed-up or the identity of the figures is not found.
    """
    from rich.console import Console
    from rich.table import Table

    from grader.bench import rows_as_table, run_bench
    from grader.data import load_dataset

    images = load_dataset(dataset)
    console = Console(highlight=False)
    console.print(
        f"{images.title}: {len(images.train_labels)} images, {epochs} epochs", markup=False
    )

    def tell(network: str, way: str, seconds: float) -> None:
        click.echo(f"  {network}, {way}: {seconds:.2f} s", err=True)

    rows = run_bench(images, epochs, rounds=rounds, on_run=tell)
    header, *lines = rows_as_table(rows)
    table = Table(*header, box=None)
    for line in lines:
        table.add_row(*line)
    console.print(table)
    if not all(row.kept for row in rows):
        raise click.exceptions.Exit(1)
