"""`grader run`: grade submissions and leave their reports."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.options import (
    assignment_option,
    dataset_option,
    jobs_option,
    protocol_option,
)
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.grading import Settings
    from grader.progress import Progress


@click.command(
    epilog="""\b
Examples:
  grader run submissions/z5567992
  grader run z1234567.zip z7654321/ --out marks --dataset kmnist
  grader run submissions/z5567992 --json | jq .marks
"""
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@assignment_option
@dataset_option
@protocol_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    metavar="DIR",
    help="Reports go to DIR/<student id>/.",
)
@jobs_option
@click.option(
    "--isolation",
    type=click.Choice(["auto", "bubblewrap", "rlimits"]),
    default="auto",
    show_default=True,
    help="Sandbox. auto takes the strongest that works and never falls back to rlimits alone.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each result as one line of JSON.")
def run(
    paths: tuple[Path, ...],
    *,
    assignment: str,
    dataset: str,
    protocol: str,
    out: Path,
    jobs: int,
    isolation: str,
    as_json: bool,
) -> None:
    """Grade each PATH (a folder, zip or tar) and write result.json, report.html and report.pdf.

    Submissions that cannot be graded are reported and the others go on; the exit code is then 3.
    """
    from grader.commands.session import grading_session
    from grader.output import require_writable
    from grader.progress import Progress

    require_writable(out)
    failed = 0
    with (
        Progress() as progress,
        grading_session(
            assignment=assignment,
            dataset=dataset,
            protocol=protocol,
            isolation=isolation,
            jobs=jobs,
            progress=progress,
        ) as settings,
    ):
        for path in paths:
            try:
                _grade_one(path, settings, out, progress, as_json=as_json)
            except GraderError as error:
                failed += 1
                progress.note(f"grader: {error}")
    if failed:
        raise click.exceptions.Exit(GraderError.exit_code)


def _grade_one(
    path: Path, settings: "Settings", out: Path, progress: "Progress", *, as_json: bool
) -> None:
    from grader.grading import grade
    from grader.output import write_everything
    from grader.summary import print_summary

    result = grade(path, settings)
    progress.stage("report")
    folder = write_everything(result, out)
    progress.pause()
    if as_json:
        click.echo(result.model_dump_json(by_alias=True))
    else:
        print_summary(result, folder)
