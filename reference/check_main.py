"""Trains or tries out the perceptron of Part 2, with the course's command line."""

from pathlib import Path

import click
import torch

from reference.check import ACTS, MLP
from reference.check_plot import plot_perceptron
from reference.check_training import accuracy, grid_tensors, initialise, train_perceptron
from reference.perceptron import GRIDS, HIDDEN, Grid


@click.command(
    epilog="""\b
Examples:
  python -m reference.check_main --act sig --hid 5
  python -m reference.check_main --act step --hid 4 --set_weights --plot pictures
"""
)
@click.option("--act", type=click.Choice(ACTS), default="sig", show_default=True)
@click.option(
    "--hid",
    type=click.IntRange(min=1),
    default=HIDDEN,
    show_default=True,
    help="Number of hidden nodes.",
)
@click.option("--set_weights", is_flag=True, help="Use the weights set by hand; do not train.")
@click.option("--seed", type=int, help="Makes a run repeatable. Left out: another run each time.")
@click.option(
    "--grid",
    "name",
    type=click.Choice(list(GRIDS)),
    default="012",
    show_default=True,
    help="Which nine points.",
)
@click.option("--plot", "folder", type=click.Path(path_type=Path), help="Folder for pictures.")
def main(
    *, act: str, hid: int, set_weights: bool, seed: int | None, name: str, folder: Path | None
) -> None:
    """Train the perceptron of Part 2, or try out the weights set by hand."""
    grid = GRIDS[name]
    if seed is not None:
        torch.manual_seed(seed)
    net = MLP(hid, act)
    try:
        _prepare(net, grid, set_weights)
    except ValueError as error:
        hint = "with --set_weights use --hid 4; without it use --act sig"
        raise click.UsageError(f"{error} ({hint})") from None
    _print_weights(net)
    _print_activations(net, grid)
    click.echo(f"Accuracy: {accuracy(net, grid):.2f}")
    if folder is not None:
        _plot(net, grid, folder)


def _prepare(net: MLP, grid: Grid, set_weights: bool) -> None:
    if set_weights:
        net.set_weights(grid.name)
        return
    initialise(net)
    run = train_perceptron(net, grid)
    click.echo(f"{run.epochs} epochs, loss {run.loss:.4f}")


def _print_weights(net: MLP) -> None:
    for name, parameter in net.named_parameters():
        rows = parameter.detach().reshape(len(parameter), -1)
        click.echo(f"{name}: " + ", ".join(_numbers(row) for row in rows))


def _print_activations(net: MLP, grid: Grid) -> None:
    points, _ = grid_tensors(grid)
    with torch.no_grad():
        output = net(points)
    for point, target, hidden, out in zip(
        grid.points, grid.targets, net.hid, output[:, 0], strict=True
    ):
        click.echo(
            f"({point[0]:g}, {point[1]:g})  target {target}  hidden {_numbers(hidden)}"
            f"  output {out.item():.4f}"
        )


def _numbers(values: torch.Tensor) -> str:
    return " ".join(f"{value:.4f}" for value in values.tolist())


def _plot(net: MLP, grid: Grid, folder: Path) -> None:
    try:
        paths = plot_perceptron(net, grid, folder)
    except OSError as error:
        raise click.BadParameter(
            f"pictures cannot be written to {folder}: {error.strerror}; name a folder that can"
            " be written to",
            param_hint="--plot",
        ) from None
    click.echo("Pictures: " + ", ".join(map(str, paths)))


if __name__ == "__main__":
    main()
