"""`grader export`: a cohort's marks in the forms that schools' systems take."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from grader.commands.options import UserPath, assignment_option
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.cohort.standing import Cohort
    from grader.export.final_marks import Rules
    from grader.export.writing import Marked, Written

BELONGS = {
    "excel": ("csv",),
    "worksheet": ("moodle",),
    "html": ("moodle",),
    "gradebook": ("canvas",),
    "column": ("canvas",),
    "rescale": ("moodle", "canvas"),
}
"""Which format an option is for."""


@dataclass(frozen=True)
class Asked:
    """The command line."""

    results: Path | None
    form: Literal["csv", "moodle", "gradescope", "canvas"] | None
    out: Path | None
    excel: bool
    worksheet: Path | None
    html: bool
    gradebook: Path | None
    column: str | None
    rescale: bool
    pending: Literal["empty", "exclude", "zero"]
    pending_from: Path | None
    missing: Literal["empty", "zero"]
    late_from: str | None
    late_percent: Decimal
    late_days: int
    times: Path | None
    time_column: str
    id_column: str
    extensions: Path | None
    autograder: Path | None
    assignment: str


def _percent(_context: click.Context, _option: click.Parameter, text: str) -> Decimal:
    """The exact number from 0 to 100 that a text stands for."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not (number.is_finite() and 0 <= number <= 100):
        raise click.BadParameter(f"{text!r} is not a number from 0 to 100")
    return number


@click.command(
    epilog="""\b
Examples:
  grader export marks --format csv --out marks.csv
  grader export marks --format csv --late-from "2025-07-04 18:00 UTC"
  grader export marks --format moodle --worksheet grades.csv --pending exclude
  grader export marks --format canvas --gradebook book.csv --column "A1"
  grader export marks --format gradescope --pending exclude
  grader export --autograder autograder.zip
"""
)
@click.argument("results", type=UserPath(), required=False, metavar="[RESULTS]")
@click.option("--format", "form", type=click.Choice(["csv", "moodle", "gradescope", "canvas"]))
@click.option(
    "--out",
    type=UserPath(),
    metavar="FILE|DIR",
    help="A file for csv and canvas, a folder for the others.  [default: in RESULTS/export]",
)
@click.option("--excel", is_flag=True, help="csv: begin with the byte order mark Excel needs.")
@click.option(
    "--worksheet",
    type=UserPath(),
    metavar="FILE",
    help="moodle: the grading worksheet; it comes back filled in, beside the feedback files.",
)
@click.option("--html", is_flag=True, help="moodle: report.html beside every report.pdf.")
@click.option(
    "--gradebook", type=UserPath(), metavar="FILE", help="canvas: the exported gradebook."
)
@click.option("--column", metavar="NAME", help="canvas: the assignment to fill in.")
@click.option("--rescale", is_flag=True, help="Convert to the maximum that Moodle or Canvas has.")
@click.option(
    "--pending",
    type=click.Choice(["empty", "exclude", "zero"]),
    default="empty",
    show_default=True,
    help="Marks that wait for a person leave the mark empty, stay out of it, or count as 0.",
)
@click.option(
    "--pending-from",
    type=UserPath(),
    metavar="FILE",
    help="Marks that a person gave: a CSV file with student, question, marks.",
)
@click.option(
    "--missing",
    type=click.Choice(["empty", "zero"]),
    default="empty",
    show_default=True,
    help="What who handed in nothing gets. Whatever was handed in and is not graded stays empty.",
)
@click.option(
    "--late-from",
    metavar="TIME",
    help='The deadline with its zone, such as "2025-07-04 18:00 Australia/Sydney".',
)
@click.option(
    "--late-percent",
    metavar="NUMBER",
    callback=_percent,
    default="5",
    show_default=True,
    help="Of the assignment's marks, for each started day.",
)
@click.option(
    "--late-days",
    type=click.IntRange(0, 3660),
    default=5,
    show_default=True,
    help="Later than that the mark is 0.",
)
@click.option("--times", type=UserPath(), metavar="FILE", help="A CSV file with submission times.")
@click.option("--time-column", default="", metavar="NAME", help="Its column with the times.")
@click.option("--id-column", default="", metavar="NAME", help="Its column with the students.")
@click.option(
    "--extensions",
    type=UserPath(),
    metavar="FILE",
    help="Later deadlines: a CSV file with id, deadline.",
)
@click.option(
    "--autograder",
    type=UserPath(),
    metavar="OUT.zip",
    help="Write an autograder for Gradescope instead; needs no RESULTS.",
)
@assignment_option
def export(**options: Any) -> None:
    """Write the marks in RESULTS, the folder that `grader batch` filled, for a school's system.

    A student whose marks are not complete has none in it, unless you say what to put there.
    """
    asked = Asked(**options)
    if asked.autograder is not None:
        _write_autograder(asked, asked.autograder)
    else:
        _write_marks(asked)


