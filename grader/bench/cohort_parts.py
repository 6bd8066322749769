"""The parts of the benchmark of a cohort: speed, fixed cost, scaling, memory.

Each can run alone; each holds what it found against what this project promises.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from grader.bench.cohort import Batch, Batches
from grader.bench.cohort_report import Promise, Report, Table, at_least, at_most, process_table
from grader.bench.cohort_speed import (
    Difference,
    Speed,
    differences,
    read_results,
    speed_of,
    trained_networks,
)
from grader.graphs.numerics import Precision
from grader.synthetic.cohort import read_manifest

if TYPE_CHECKING:
    from grader.bench.cohort_epochs import EpochSeconds
    from grader.results import Result

SPEEDS: Final[Mapping[Precision, float]] = {"fp32": 5.0, "bf16": 10.0}
"""How many times the throughput of the course's programs."""
FIXED_SECONDS: Final = 4.0
"""Core-seconds a submission besides training and reports."""
TWO_WORKERS: Final = 1.8
"""Throughput of two workers against one's."""
FLAT: Final = 1.2
"""Cost of a submission in a large cohort against that in a small one."""
WORKER_GB, PARENT_GB = 1.2, 1.0
"""Peak memory of any one worker or sandbox, and of the command itself."""

FEW, SOME = 10, 50
"""Sizes whose difference is the cost of a submission without what a batch costs once."""
REPORTS: Final = 7
"""Reports rendered to find out what one costs."""

Epochs = Callable[[Path], "Mapping[str, EpochSeconds]"]
"""Measures an epoch of each network of the cohort in a folder, by description."""


def speed(batches: Batches, epochs: Epochs, start: Callable[[], float], asked: int) -> Report:
    """Throughput against the course's programs, taken apart; and whether the marks are the same.

    Args:
        batches: runs the batches.
        epochs: see `Epochs`.
        start: measures the core-seconds that starting one of the course's programs takes.
        asked: epochs of the course's protocol.
    """
    plan = batches.plan
    seconds, starting = epochs(batches.mixed_cohort()), start()
    official = batches.mixed("official", "fp32", plan.jobs)
    decided = {p: batches.mixed("decide", p, plan.jobs) for p in SPEEDS}
    results = {precision: read_results(batch.results) for precision, batch in decided.items()}
    expected = read_manifest(batches.mixed_cohort())
    speeds = [
        speed_of(
            trained_networks(results[precision], expected),
            seconds,
            batch.figures,
            precision=precision,
            submissions=plan.submissions,
            epochs=asked,
            start=starting,
            jobs=plan.jobs,
        )
        for precision, batch in decided.items()
    ]
    before = read_results(official.results)
    changed = {precision: differences(before, after) for precision, after in results.items()}
    named = {f"decide, {precision}": batch for precision, batch in decided.items()}
    return Report(
        promises=(
            *(at_least(f"throughput, {s.precision}", s.value, SPEEDS[s.precision]) for s in speeds),
            *(_same_marks(precision, found) for precision, found in changed.items()),
        ),
        tables=(
            *(_factors(one) for one in speeds),
            *(_changes(precision, found) for precision, found in changed.items() if found),
            _batch_table({"official, fp32": official, **named}),
        ),
        figures={
            "factors": [asdict(one) for one in speeds],
            "start_seconds": starting,
            "epoch_seconds": {name: asdict(one) for name, one in seconds.items()},
            "differences": {p: [asdict(one) for one in found] for p, found in changed.items()},
            "batches": _figures({"official, fp32": official, **named}),
        },
    )


def fixed(batches: Batches, report_seconds: Callable[[Sequence["Result"]], float]) -> Report:
    """Core-seconds a submission besides training and reports, and besides starting a batch.

    All networks of the cohorts are equal, so both batches train once, and the difference holds no
    training. `report_seconds` gives the core-seconds of one submission's reports.
    """
    few, some = batches.equal(FEW), batches.equal(SOME)
    whole = _marginal(few, some, FEW, SOME)
    reports = report_seconds(read_results(some.results)[:REPORTS])
    found = whole - reports
    return Report(
        promises=(
            at_most("a submission besides training and reports", found, FIXED_SECONDS, "core-s"),
        ),
        tables=(
            Table(
                "Core-seconds",
                ("", "core-s"),
                (
                    ("a submission, all of whose networks were trained before", f"{whole:.2f}"),
                    ("of which its reports", f"{reports:.2f}"),
                    ("of which everything else", f"{found:.2f}"),
                    ("a batch, once, with its training", f"{few.figures.cpu - FEW * whole:.2f}"),
                ),
            ),
        ),
        figures={
            "submission": whole,
            "reports": reports,
            "batches": _figures({f"equal {FEW}": few, f"equal {SOME}": some}),
        },
    )


