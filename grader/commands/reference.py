"""`grader reference`: train the oracle's networks and draw its perceptron."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.options import UserPath, dataset_option

if TYPE_CHECKING:
    from reference.recurrent.checkpoints import Origin
    from reference.recurrent.study import Study

LANGUAGES = ("anb2n", "anb2nc3n")
"""Those with a trained network in the package; looking would import numpy for every --help."""
STUDENTS = ".pth"
NETWORKS = {"lin": "NetLin", "full": "NetFull", "conv": "NetConv"}


@click.group(epilog="Try: grader reference train --net lin")
def reference() -> None:
    """What the right networks and the right perceptron do."""


@reference.command(
    epilog="""\b
Examples:
  grader reference train
  grader reference train --net conv --seed 0 --seed 1 --dataset kmnist
"""
)
@click.option(
    "--net", "nets", multiple=True, type=click.Choice(list(NETWORKS)), help="Default: all three."
)
@click.option("--seed", "seeds", multiple=True, type=int, default=(0,), show_default=True)
@click.option("--epochs", type=click.IntRange(1), default=10, show_default=True)
@dataset_option
def train(nets: tuple[str, ...], seeds: tuple[int, ...], epochs: int, dataset: str) -> None:
    """Train reference networks by the course's protocol and print the accuracy of each epoch."""
    from dataclasses import replace

    import torch

    from grader.data import load_dataset
    from grader.train.protocol import KUZU
    from grader.train.training import train as train_network
    from reference import kuzu

    torch.set_num_threads(1)
    images = load_dataset(dataset)
    protocol = replace(KUZU, epochs=epochs)
    click.echo(f"{images.title}: {len(images.train_labels)} images, {epochs} epochs")
    for net in nets or tuple(NETWORKS):
        for seed in seeds:
            torch.manual_seed(seed)
            module = getattr(kuzu, NETWORKS[net])()
            run = train_network(module, images, protocol, seed=seed)
            figures = " ".join(f"{accuracy:.2f}" for accuracy in run.accuracies)
            count = kuzu.parameter_count(module)
            click.echo(f"{NETWORKS[net]} ({count} parameters), seed {seed}: {figures}")


@reference.command(
    epilog="""\b
Examples:
  grader reference plot
  grader reference plot --grid=-101 --out figures
  grader reference plot --lang anb2n
  grader reference plot --net net/anb2n_srn2_100.safetensors
  grader reference plot --lang anb2n --net z1234567/net/anb2n_srn2_100.pth
"""
)
@click.option(
    "--grid",
    type=click.Choice(["012", "-101"]),
    default="012",
    show_default=True,
    help="The nine points: {0,1,2} squared or {-1,0,1} squared.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="A language of Part 3 instead: a page and every plot of the trained reference network.",
)
@click.option(
    "--net",
    type=UserPath(),
    metavar="FILE",
    help="A checkpoint of `python -m reference.seq_train`, or with --lang a student's .pth.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reference-plots"), show_default=True
)
def plot(grid: str, lang: str | None, net: Path | None, out: Path) -> None:
    """Draw the hand-set perceptron as the course's program does, or a recurrent network."""
    from grader.output import require_writable

    if net and bool(lang) != (net.suffix == STUDENTS):
        raise click.UsageError(f"--lang goes with a {STUDENTS} file of --net, and with no other")
    require_writable(out)
    if lang or net:
        _plot_recurrent(lang, net, out)
        return
    from reference.check import MLP
    from reference.check_plot import plot_perceptron
    from reference.perceptron import GRIDS

    perceptron = MLP(4, "sig")
    perceptron.set_weights(grid)
    for file in plot_perceptron(perceptron, GRIDS[grid], out):
        click.echo(str(file))


def _plot_recurrent(lang: str | None, net: Path | None, out: Path) -> None:
    from grader.report.gallery import write_gallery
    from reference.recurrent.trained import record

    if net is None:
        assert lang is not None
        known, origin = record(lang).study, record(lang).origin
    else:
        known, origin = _studied(lang, net)
    for file in write_gallery(known, origin, out):
        click.echo(str(file))


def _studied(lang: str | None, net: Path) -> "tuple[Study, Origin]":
    """A checkpoint of ours, or a student's by way of the sandbox."""
    from reference.recurrent.checkpoints import Origin, load
    from reference.recurrent.study import study
    from reference.recurrent.tasks import TASKS

    if lang is not None:
        from grader.capturing.isolation import choose_isolation
        from grader.capturing.student_checkpoint import open_checkpoint

        task = TASKS[lang]
        networks = open_checkpoint(net, task.language, choose_isolation("auto"))
        origin = Origin(lang, networks.kind, None, None, f"handed in as {net.name}")
        return study(networks, task.language, task.limit), origin
    try:
        networks, origin = load(net)
        task = TASKS[origin.language]
        return study(networks, task.language, task.limit), origin
    except (ValueError, KeyError) as error:
        raise click.BadParameter(
            f"{error}; give a file that `python -m reference.seq_train` wrote",
            param_hint="--net",
        ) from None
