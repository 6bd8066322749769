"""`grader cache`: what was computed before and is kept, and how to let go of it."""

import click

MIB = 2**20


@click.command(
    epilog="""\b
Examples:
  grader cache
  grader cache --trim 500
  grader cache --clear
"""
)
@click.option(
    "--trim",
    type=click.IntRange(0),
    metavar="MIB",
    help="Drop what was not used for longest until at most so much is left.",
)
@click.option("--clear", is_flag=True, help="Forget everything.")
def cache(trim: int | None, clear: bool) -> None:
    """Show the captures and trainings that `grader batch` keeps so as not to make them again.

    Nothing but time is lost by clearing it. GRADER_CACHE names another folder for it.
    """
    from rich.console import Console
    from rich.table import Table

    from grader.errors import UsageError
    from grader.plain import one_line
    from grader.resources import default_cache
    from grader.store.cache import LIMIT, Cache

    if clear and trim is not None:
        raise UsageError("grader cache", "--clear and --trim together", "one of them")
    with Cache(default_cache()) as opened:
        if clear:
            opened.clear()
        if trim is not None:
            opened.trim(trim * MIB)
        table = Table("kind", "entries", "MiB", "answered", "oldest", box=None)
        for kind in opened.contents():
            mib = f"{kind.size / MIB:.1f}"
            table.add_row(kind.kind, str(kind.entries), mib, str(kind.hits), kind.oldest)
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"{opened.path}, at most {LIMIT // MIB} MiB")
        console.print(table)
        often = [note for note in opened.notes("training", 5) if note[2]]
        for note, size, hits in often:
            console.print(f"  {one_line(note)}: answered {hits} times, {size} bytes", markup=False)