def scaling(batches: Batches) -> Report:
    """Two workers against one, and a large cohort against a small one.

    What workers do for a submission knows nothing of the others. So of a large cohort only the
    command's own share is measured, with the workers' answers repeated.
    """
    many = batches.plan.many
    one, two = (batches.mixed("decide", "fp32", jobs) for jobs in (1, 2))
    few, some = batches.equal(FEW), batches.equal(SOME)
    own = [batches.repeated(count) for count in (FEW, SOME, many)]
    small = _marginal(few, some, FEW, SOME)
    own_small = _marginal(own[0], own[1], FEW, SOME)
    own_large = _marginal(own[1], own[2], SOME, many)
    large = small - own_small + own_large
    ratio = large / small
    named = {"1 worker": one, "2 workers": two, f"equal {FEW}": few, f"equal {SOME}": some}
    named |= _repeated(own, (FEW, SOME, many))
    return Report(
        promises=(
            at_least("2 workers", one.figures.wall / two.figures.wall, TWO_WORKERS),
            Promise(
                f"a submission up to {many}, against up to {SOME}",
                f"{large:.2f} core-s, {ratio:.2f}x of {small:.2f} core-s",
                f"at most {FLAT:g}x",
                ratio <= FLAT,
            ),
        ),
        tables=(
            _batch_table(named),
            Table(
                "The command's own core-seconds a submission",
                ("", "core-s"),
                (
                    (f"from {FEW} to {SOME}", f"{own_small:.3f}"),
                    (f"from {SOME} to {many}", f"{own_large:.3f}"),
                ),
            ),
        ),
        figures={
            "small": small,
            "large": large,
            "own_small": own_small,
            "own_large": own_large,
            "batches": _figures(named),
        },
    )


def memory(batches: Batches) -> Report:
    """Peak of the largest process that is not the command, and of the command itself."""
    plan = batches.plan
    named = {
        "like a real one, fp32": batches.mixed("decide", "fp32", plan.jobs),
        "like a real one, bf16": batches.mixed("decide", "bf16", plan.jobs),
        f"equal {SOME}": batches.equal(SOME),
        **_repeated([batches.repeated(plan.many)], [plan.many]),
    }
    worker = max(batch.figures.worker_bytes for batch in named.values())
    parent = max(batch.figures.parent_bytes for batch in named.values())
    return Report(
        promises=(
            at_most("largest worker", worker / 1e9, WORKER_GB, "GB"),
            at_most(f"parent, up to {plan.many} submissions", parent / 1e9, PARENT_GB, "GB"),
        ),
        tables=(_batch_table(named),),
        figures={"batches": _figures(named)},
    )


def report_seconds(results: Sequence["Result"]) -> float:
    """Processor seconds that the page and the PDF of one submission take, the median of several.

    The first is rendered twice, as a worker's first is more expensive and none of the others.
    """
    from grader.report.files import rendered

    found = []
    for result in (results[0], *results):
        started = time.process_time()
        rendered(result)
        found.append(time.process_time() - started)
    return median(found[1:])


def _repeated(batches: Sequence[Batch], counts: Sequence[int]) -> dict[str, Batch]:
    names = (f"equal {count}, repeated" for count in counts)
    return dict(zip(names, batches, strict=True))


def _marginal(small: Batch, large: Batch, few: int, many: int) -> float:
    """Core-seconds of each submission that one batch has and the other has not."""
    return (large.figures.cpu - small.figures.cpu) / (many - few)


def _same_marks(precision: Precision, found: Sequence[Difference]) -> Promise:
    what = f"checks that differ from official, fp32: decide, {precision}"
    return Promise(what, str(len(found)), "0", not found)


def _factors(one: Speed) -> Table:
    lines = [
        (factor.name, f"{factor.before:.0f}", f"{factor.after:.0f}", f"{factor.value:.2f}x")
        for factor in one.factors
    ]
    first, last = one.factors[0].before, one.factors[-1].after
    whole = ("all together", f"{first:.0f}", f"{last:.0f}", f"{one.value:.2f}x")
    return Table(
        f"{one.submissions} submissions, decide, {one.precision}, in core-seconds. The course's "
        "programs run one after another, with\na thread a core: one measured epoch of each network,"
        " times the epochs asked for, times all who handed it in.",
        ("what it comes from", "before", "after", "factor"),
        (*lines, whole),
    )


def _changes(precision: Precision, found: Sequence[Difference]) -> Table:
    return Table(
        f"Checks that decide, {precision} judges otherwise than official, fp32",
        ("student", "check", "official, fp32", f"decide, {precision}"),
        tuple((one.student, one.check, one.before, one.after) for one in found),
    )


def _batch_table(named: Mapping[str, Batch]) -> Table:
    return process_table("Batches", {name: batch.figures for name, batch in named.items()})


def _figures(named: Mapping[str, Batch]) -> dict[str, object]:
    return {name: asdict(batch.figures) for name, batch in named.items()}
