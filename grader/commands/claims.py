"""`grader claims`: what a machine sees in a report, with places."""

from pathlib import Path

import click

from grader.capturing.isolation import TIERS
from grader.commands.options import UserPath, assignment_option


@click.command(
    epilog="""\b
Examples:
  grader claims hw1.pdf
  grader claims submissions/z5567992/hw1.pdf --json | jq .matrices
"""
)
@click.argument("file", type=UserPath(), metavar="FILE")
@assignment_option
@click.option(
    "--isolation",
    type=click.Choice(TIERS),
    default="auto",
    show_default=True,
    help="Sandbox that the file is opened in.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
def claims(file: Path, *, assignment: str, isolation: str, as_json: bool) -> None:
    """Print what can be read in FILE, a report: PDF, Word document, picture or text.

    Nothing is checked here: this shows whether a machine sees what you meant to say.
    """
    from grader.assignment import load_assignment
    from grader.capturing.isolation import choose_isolation
    from grader.capturing.sandbox import Limits
    from grader.claims.printing import print_found
    from grader.claims.report import read_report
    from grader.errors import IntakeError
    from grader.submission.intake import private_copy

    table = load_assignment(assignment).table
    box = choose_isolation(isolation)
    with private_copy(file) as copy:
        found = read_report(copy, box, Limits(), table)
    if as_json:
        click.echo(found.model_dump_json(indent=2, exclude={"pictures"}))
    else:
        print_found(found, file.name)
    if found.problem:
        raise IntakeError(file.name, found.problem, "a report that can be read")
