"""`grader reference`: train the oracle's networks and draw its perceptron."""

from pathlib import Path

import click

from grader.commands.options import dataset_option

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
    from grader.protocol import KUZU
    from grader.training import train as train_network
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
    "--out", type=click.Path(path_type=Path), default=Path("reference-plots"), show_default=True
)
def plot(grid: str, out: Path) -> None:
    """Draw the hidden nodes and the output of the hand-set perceptron, as the course's program."""
    from grader.output import require_writable
    from reference.check import MLP
    from reference.check_plot import plot_perceptron
    from reference.perceptron import GRIDS

    require_writable(out)
    net = MLP(4, "sig")
    net.set_weights(grid)
    for file in plot_perceptron(net, GRIDS[grid], out):
        click.echo(str(file))
