"""`grader verify`: is a report what the grader wrote?"""

from pathlib import Path

import click

from grader.commands.options import UserPath, key_option

ALTERED = 1


@click.command(
    epilog="""\b
Examples:
  grader verify results/z5567992/report.pdf
  grader verify report.pdf --key marking.key
"""
)
@click.argument("report", type=UserPath(), metavar="REPORT.pdf")
@key_option
def verify(report: Path, *, key_file: Path | None) -> None:
    """Check the result.json inside REPORT.pdf against its seal, and the pages against both.

    Exit code 1 where the pages say something else; 3 where the result was altered, the key is
    another one, or the file is no report.
    """
    import grader
    from grader.plain import one_line
    from grader.report.seal import read_key
    from grader.report.verify import differing_page, read_pdf, verified

    key = read_key(key_file) if key_file is not None else None
    pdf = read_pdf(report)
    result, trust = verified(pdf, str(report), key)
    marks, environment = result.marks, result.environment
    said = {
        "key": "unaltered: sealed with this key",
        "key not given": "undamaged; it is sealed with a key too, which --key FILE would check",
        "checksum": "undamaged; without a key anyone can make such a seal",
    }
    click.echo(f"result.json: {said[trust]}")
    click.echo(one_line(f"{result.submission.id}: {result.assignment.title}"))
    click.echo(f"earned {marks.earned:g}, pending {marks.pending:g}, of {marks.available:g}")
    click.echo(one_line(f"sandbox: {environment.isolation.tier}: {environment.isolation.detail}"))
    if environment.grader != grader.__version__:
        click.echo(one_line(f"pages: not compared, written by grader {environment.grader}"))
        return
    page = differing_page(pdf, result)
    if page is not None:
        click.echo(f"pages: page {page} is not what result.json makes it")
        raise click.exceptions.Exit(ALTERED)
    click.echo("pages: say what result.json says")
