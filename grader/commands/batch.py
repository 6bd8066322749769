"""`grader batch`: grade a whole cohort, and go on wherever an earlier run was stopped."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.capturing.isolation import TIERS
from grader.commands.options import (
    UserPath,
    assignment_option,
    dataset_option,
    default_workers,
    device_option,
    precision_option,
)
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.cohort.batch import CohortSettings
    from grader.cohort.books import Tally
    from grader.cohort.progress import CohortProgress
    from grader.cohort.standing import Cohort
    from grader.graphs.numerics import Device, Precision
    from grader.handin.layouts import Found


@click.command(
    epilog="""\b
Examples:
  grader batch submissions --out marks
  grader batch moodle-download.zip --roster worksheet.csv --out marks
  grader batch submissions --out marks --precision bf16 --jobs 8
  grader batch submissions --out marks --executor dask://head-node:8786
"""
)
@click.argument("folder", type=UserPath(), metavar="FOLDER")
@click.option(
    "--out",
    type=UserPath(),
    required=True,
    metavar="RESULTS",
    help="Reports go to RESULTS/<student id>/. The same command goes on where it was stopped.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=default_workers,
    show_default="cores",
    help="Worker processes, one thread each.",
)
@assignment_option
@dataset_option
@click.option(
    "--protocol",
    type=click.Choice(["decide", "official"]),
    default="decide",
    show_default=True,
    help="decide stops training once the threshold question is settled; official never does.",
)
@precision_option
@device_option
@click.option(
    "--isolation",
    type=click.Choice(TIERS),
    default="auto",
    show_default=True,
    help="Sandbox. auto takes the strongest that works and never falls back to rlimits alone.",
)
@click.option(
    "--roster",
    type=UserPath(),
    metavar="FILE",
    help="Who should have handed in: a Moodle worksheet, Canvas or Gradescope export, or any CSV.",
)
@click.option(
    "--executor",
    default="local",
    show_default=True,
    metavar="local|dask://HOST:PORT",
    help="Where the work is done.",
)
@click.option("--cache/--no-cache", default=True, help="Use what was computed before.")
@click.option("--timings", is_flag=True, help="Say where the time went.")
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong, and the end.")
def batch(
    folder: Path,
    *,
    out: Path,
    jobs: int,
    assignment: str,
    dataset: str,
    protocol: str,
    precision: "Precision",
    device: "Device",
    isolation: str,
    roster: Path | None,
    executor: str,
    cache: bool,
    timings: bool,
    quiet: bool,
) -> None:
    """Grade everyone in FOLDER: folders or archives named by student, a Moodle or Gradescope
    download, or a give tree.

    Who has no submission, several, or one that cannot be read is listed and has no marks. The
    exit code is 3 where anyone could not be graded through a fault of the grader.
    """
    from grader.assignment import load_assignment
    from grader.cohort.batch import CohortSettings
    from grader.cohort.progress import CohortProgress
    from grader.data import load_dataset
    from grader.output import require_apart
    from grader.resources import default_cache
    from grader.store.cache import Cache
    from grader.train.protocol import decide

    require_apart(out, folder)
    with ExitStack() as stack:
        progress = stack.enter_context(CohortProgress(quiet=quiet))
        loaded = load_assignment(assignment)
        images = load_dataset(dataset, progress=progress.note)
        settings = CohortSettings(
            assignment=loaded,
            dataset=images,
            protocol=decide(loaded.protocol) if protocol == "decide" else loaded.protocol,
            precision=precision,
            device=device,
            isolation=isolation,
            executor=executor,
            jobs=jobs,
            out=out,
            cache=stack.enter_context(Cache(default_cache())) if cache else None,
        )
        cohort, tally = _graded(folder, roster, settings, progress)
    _say(cohort, tally, out, timings=timings)
    if any(standing.status == "fault" for standing in cohort.standings):
        raise click.exceptions.Exit(GraderError.exit_code)


def _graded(
    folder: Path, roster: Path | None, settings: "CohortSettings", progress: "CohortProgress"
) -> "tuple[Cohort, Tally]":
    """Grade, then write the cohort's report."""
    from grader.cohort.batch import grade_cohort
    from grader.handin.layouts import find_submissions
    from grader.handin.roster import load_roster
    from grader.report.cohort.page import write_cohort_report

    listed = load_roster(roster) if roster is not None else None
    roles = settings.assignment.table.files

    def find(workdir: Path) -> "Found":
        return find_submissions(folder, workdir=workdir, roles=roles, roster=listed)

    try:
        cohort, tally = grade_cohort(find, settings, progress)
    except KeyboardInterrupt:
        progress.note(
            f"stopped: what was finished is in {settings.out}; the same command goes on from there"
        )
        raise
    progress.note("writing the cohort's report ...")
    write_cohort_report(cohort, settings.out)
    return cohort, tally


def _say(cohort: "Cohort", tally: "Tally", out: Path, *, timings: bool) -> None:
    """Who is graded, who is not and why, what a regrade changed, and where the reports are."""
    from grader.cohort.terminal import print_cohort, print_timings

    print_cohort(cohort, tally, out)
    if timings:
        print_timings(tally)
