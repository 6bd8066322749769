"""`grader report`: render a result again, without grading."""

from pathlib import Path

import click

from grader.commands.options import UserPath, key_option
from grader.errors import ReportError


@click.command(
    epilog="""\b
Examples:
  grader report results/z5567992
  grader report results/z5567992/result.json --out reprint
"""
)
@click.argument("result", type=UserPath(), metavar="RESULT")
@click.option(
    "--out",
    type=UserPath(),
    metavar="DIR",
    help="Where to write; by default beside the result.",
)
@key_option
def report(result: Path, out: Path | None, key_file: Path | None) -> None:
    """Write report.html and report.pdf from RESULT, a result.json or the folder that holds one."""
    from grader.output import require_writable
    from grader.report import write_report
    from grader.report.seal import read_key
    from grader.results import Result

    file = result / "result.json" if result.is_dir() else result
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise ReportError(
            str(file), f"cannot be read ({reason})", "a result.json", "name one, or its folder"
        ) from None
    loaded = Result.from_json(text, str(file))
    folder = out or file.parent
    require_writable(folder)
    files = write_report(loaded, folder, read_key(key_file) if key_file else None)
    click.echo(f"{files.html}\n{files.pdf}")
