"""Says how many times faster a cohort is graded than trained the course's way, and why.

The whole is taken apart into factors, each the cost before a change over the cost after it, in
processor seconds. The first is the course's, the last was measured on the whole batch, and every
one between is what was measured for an epoch times the epochs concerned; so the factors' product
is the whole, whatever the estimates in between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path

from grader.bench.cohort_epochs import EpochSeconds
from grader.bench.cohort_process import ProcessFigures
from grader.graphs.numerics import Precision
from grader.results import Result
from grader.synthetic.cohort import Expected


@dataclass(frozen=True)
class Trained:
    """One network of one submission: its description, and for each run its epochs.

    `made` holds the epochs of the runs that were made for it, `reused` of those found ready.
    """

    network: str
    made: tuple[int, ...]
    reused: tuple[int, ...]

    @property
    def epochs(self) -> int:
        """Epochs of all its runs."""
        return sum(self.made) + sum(self.reused)


@dataclass(frozen=True)
class Factor:
    """How often the processor seconds `after` go into those `before`."""

    name: str
    before: float
    after: float

    @property
    def value(self) -> float:
        """Above 1 where it makes grading faster."""
        return self.before / self.after


@dataclass(frozen=True)
class Speed:
    """A cohort graded in one way, against the course's."""

    precision: Precision
    submissions: int
    factors: tuple[Factor, ...]

    @property
    def value(self) -> float:
        """How many times as many submissions an hour as the course's programs would manage."""
        return prod(factor.value for factor in self.factors)


def trained_networks(results: Iterable[Result], expected: Sequence[Expected]) -> list[Trained]:
    """Every network that was trained, of all submissions."""
    descriptions = {one.student: one.networks for one in expected}
    found = []
    for result in results:
        for name, network in result.networks.items():
            if network.training is None:
                continue
            runs = network.training.runs
            found.append(
                Trained(
                    descriptions[result.submission.id][name],
                    tuple(len(run.accuracies) for run in runs if not run.cached),
                    tuple(len(run.accuracies) for run in runs if run.cached),
                )
            )
    return found


def read_results(folder: Path) -> list[Result]:
    """The result of each student below a folder of results."""
    files = sorted(folder.glob("*/result.json"))
    return [Result.from_json(file.read_text(encoding="utf-8"), str(file)) for file in files]


def speed_of(
    trained: Sequence[Trained],
    seconds: Mapping[str, EpochSeconds],
    figures: ProcessFigures,
    *,
    precision: Precision,
    submissions: int,
    epochs: int,
    start: float,
    jobs: int,
) -> Speed:
    """Take the speed of one batch apart.

    Args:
        trained: what the batch trained, or would have had it not been trained before.
        seconds: of an epoch of each network.
        figures: of the whole batch.
        precision: of the batch, "fp32" or "bf16".
        submissions: how many were graded.
        epochs: what the course asks for.
        start: core-seconds that starting one of the course's programs takes.
        jobs: cores that the batch used, and that the course's programs have for themselves.
    """

    def asked(way: str) -> float:
        return sum(epochs * _of(seconds[one.network], way) for one in trained)

    ours = "bf16" if precision == "bf16" else "fast"
    decided = sum(one.epochs * _of(seconds[one.network], ours) for one in trained)
    made = sum(sum(one.made) * _of(seconds[one.network], ours) for one in trained)
    starts = start * len(trained)
    costs = [
        ("", asked("alone") + starts * jobs),
        (f"{jobs} programs side by side, one thread each", asked("course") + starts),
        ("starting no program for each network", asked("course")),
        ("loading images once", asked("loaded")),
        ("memory layout and optimiser", asked("fast")),
        ("precision", asked(ours)),
        ("stopping when decided", decided),
        ("training equal networks once", made),
        ("everything but training", figures.cpu),
        (f"{jobs} cores not always busy", figures.wall * jobs),
    ]
    factors = (Factor(name, before, after) for (_, before), (name, after) in pairwise(costs))
    return Speed(precision, submissions, tuple(factors))


def _of(seconds: EpochSeconds, way: str) -> float:
    found: float = getattr(seconds, way)
    return found


@dataclass(frozen=True)
class Difference:
    """A check whose outcome is not the same in two gradings of a cohort."""

    student: str
    check: str
    before: str
    after: str


def differences(before: Iterable[Result], after: Iterable[Result]) -> list[Difference]:
    """Every check of every student whose outcome differs; "" where there is none."""
    first, second = _outcomes(before), _outcomes(after)
    return [
        Difference(*key, first.get(key, ""), second.get(key, ""))
        for key in sorted({*first, *second})
        if first.get(key, "") != second.get(key, "")
    ]


def _outcomes(results: Iterable[Result]) -> dict[tuple[str, str], str]:
    return {
        (result.submission.id, check.id): check.outcome
        for result in results
        for question in result.questions
        for check in question.checks
    }
