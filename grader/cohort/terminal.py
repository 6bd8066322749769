"""Says on the terminal how a cohort stands: counts, who has no marks and why, what changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from grader.cohort.books import Tally
from grader.cohort.stages import Spent
from grader.cohort.standing import Change, Cohort, Standing
from grader.plain import one_line
from grader.results import Marks

SHOWN: Final = 40
"""Lines of a list; the report holds all of them."""

_WORDS: Final = {
    "fault": "not graded through a fault of the grader (the same command tries again)",
    "unreadable": "cannot be read",
    "duplicate": "more than one submission",
    "missing": "nothing handed in",
}


def print_cohort(cohort: Cohort, tally: Tally, out: Path) -> None:
    """Print it to stdout."""
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    graded = cohort.graded
    console.print(
        f"{len(cohort.standings)} students, {len(graded)} graded"
        f" ({tally.graded} now, {tally.kept} before)"
    )
    for status, words in _WORDS.items():
        _print_list(console, words, [s for s in cohort.standings if s.status == status])
    ungraded = [s for s in graded if s.ungraded]
    if ungraded:
        names = ", ".join(one_line(s.student) for s in ungraded[:SHOWN])
        console.print(f"checks to be made by hand: {len(ungraded)}: {names}{_more(ungraded)}")
    _print_changes(console, cohort.changes)
    if not cohort.environment.dataset.official:
        title = one_line(cohort.environment.dataset.title)
        console.print(f"Measured on: {title}. These marks are not official.")
    console.print(f"Report: {out / 'cohort.pdf'}")


def print_timings(tally: Tally) -> None:
    """Where the time went, by stage: tasks, seconds of the processor in all and for each."""
    table = Table(box=None)
    for title in ("stage", "tasks", "core-seconds", "each", "wall each"):
        table.add_column(title, justify="left" if title == "stage" else "right")
    for stage, spent in tally.stages.items():
        table.add_row(stage, *_figures(spent))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"trainings: {tally.trainings} made, {tally.reused} answered by an equal one")


def _figures(spent: Sequence[Spent]) -> tuple[str, str, str, str]:
    cpu, wall = sum(s.cpu for s in spent), sum(s.wall for s in spent)
    count = len(spent)
    return (str(count), f"{cpu:.1f}", f"{cpu / count:.2f}", f"{wall / count:.2f}")


def _print_list(console: Console, words: str, standings: Sequence[Standing]) -> None:
    if not standings:
        return
    console.print(f"{words}: {len(standings)}")
    for standing in standings[:SHOWN]:
        console.print(f"  {one_line(standing.student)}: {one_line(standing.reason)}")
    if len(standings) > SHOWN:
        console.print(f"  and {len(standings) - SHOWN} more, listed in the report")


def _more(items: Sequence[object]) -> str:
    return f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""


def _print_changes(console: Console, changes: Sequence[Change]) -> None:
    if not changes:
        return
    console.print(f"changed by this regrade: {len(changes)}")
    for change in changes[:SHOWN]:
        marks = f"{_earned(change.before)} -> {_earned(change.after)}"
        console.print(f"  {one_line(change.student)}: {marks}")
        for reason in change.reasons:
            console.print(f"    {one_line(reason)}")
    if len(changes) > SHOWN:
        console.print(f"  and {len(changes) - SHOWN} more, listed in the report")


def _earned(marks: Marks | None) -> str:
    return f"{marks.earned:g}" if marks is not None else "no marks"
