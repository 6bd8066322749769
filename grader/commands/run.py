"""`grader run`: grade submissions and leave their reports."""

from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.capturing.isolation import TIERS
from grader.commands.options import (
    UserPath,
    assignment_option,
    dataset_option,
    jobs_option,
    key_option,
    protocol_option,
)
from grader.errors import GraderError, IntakeError
from grader.fault import describe_fault

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
@click.argument("paths", nargs=-1, required=True, type=UserPath(), metavar="PATH...")
@assignment_option
@dataset_option
@protocol_option
@click.option(
    "--out",
    type=UserPath(),
    default=Path("results"),
    show_default=True,
    metavar="DIR",
    help="Reports go to DIR/<student id>/.",
)
@jobs_option
@click.option(
    "--isolation",
    type=click.Choice(TIERS),
    default="auto",
    show_default=True,
    help="Sandbox. auto takes the strongest that works and never falls back to rlimits alone.",
)
@key_option
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
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Grade each PATH (a folder, zip or tar) and write result.json, report.html and report.pdf.

    Submissions that cannot be graded are reported and the others go on; the exit code is then 3.
    Of two PATHs of one student only the first is graded.
    """
    from grader.capturing.fork_server import stand_down, standing_by

    with standing_by():  # before all else: it takes the longest
        from grader.commands.session import grading_session
        from grader.output import require_apart, require_writable
        from grader.progress import Progress
        from grader.report.seal import read_key

        for path in paths:
            require_apart(out, path)
        require_writable(out)
        key = read_key(key_file) if key_file is not None else None
        with (
            Progress() as progress,
            grading_session(
                assignment=assignment,
                dataset=dataset,
                protocol=protocol,
                isolation=isolation,
                jobs=jobs,
                progress=progress,
            ) as opened,
        ):
            settings = replace(
                opened,
                on_stage=progress.stage,
                prepare_report=_import_report_libraries,
                after_capture=stand_down if len(paths) == 1 else lambda: None,
            )
            failed = _grade_all(paths, settings, out, progress, key=key, as_json=as_json)
    if failed:
        raise click.exceptions.Exit(GraderError.exit_code)


def _grade_all(
    paths: tuple[Path, ...],
    settings: "Settings",
    out: Path,
    progress: "Progress",
    *,
    key: bytes | None,
    as_json: bool,
) -> int:
    """Grade one after another; how many could not be graded."""
    failed = 0
    graded: dict[str, Path] = {}
    for path in paths:
        try:
            student = _require_first(path, graded)
            _grade_one(path, settings, out, progress, key=key, as_json=as_json)
            graded[student] = path
        except BrokenPipeError:
            raise
        except Exception as error:
            failed += 1
            text = str(error) if isinstance(error, GraderError) else describe_fault(error)
            progress.note(f"grader: {text}")
    return failed


def _require_first(path: Path, graded: dict[str, Path]) -> str:
    """The student's id; refuse what would overwrite the report of another PATH.

    Raises:
        IntakeError: an earlier path belongs to the same student. Some file systems do not tell
            capital letters from small ones, so neither does this.
    """
    from grader.submission.intake import submission_id

    student = submission_id(path).casefold()
    if student in graded:
        raise IntakeError(
            str(path),
            f"not graded: {student} is the student of {graded[student]} as well",
            "one path for each student",
            "decide which of them counts, or grade this one by itself with another --out",
        )
    return student


@cache
def _import_report_libraries() -> None:
    """Layout takes a second to import and to find its fonts."""
    with suppress(OSError, GraderError):  # no Pango: the report itself will say so
        from grader.report.libraries import rehearse

        rehearse()


def _grade_one(
    path: Path,
    settings: "Settings",
    out: Path,
    progress: "Progress",
    *,
    key: bytes | None,
    as_json: bool,
) -> None:
    from grader.grading import grade
    from grader.output import write_everything
    from grader.summary import print_summary

    result = grade(path, settings)
    progress.stage("report")
    folder = write_everything(result, out, key)
    progress.pause()
    if as_json:
        click.echo(result.model_dump_json(by_alias=True))
    else:
        print_summary(result, folder)
