"""Decides fairly on a noisy figure: one network's accuracy spreads by a point between seeds.

A threshold is met when any of a few seeded runs meets it. More than one run is made only when
the first misses by little, so a network that is far off costs one run, and so does a good one.
Figures are compared as the decimals that a report prints, so that 92.7 misses 93 by exactly 0.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_UP, Decimal
from typing import Final

from grader.assignment import Assignment
from grader.data import Dataset, Threshold
from grader.train.deciding import Settled

MAX_RUNS: Final = 3
_CENT: Final = Decimal("0.01")


def threshold_for(name: str, assignment: Assignment, dataset: Dataset) -> Threshold:
    """The data set's own threshold, calibrated on it, or else the assignment's."""
    return (dataset.thresholds or {}).get(name) or assignment.threshold(name)


@dataclass(frozen=True)
class Decision:
    """What the runs made so far say: `decisive` is the index of the run that counts.

    `decided_at` is the sentence for the report.
    """

    met: bool
    decisive: int
    decided_at: str


def needs_another_run(
    threshold: Threshold,
    accuracies: Sequence[float],
    *,
    margin: float,
    max_runs: int = MAX_RUNS,
) -> bool:
    """Whether one more seeded run could still change the outcome.

    Args:
        threshold: what is to be met.
        accuracies: final accuracy of each run so far, percent, in the order of their seeds.
        margin: percentage points that the first run may miss by and still be given another.
        max_runs: no more runs than this are ever made.
    """
    if not accuracies:
        return True
    if len(accuracies) >= max_runs or any(distance(threshold, a) == 0 for a in accuracies):
        return False
    return abs(distance(threshold, accuracies[0])) <= Decimal(str(margin))


def decide(
    threshold: Threshold,
    accuracies: Sequence[float],
    stopped: Sequence[Settled | None] = (),
) -> Decision:
    """The first run that meets the threshold counts, otherwise the one that comes nearest.

    `stopped` says for each run why it was ended early, None for one that was not; none were, where
    it is empty. The accuracy of such a run is never told as a final one.

    >>> decide(Threshold(84, None, "the assignment"), [83.7, 84.1]).decided_at
    'missed by 0.3 points in the first run, met in the second: 84.10% (at least 84%)'

    Raises:
        ValueError: there is no run to decide by.
    """
    if not accuracies:
        raise ValueError("no run has been made, expected at least one accuracy")
    misses = [distance(threshold, accuracy) for accuracy in accuracies]
    decisive = min(range(len(misses)), key=lambda index: abs(misses[index]))
    met = misses[decisive] == 0
    early = list(stopped) or [None] * len(accuracies)
    told = _tell_met(misses, decisive, early) if met else _tell_missed(len(misses), decisive)
    if (why := early[decisive]) is not None:
        return Decision(met, decisive, f"{told}: {why.sentence}; asked for {_asked(threshold)}")
    figure = f"{_percent(accuracies[decisive], misses[decisive])}%"
    if not met:
        short = "low" if misses[decisive] < 0 else "high"
        figure = f"{figure}, {_points(misses[decisive])} too {short}"
    return Decision(met, decisive, f"{told}: {figure} ({_asked(threshold)})")


def distance(threshold: Threshold, accuracy: float) -> Decimal:
    """Percentage points that an accuracy misses by: below 0 too low, above too high, or 0.

    Both ends of a band meet it: "about 70%" may be given as 68 to 72.
    """
    exact, low = Decimal(str(accuracy)), Decimal(str(threshold.low))
    high = Decimal(100 if threshold.high is None else str(threshold.high))
    return min(exact - low, Decimal(0)) + max(exact - high, Decimal(0))


def _tell_met(misses: Sequence[Decimal], decisive: int, early: Sequence[Settled | None]) -> str:
    met = f"met in the {_ordinal(decisive)}"
    if decisive == 0:
        return f"{met} run"
    missed = [
        f"{_missed(miss, why)} in the {_ordinal(index)}"
        for index, (miss, why) in enumerate(zip(misses[:decisive], early, strict=False))
    ]
    missed[0] += " run"
    return f"missed {', '.join(missed)}, {met}"


def _tell_missed(runs: int, decisive: int) -> str:
    if runs == 1:
        return "missed in the only run"
    return f"missed in each of {runs} runs, nearest in the {_ordinal(decisive)}"


def _missed(miss: Decimal, why: Settled | None) -> str:
    return f"by {_points(miss)}" if why is None else f"by far after epoch {why.epoch}"


def _asked(threshold: Threshold) -> str:
    if threshold.high is None:
        return f"at least {threshold.low:g}%"
    return f"from {threshold.low:g}% to {threshold.high:g}%"


def _percent(accuracy: float, miss: Decimal) -> Decimal:
    """Two decimals, rounded away from a threshold that was missed so that it never looks met."""
    rounding = ROUND_HALF_EVEN
    if miss != 0:
        rounding = ROUND_FLOOR if miss < 0 else ROUND_CEILING
    return Decimal(str(accuracy)).quantize(_CENT, rounding=rounding)


def _points(miss: Decimal) -> str:
    points = abs(miss).quantize(_CENT, rounding=ROUND_UP).normalize()
    return f"{points:f} point" if points == 1 else f"{points:f} points"


def _ordinal(index: int) -> str:
    words = ("first", "second", "third")
    return words[index] if index < len(words) else f"{index + 1}th"
