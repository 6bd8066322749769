"""Options that several commands share, worded once."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class UserPath(click.Path):
    """A path in which ~ is the home folder even where the shell left it: --out=~/marks."""

    name = "path"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """The path, with ~ expanded; a user nobody knows is left as it is."""
        return super().convert(os.path.expanduser(value), param, ctx)


DEFAULT_ASSIGNMENT = "comp9444-25t2"

assignment_option: Decorator = click.option(
    "--assignment",
    default=DEFAULT_ASSIGNMENT,
    show_default=True,
    metavar="ID|DIR",
    help="Assignment by id, or a folder with an assignment.toml.",
)
dataset_option: Decorator = click.option(
    "--dataset",
    default="auto",
    show_default=True,
    metavar="auto|kmnist|bundled|DIR",
    help="Images to train and test on. auto takes KMNIST if it was fetched, else the bundled set.",
)
protocol_option: Decorator = click.option(
    "--protocol",
    type=click.Choice(["official", "decide", "quick"]),
    default="official",
    show_default=True,
    help="decide stops training once it is settled whether a threshold is met. "
    "quick trains three epochs for a first look and decides no accuracy.",
)


key_option: Decorator = click.option(
    "--key",
    "key_file",
    type=UserPath(),
    metavar="FILE",
    help="Secret that seals the result inside the PDF; `grader verify` asks for the same one.",
)


def default_jobs() -> int:
    """One training process a core that this process may use, at most three: one a network."""
    return max(1, min(3, len(os.sched_getaffinity(0))))


jobs_option: Decorator = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=default_jobs,
    show_default="cores, at most 3",
    help="Training processes, one thread each.",
)


def default_workers() -> int:
    """One worker a core that this process may use."""
    return max(1, len(os.sched_getaffinity(0)))


precision_option: Decorator = click.option(
    "--precision",
    type=click.Choice(["fp32", "bf16"]),
    default="fp32",
    show_default=True,
    help="bf16 trains large convolutions up to twice as fast, on processors that have it.",
)
device_option: Decorator = click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where networks are trained.",
)
