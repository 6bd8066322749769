"""The options that the course's two programs for Part 3 share, worded once."""

from collections.abc import Callable
from typing import Any

import click

from reference.recurrent.networks import KINDS
from reference.recurrent.tasks import TASKS

Command = Callable[..., Any]

_OPTIONS = (
    click.option("--lang", type=click.Choice(list(TASKS)), default="anb2n", show_default=True),
    click.option("--model", type=click.Choice(KINDS), help="Default: as the assignment asks."),
    click.option("--hid", type=click.IntRange(1, 16), help="Hidden units. Default: as it asks."),
    click.option(
        "--epoch", type=click.IntRange(1), help="Thousands of steps. Default: as it asks."
    ),
)


def network_options(command: Command) -> Command:
    """--lang, --model, --hid and --epoch, in this order before the command's own."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
