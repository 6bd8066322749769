"""Runs `grader batch` over made-up cohorts, for the benchmarks of a cohort.

Every batch is a command of its own with a cache of its own, so that nothing is warm that would not
be on the evening before the marks are due. A batch that two benchmarks need runs once, and what was
measured before in the same folder is not measured again: a benchmark of hours can be continued.
"""

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from grader.bench.cohort_process import ProcessFigures, measure
from grader.graphs.numerics import Precision
from grader.resources import default_cache
from grader.synthetic.cohort import make_cohort, make_equal_cohort

Protocol = Literal["decide", "official"]
Runner = Callable[[Sequence[str], Mapping[str, str]], ProcessFigures]

SEED: Final = 9444


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Args:
        submissions: size of the cohort that is like a real one.
        many: size of the large one, whose submissions are equal and answered for by the first.
        assignment: as `--assignment` of `grader batch`.
        dataset: as `--dataset` of the same.
        jobs: worker processes, except where one is measured against two.
        work: folder for cohorts, results and caches.
    """

    submissions: int
    many: int
    assignment: str
    dataset: str
    jobs: int
    work: Path


@dataclass(frozen=True)
class Batch:
    """One `grader batch` that has ended."""

    figures: ProcessFigures
    results: Path


class Batches:
    """Makes cohorts and runs batches over them, each once."""

    def __init__(self, plan: Plan, say: Callable[[str], None], run: Runner = measure) -> None:
        self.plan = plan
        self._say = say
        self._run = run
        self._done: dict[tuple[str, ...], Batch] = {}

    def mixed(self, protocol: Protocol, precision: Precision, jobs: int) -> Batch:
        """Grade the cohort that is like a real one."""
        return self._batch(self.mixed_cohort(), protocol, precision, jobs)

    def equal(self, count: int) -> Batch:
        """Grade `count` submissions of which all networks are equal."""
        return self._batch(self._equal_cohort(count), "decide", "fp32", self.plan.jobs)

    def repeated(self, count: int) -> Batch:
        """What the command does for so many equal submissions; see `repeated_batch`."""
        plan, cohort = self.plan, self._equal_cohort(count)
        words = (cohort, plan.jobs, plan.dataset, plan.assignment)

        def command(out: Path) -> list[str]:
            first, *rest = map(str, words)
            return [sys.executable, "-m", "grader.bench.repeated_batch", first, str(out), *rest]

        return self._measured((cohort.name, "repeated"), command)

    def mixed_cohort(self) -> Path:
        """The cohort that is like a real one, with its mistakes, without attacks."""
        folder = self.plan.work / f"mixed-{self.plan.submissions}"
        if not folder.exists():
            make_cohort(folder, self.plan.submissions, SEED, broken=0, hostile=0)
        return folder

    def _equal_cohort(self, count: int) -> Path:
        folder = self.plan.work / f"equal-{count}"
        if not folder.exists():
            make_equal_cohort(folder, count, SEED)
        return folder

    def _batch(self, cohort: Path, protocol: Protocol, precision: Precision, jobs: int) -> Batch:
        def command(out: Path) -> list[str]:
            return [
                *(sys.executable, "-m", "grader", "batch"),
                *(str(cohort), "--out", str(out), "--quiet"),
                *("--jobs", str(jobs), "--dataset", self.plan.dataset),
                *("--assignment", self.plan.assignment),
                *("--protocol", protocol, "--precision", precision),
            ]

        return self._measured((cohort.name, protocol, precision, f"{jobs}-jobs"), command)

    def _measured(self, key: tuple[str, ...], command: Callable[[Path], list[str]]) -> Batch:
        """The batch of that name, run by `command` where it was not run before."""
        if key not in self._done:
            name = "-".join(key)
            out, cache = self.plan.work / f"results-{name}", self.plan.work / f"cache-{name}"
            record = self.plan.work / f"figures-{name}.json"
            if record.exists():
                known = json.loads(record.read_text(encoding="utf-8"))
                self._done[key] = Batch(ProcessFigures(**known), out)
                return self._done[key]
            for unfinished in (out, cache):
                shutil.rmtree(unfinished, ignore_errors=True)
            self._say(f"grader batch: {name} ...")
            figures = self._run(command(out), {"GRADER_CACHE": str(_own_cache(cache))})
            self._say(f"  {figures.wall:.0f} s on the clock, {figures.cpu:.0f} core-seconds")
            record.write_text(json.dumps(asdict(figures)), encoding="utf-8")
            self._done[key] = Batch(figures, out)
        return self._done[key]


def _own_cache(folder: Path) -> Path:
    """An empty cache, but for the images that were fetched."""
    folder.mkdir(parents=True)
    fetched = default_cache() / "kmnist"
    if fetched.is_dir():
        (folder / "kmnist").symlink_to(fetched)
    return folder
