"""`grader bench`: the course's own way and ours, side by side in one run."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.options import DEFAULT_ASSIGNMENT, UserPath, dataset_option
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.bench.cohort import Plan
    from grader.bench.cohort_report import Report

PARTS = ("speed", "fixed", "scaling", "memory")


@click.command(
    epilog="""\b
Examples:
  grader bench
  grader bench --dataset kmnist --epochs 10 --rounds 1
  grader bench --submission submissions/z5567992 --dataset bundled
  grader bench --sandbox submissions/z5567992 --rounds 5
  grader bench --sequences
  grader bench --cohort --dataset bundled
  grader bench --cohort 12 --part speed --part memory --many 100
"""
)
@dataset_option
@click.option("--epochs", type=click.IntRange(1), default=2, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=2, show_default=True)
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Measure whole `grader run`s of this submission instead, medians of the rounds.",
)
@click.option(
    "--sandbox",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Measure what the sandbox adds to the capture of this submission instead.",
)
@click.option(
    "--sequences",
    type=click.IntRange(10),
    is_flag=False,
    flag_value=300,
    metavar="[STEPS]",
    help="Measure the training of recurrent networks instead, STEPS steps a round (300).",
)
@click.option(
    "--cohort",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=60,
    metavar="[N]",
    help="Measure `grader batch` on N made-up submissions instead (60). Takes hours.",
)
@click.option(
    "--part",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    default=PARTS,
    show_default="all",
    help="Part of --cohort to run; may be given again.",
)
@click.option(
    "--many",
    type=click.IntRange(51),
    default=2000,
    show_default=True,
    help="Size of the large cohort of --cohort, of which workers grade one submission.",
)
@click.option("--jobs", type=click.IntRange(1, 256), default=2, show_default=True)
@click.option(
    "--work",
    type=UserPath(),
    metavar="DIR",
    help="Keep cohorts and results of --cohort here; what was measured here before is not again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what --cohort found as JSON.")
def bench(
    dataset: str,
    *,
    epochs: int,
    rounds: int,
    submission: Path | None,
    sandbox: Path | None,
    sequences: int | None,
    cohort: int | None,
    parts: Sequence[str],
    many: int,
    jobs: int,
    work: Path | None,
    as_json: bool,
) -> None:
    """Time training against the course's program on one thread and compare every figure.

    With --cohort: throughput against the course's programs and where it comes from, fixed cost,
    scaling, and memory of `grader batch`. Every batch starts from an empty cache.

    Exit code 1 when a promised figure is not reached.
    """
    if cohort is not None:
        from grader.bench.cohort import Plan

        with _work_folder(work) as folder:
            plan = Plan(cohort, many, DEFAULT_ASSIGNMENT, dataset, jobs, folder)
            kept = _cohort(plan, parts, as_json=as_json)
    elif sequences is not None:
        kept = _sequences(sequences)
    elif sandbox is not None:
        kept = _sandbox(sandbox, rounds)
    elif submission is not None:
        kept = _whole_run(submission, dataset, rounds)
    else:
        kept = _training(dataset, epochs, rounds)
    if not kept:
        raise click.exceptions.Exit(1)


def _training(dataset: str, epochs: int, rounds: int) -> bool:
    from grader.bench.training import rows_as_table, run_bench
    from grader.data import load_dataset

    images = load_dataset(dataset)
    click.echo(f"{images.title}: {len(images.train_labels)} images, {epochs} epochs")

    def tell(network: str, way: str, seconds: float) -> None:
        click.echo(f"  {network}, {way}: {seconds:.2f} s", err=True)

    rows = run_bench(images, epochs, rounds=rounds, on_run=tell)
    header, *lines = rows_as_table(rows)
    _print_table(header, lines)
    return all(row.kept for row in rows)


def _whole_run(submission: Path, dataset: str, rounds: int) -> bool:
    from grader.bench.whole_run import measure_run

    rows = measure_run(submission, dataset, rounds).rows()
    lines = [(*row[:-1], "yes" if row[-1] else "NO") for row in rows]
    _print_table(("", "median", "between", "promised", "kept"), lines)
    return all(row[-1] for row in rows)


def _sandbox(submission: Path, rounds: int) -> bool:
    from grader.assignment import load_assignment
    from grader.bench.sandbox_cost import measure_sandbox
    from grader.capturing.isolation import choose_isolation

    assignment = load_assignment(DEFAULT_ASSIGNMENT)
    cost = measure_sandbox(submission, assignment, choose_isolation(), rounds)
    _print_table(("", "wall clock", "all processes", "promised"), cost.rows())
    return cost.kept


def _sequences(steps: int) -> bool:
    from grader.bench.sequences import measure_sequences, rows_as_table

    rows = measure_sequences(steps)
    header, *lines = rows_as_table(rows)
    _print_table(header, lines)
    return all(row.kept for row in rows)


def _cohort(plan: "Plan", parts: Sequence[str], *, as_json: bool) -> bool:
    """Run the parts in their own order; each is shown as soon as it is done."""
    from grader.bench.cohort_run import document, run_parts

    _require_alike(plan)
    reports: dict[str, Report] = {}
    for name, report in run_parts(plan, parts, say=lambda text: click.echo(text, err=True)):
        reports[name] = report
        if not as_json:
            _print_report(name, report)
    if as_json:
        click.echo(json.dumps(document(plan, reports), indent=1))
    return all(report.kept for report in reports.values())


@contextmanager
def _work_folder(work: Path | None) -> Iterator[Path]:
    """The folder asked for, or one that goes afterwards."""
    if work is None:
        with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
            yield Path(folder)
        return
    work.mkdir(parents=True, exist_ok=True)
    yield work


def _require_alike(plan: "Plan") -> None:
    """Make sure that whatever was measured in the plan's folder was measured like this.

    Raises:
        UsageError: it was not, or the folder holds something else.
    """
    from grader.bench.cohort_run import circumstances

    record = plan.work / "plan.json"
    now = json.dumps(circumstances(plan), indent=1)
    if not record.exists() and not any(plan.work.iterdir()):
        record.write_text(now, encoding="utf-8")
    elif not record.exists() or record.read_text(encoding="utf-8") != now:
        raise UsageError(
            str(plan.work),
            "the folder holds something else",
            "an empty folder, or one of a benchmark with these options on this machine, "
            "which is continued",
            "choose another folder with --work DIR",
        )


def _print_report(name: str, report: "Report") -> None:
    for table in report.tables:
        click.echo(f"\n{table.title}")
        _print_table(table.header, table.lines)
    click.echo(f"\nPromises: {name}")
    lines = [(p.what, p.found, p.promised, "yes" if p.kept else "NO") for p in report.promises]
    _print_table(("", "found", "promised", "kept"), lines)


def _print_table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=None)
    for line in lines:
        table.add_row(*line)
    Console(highlight=False).print(table)
