"""`grader doctor`: what works here, and the line that mends what does not."""

import click

from grader.errors import GraderError


@click.command(epilog="\b\nExample:\n  grader doctor")
def doctor() -> None:
    """Try everything that grading needs, for real. Exit code 3 when something needed fails."""
    from rich.console import Console
    from rich.text import Text

    from grader.doctor import examine

    console = Console(highlight=False, soft_wrap=True)
    broken = 0
    for finding in examine():
        sign, style = ("ok  ", "green") if finding.ok else ("FAIL", "red")
        if not finding.ok and not finding.required:
            sign, style = "note", "yellow"
        console.print(Text.assemble((sign, style), f"  {finding.name}: {finding.found}"))
        if not finding.ok and finding.mend:
            console.print(f"        {finding.mend}", markup=False)
        broken += not finding.ok and finding.required
    if broken:
        raise click.exceptions.Exit(GraderError.exit_code)
