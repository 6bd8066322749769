"""`grader check`: a student checks a folder of their own before handing it in."""

from dataclasses import replace
from pathlib import Path

import click

from grader.commands.options import (
    UserPath,
    assignment_option,
    dataset_option,
    jobs_option,
    protocol_option,
)

FAILURES = 1


@click.command(
    epilog="""\b
Examples:
  grader check
  grader check my-assignment --protocol quick
  grader check my-assignment --report my-report
"""
)
@click.argument("folder", default=".", type=UserPath(), metavar="[DIR]", required=False)
@assignment_option
@dataset_option
@protocol_option
@jobs_option
@click.option(
    "--report",
    "report_dir",
    type=UserPath(),
    metavar="DIR",
    help="Write the report that a tutor would see to DIR as well.",
)
def check(
    folder: Path,
    *,
    assignment: str,
    dataset: str,
    protocol: str,
    jobs: int,
    report_dir: Path | None,
) -> None:
    """Check the assignment in DIR (default: this folder) and say what to mend.

    The same checks as a tutor's. Your own code runs on your own machine with resource limits
    only. Exit code 1 while a check fails.
    """
    from grader.capturing.fork_server import stand_down, standing_by
    from grader.commands.session import grading_session
    from grader.grading import grade
    from grader.output import require_apart, require_writable, write_everything
    from grader.progress import Progress
    from grader.summary import print_checks

    if report_dir is not None:
        require_apart(report_dir, folder)
        require_writable(report_dir)
    with (
        standing_by(),
        Progress() as progress,
        grading_session(
            assignment=assignment,
            dataset=dataset,
            protocol=protocol,
            isolation="rlimits",
            jobs=jobs,
            progress=progress,
        ) as settings,
    ):
        result = grade(folder, replace(settings, after_capture=stand_down))
        if report_dir is not None:
            write_everything(result, report_dir)
    print_checks(result)
    failures = [c for q in result.questions for c in q.checks if c.outcome in ("failed", "partial")]
    if failures:
        raise click.exceptions.Exit(FAILURES)
