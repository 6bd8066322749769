"""Trains a reference network of Part 1, with the course's command line."""

from functools import partial

import click
import torch

from grader.data import load_dataset
from grader.errors import GraderError
from reference.course_training import EPOCHS, LEARNING_RATE, MOMENTUM, CourseRun, train_course
from reference.kuzu import NetConv, NetFull, NetLin, parameter_count

NETS = {"lin": NetLin, "full": NetFull, "conv": NetConv}


@click.command(
    epilog="""\b
Examples:
  python -m reference.kuzu_main --net lin
  python -m reference.kuzu_main --net conv --seed 0 --dataset bundled
"""
)
@click.option("--net", "name", type=click.Choice(list(NETS)), required=True, help="Which network.")
@click.option(
    "--lr",
    type=click.FloatRange(min=0, min_open=True),
    default=LEARNING_RATE,
    show_default=True,
    help="Learning rate.",
)
@click.option(
    "--mom",
    type=click.FloatRange(min=0, max=1, max_open=True),
    default=MOMENTUM,
    show_default=True,
    help="Momentum.",
)
@click.option("--epochs", type=click.IntRange(min=1), default=EPOCHS, show_default=True)
@click.option("--seed", type=int, help="Makes a run repeatable. Left out: another run each time.")
@click.option(
    "--dataset",
    "source",
    default="auto",
    show_default=True,
    help="auto, kmnist, bundled or a folder of IDX files.",
)
def main(*, name: str, lr: float, mom: float, epochs: int, seed: int | None, source: str) -> None:
    """Train a network of Part 1 and print its confusion matrix after every epoch."""
    try:
        dataset = load_dataset(source, progress=partial(click.echo, err=True))
    except GraderError as error:
        click.echo(error, err=True)
        raise SystemExit(error.exit_code) from None
    if seed is not None:
        torch.manual_seed(seed)
    net = NETS[name]()
    click.echo(f"Data: {dataset.title}")
    click.echo(f"{type(net).__name__}: {parameter_count(net)} independent parameters")
    train_course(net, dataset, epochs, learning_rate=lr, momentum=mom, on_epoch=_print_epoch)


def _print_epoch(run: CourseRun) -> None:
    click.echo("\n".join(" ".join(f"{count:5d}" for count in row) for row in run.confusion))
    right = sum(row[target] for target, row in enumerate(run.confusion))
    click.echo(
        f"epoch {len(run.losses)}: training loss {run.losses[-1]:.4f} (last batch"
        f" {run.last_loss:.6f}), test loss {run.test_losses[-1]:.4f}, right {right} of"
        f" {sum(map(sum, run.confusion))} ({run.accuracies[-1]:.2f}%)\n"
    )


if __name__ == "__main__":
    main()