def _write_autograder(asked: Asked, path: Path) -> None:
    from grader.assignment import load_assignment
    from grader.export.autograder import write_autograder
    from grader.output import require_writable

    if asked.results is not None or asked.form is not None:
        raise UsageError("--autograder", "given together with RESULTS or --format", "it alone")
    require_writable(path.parent)
    write_autograder(path, load_assignment(asked.assignment))
    click.echo(f"written: {path}")
    click.echo(
        "Upload it under Configure Autograder. The settings are at the top of setup.sh and"
        " run_autograder: read what WITHOUT_SANDBOX means."
    )


def _write_marks(asked: Asked) -> None:
    from grader.export.account import account
    from grader.export.cohort_file import load_cohort
    from grader.export.final_marks import final_marks
    from grader.export.writing import Marked
    from grader.plain import printable

    results = _checked(asked)
    cohort = load_cohort(results)
    rules = _rules(asked, cohort)
    marked = Marked(results, cohort, final_marks(cohort, rules), rules)
    for line in account(marked, _write(asked, marked)):
        click.echo(printable(line))


def _checked(asked: Asked) -> Path:
    """The results folder, once the options go together.

    Raises:
        UsageError: they do not.
    """
    if asked.results is None or asked.form is None:
        what = "RESULTS" if asked.results is None else "--format"
        raise UsageError(
            "grader export", f"no {what}", "RESULTS and --format, or --autograder", "see --help"
        )
    for name, forms in BELONGS.items():
        if getattr(asked, name) and asked.form not in forms:
            raise UsageError(f"--{name}", f"given with --format {asked.form}", " or ".join(forms))
    if asked.form == "canvas" and not (asked.gradebook and asked.column):
        raise UsageError("--format canvas", "no gradebook", "--gradebook FILE and --column NAME")
    late = asked.times, asked.time_column, asked.id_column, asked.extensions
    if asked.late_from is None and any(late):
        raise UsageError("--times, --extensions", "no deadline", "--late-from TIME with them")
    if asked.times is None and (asked.time_column or asked.id_column):
        raise UsageError("--time-column, --id-column", "no file", "--times FILE with them")
    return asked.results


def _rules(asked: Asked, cohort: "Cohort") -> "Rules":
    """What decides the marks, with all that the tutor's files say.

    Raises:
        GraderError: a file or the deadline cannot be used.
    """
    from grader.export.deadline import parse_deadline
    from grader.export.final_marks import Rules
    from grader.export.lateness import LateRule
    from grader.export.people import People
    from grader.export.tutor_files import read_extensions, read_times, read_written

    people = People(cohort.standings)
    written = read_written(asked.pending_from, people) if asked.pending_from else {}
    if asked.late_from is None:
        return Rules(asked.pending, asked.missing, written)
    deadline = parse_deadline(asked.late_from)
    later = read_extensions(asked.extensions, people, deadline) if asked.extensions else {}
    rule = LateRule(deadline, asked.late_percent, asked.late_days, later)
    columns = asked.time_column, asked.id_column
    times = read_times(asked.times, people, deadline.tzinfo, *columns) if asked.times else {}
    return Rules(asked.pending, asked.missing, written, rule, times)


def _write(asked: Asked, marked: "Marked") -> "Written":
    from grader.export.writing import write_canvas, write_csv, write_gradescope, write_moodle

    folder = marked.results / "export"
    if asked.form == "csv":
        return write_csv(marked, asked.out or folder / "marks.csv", excel=asked.excel)
    if asked.form == "gradescope":
        return write_gradescope(marked, asked.out or folder / "gradescope")
    if asked.form == "moodle":
        out = asked.out or folder / "moodle"
        return write_moodle(marked, out, asked.worksheet, html=asked.html, rescale=asked.rescale)
    assert asked.gradebook is not None  # was checked
    assert asked.column is not None
    out = asked.out or folder / asked.gradebook.name
    return write_canvas(marked, out, asked.gradebook, asked.column, rescale=asked.rescale)
