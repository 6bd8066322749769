"""`grader attack`: hand in what strangers would, and see whether anything wins."""

from typing import TYPE_CHECKING

import click

from grader.capturing.isolation import TIERS
from grader.errors import IsolationError

if TYPE_CHECKING:
    from grader.attack.attack import Attack
    from grader.attack.judge import Verdict

WON = 1
NAME, IDEA = 24, 43


@click.command(
    epilog="""\b
Examples:
  grader attack
  grader attack --isolation landlock lying-graph zip-slip
  grader attack --list
"""
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--isolation",
    type=click.Choice([*TIERS, "all"]),
    default="auto",
    show_default=True,
    help="Sandbox to attack. all takes one after another, those that work here.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--list", "as_list", is_flag=True, help="Print what is tried, and try nothing.")
def attack(names: tuple[str, ...], *, isolation: str, jobs: int, as_list: bool) -> None:
    """Hand in hostile submissions (all, or those NAMEd) and see whether one wins.

    One wins that changes a mark, costs an honest part one, reads or reaches what it must not, or
    leaves anything behind. Exit code 1 if any does. With rlimits, which promises no walls, those
    that only a wall stops are listed and not tried.
    """
    from grader.attack.attack import chosen_attacks

    chosen = chosen_attacks(names)
    if as_list:
        for name, one in chosen.items():
            click.echo(f"{name:{NAME}} {one.idea}")
        return
    won = sum([_attacked(tier, chosen, jobs) for tier in _tiers(isolation)])
    if won:
        raise click.exceptions.Exit(WON)


def _tiers(isolation: str) -> list[str]:
    """Names of the tiers to attack.

    Raises:
        IsolationError: the one that was asked for does not work here.
    """
    from grader.capturing.isolation import choose_isolation

    if isolation != "all":
        return [choose_isolation(isolation).tier]
    working = []
    for tier in TIERS[1:]:
        try:
            working.append(choose_isolation(tier).tier)
        except IsolationError as error:
            click.echo(f"not tried: {error.found}")
    return working


def _attacked(tier: str, chosen: "dict[str, Attack]", jobs: int) -> int:
    """Run the attacks on one tier, tell each verdict, and count the wins."""
    from grader.attack.running import run_attacks

    walls = tier != "rlimits"
    tried = {name: one for name, one in chosen.items() if walls or not one.walls}
    click.echo(f"{tier}: {len(tried)} attacks")
    won = 0
    for verdict in run_attacks(tried, tier, jobs):
        won += bool(verdict.wins)
        click.echo(_line(verdict))
        for win in verdict.wins:
            click.echo(f"  {_cut(win, 76)}")
    for name in [name for name in chosen if name not in tried]:
        click.echo(f"open {_cut(name, NAME):{NAME}} not promised in this tier, and not tried")
    click.echo(f"{tier}: {won} of {len(tried)} attacks won")
    return won


def _line(verdict: "Verdict") -> str:
    sign = "WON " if verdict.wins else "held"
    idea = _cut(verdict.idea, IDEA)
    return f"{sign} {_cut(verdict.name, NAME):{NAME}} {idea:{IDEA}} {verdict.seconds:4.0f} s"


def _cut(text: str, width: int) -> str:
    from grader.plain import one_line

    shown = one_line(text)
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"
