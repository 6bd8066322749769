"""`grader data`: which images there are, and fetching the official ones."""

from pathlib import Path

import click


@click.group(epilog="Try: grader data list")
def data() -> None:
    """List the data sets, or fetch the official one (KMNIST) once."""


@data.command(
    "list",
    epilog="""\b
Examples:
  grader data list
  grader data list ~/kuzushiji-kanji
""",
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR]...")
def list_sets(folders: tuple[Path, ...]) -> None:
    """Show the data sets that can be used; DIRs in IDX format are shown as well."""
    from rich.console import Console
    from rich.table import Table

    from grader.data import list_datasets

    table = Table("name", "usable", "official", "train", "test", "classes", "size", box=None)
    for column in table.columns[3:]:
        column.justify = "right"
    rows = list_datasets(folders=folders)
    for row in rows:
        table.add_row(
            row.name,
            "yes" if row.present else "no",
            "yes" if row.official else "no",
            f"{row.train:,}",
            f"{row.test:,}",
            str(row.classes),
            f"{row.size / 1e6:.1f} MB",
        )
    console = Console(highlight=False)
    console.print(table)
    for row in rows:
        console.print(f"{row.name}: {row.where}", markup=False, soft_wrap=True)


@data.command("fetch", epilog="\b\nExample:\n  grader data fetch")
def fetch() -> None:
    """Fetch KMNIST into the cache, with a progress bar, and check its MD5 sums."""
    from grader.data import fetch_kmnist

    folder = fetch_kmnist(progress=lambda text: click.echo(text, err=True))
    click.echo(f"KMNIST is in {folder}")
