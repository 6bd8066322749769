"""Runs the parts of the benchmark of a cohort that were asked for, with everything real."""

import json
import os
import platform
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader import __version__
from grader.assignment import Assignment, load_assignment
from grader.bench import cohort_parts
from grader.bench.cohort import Batches, Plan
from grader.bench.cohort_report import Report

if TYPE_CHECKING:
    from grader.bench.cohort_epochs import EpochSeconds

SCHEMA: Final = "grader.bench.training-cohort/1"


def run_parts(
    plan: Plan, names: Collection[str], say: Callable[[str], None]
) -> Iterator[tuple[str, Report]]:
    """Run these parts, in their own order; each comes when it is done.

    Raises:
        GraderError: a batch failed, or a network could not be captured.
    """
    assignment = load_assignment(plan.assignment)
    batches = Batches(plan, say)
    epochs = partial(_epochs, assignment, plan, say)
    parts: dict[str, Callable[[], Report]] = {
        "speed": lambda: cohort_parts.speed(
            batches, epochs, partial(_start, plan.dataset), assignment.protocol.epochs
        ),
        "fixed": lambda: cohort_parts.fixed(batches, cohort_parts.report_seconds),
        "scaling": lambda: cohort_parts.scaling(batches),
        "memory": lambda: cohort_parts.memory(batches),
    }
    for name, run in parts.items():
        if name in names:
            yield name, run()


def document(plan: Plan, reports: Mapping[str, Report]) -> dict[str, Any]:
    """What was measured, on what, as plain data for the record."""
    parts = {name: report.document() for name, report in reports.items()}
    return {"schema": SCHEMA, **circumstances(plan), "parts": parts}


def circumstances(plan: Plan) -> dict[str, Any]:
    """What was asked for, and on what machine: figures taken elsewhere do not belong with these."""
    import torch

    asked = asdict(plan)
    del asked["work"]
    return {
        "machine": {
            "platform": platform.platform(),
            "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "torch": str(torch.__version__),
            "grader": __version__,
        },
        "plan": asked,
    }


def _epochs(
    assignment: Assignment, plan: Plan, say: Callable[[str], None], cohort: Path
) -> "Mapping[str, EpochSeconds]":
    from grader.bench.cohort_epochs import EpochSeconds, measure_epochs
    from grader.capturing.isolation import choose_isolation
    from grader.data import load_dataset

    record = cohort.with_name(f"epochs-{cohort.name}.jsonl")
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    known = {name: EpochSeconds(**seconds) for name, seconds in map(json.loads, lines)}

    def tell(description: str, one: EpochSeconds) -> None:
        with record.open("a", encoding="utf-8") as file:
            file.write(json.dumps([description, asdict(one)]) + "\n")
        ways = ", ".join(f"{way} {seconds:.2f} s" for way, seconds in asdict(one).items())
        say(f"  an epoch, {ways}: {description}")

    say("an epoch of each network ...")
    images = load_dataset(plan.dataset)
    return measure_epochs(
        cohort,
        assignment,
        images,
        choose_isolation(),
        cores=plan.jobs,
        on_network=tell,
        known=known,
    )


def _start(dataset: str) -> float:
    from grader.bench.cohort_epochs import measure_start

    return measure_start(dataset)
