"""Ends training once it is settled whether the final accuracy will meet its threshold.

A network that is far from its threshold after four epochs, on either side, will be there after
ten. How far a curve still moves was measured on many networks (scripts/calibrate_deciding.py);
what was seen, widened, bounds what is plausible. Training goes on until the whole plausible range
lies on one side, so that the outcome is that of all epochs. Nothing here needs torch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import TypeAdapter

from grader.data import Dataset, Threshold
from grader.train.protocol import Protocol

FILE: Final = Path(__file__).with_name("deciding.json")
LEAST_MOVEMENT: Final = 0.01
"""Share of what is wrong that any accuracy may move by: a curve is never taken for stiller."""
FIRST: Final = 2
"""The first epoch that settles anything: a single accuracy tells no movement."""
AWAKE: Final = 65.0
"""Percent from which on a network learns ever more slowly; below, it may yet take off or fall."""
RISING: Final = 0.04
"""Share of what is wrong: a network that gained as much in its last epoch hardly declines yet."""


@dataclass(frozen=True)
class Bounds:
    """How far accuracies still move from an epoch to the last; one figure for each from `FIRST` on.

    The wrong share shrinks by no factor above exp(`shrink`). A network above `AWAKE` rises by no
    more than `rise` times its `movement`, and falls by no more than `fall` times its `wobble`, or
    `fall_rising` times where it is `RISING`.

    Each of `curves` networks was held against bounds that were fitted without it, with many
    thresholds near its final accuracy: for `missteps` of the networks some threshold was decided
    wrongly, and of all decisions at most `error` are wrong, with 95% confidence.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    least_test_images: int
    curves: int
    missteps: int
    error: float
    shrink: tuple[float, ...]
    rise: tuple[float, ...]
    fall: tuple[float, ...]
    fall_rising: tuple[float, ...]

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """The bounds of a file that scripts/calibrate_deciding.py wrote."""
        return TypeAdapter(cls).validate_json(path.read_bytes())

    def plausible(self, accuracies: Sequence[float]) -> tuple[float, float]:
        """Lowest and highest final accuracy, percent, of a network that has come so far.

        The last accuracy always lies between them; after the last epoch they are equal to it.
        """
        now, index = accuracies[-1], len(accuracies) - FIRST
        if len(accuracies) >= self.epochs:
            return now, now
        if index < 0:
            return 0.0, 100.0
        high = 100 - (100 - now) * math.exp(-self.shrink[index])
        if now < AWAKE:
            return 0.0, high
        fall = self.fall_rising if rising(accuracies) else self.fall
        low = max(0.0, now - fall[index] * wobble(accuracies))
        return low, min(high, now + self.rise[index] * movement(accuracies))


@dataclass(frozen=True)
class Settled:
    """The question is settled: how, after which epoch, and the sentence that says why.

    `low` and `high` are the plausible final accuracies, percent.
    """

    outcome: Literal["met", "missed"]
    epoch: int
    low: float
    high: float
    sentence: str


@dataclass(frozen=True)
class StopRule:
    """When a network need not be trained any further.

    Args:
        low: least final accuracy that meets the threshold, percent.
        high: greatest that does, or None where there is no upper limit.
        margin: points by which a run may miss and be given another; within it nothing is settled.
        bounds: what is known of networks trained like this one.
    """

    low: float
    high: float | None
    margin: float
    bounds: Bounds

    def settled(self, accuracies: Sequence[float]) -> Settled | None:
        """How the first of these epochs that settles the question does, None where none does.

        Args:
            accuracies: percent of the test images after each epoch so far.
        """
        for epoch in range(FIRST, min(len(accuracies), self.bounds.epochs - 1) + 1):
            low, high = self.bounds.plausible(accuracies[:epoch])
            outcome = self._outcome(low, high)
            if outcome is not None:
                sentence = self._sentence(epoch, accuracies[epoch - 1], outcome, low, high)
                return Settled(outcome, epoch, low, high, sentence)
        return None

    def _outcome(self, low: float, high: float) -> Literal["met", "missed"] | None:
        if low >= self.low and (self.high is None or high <= self.high):
            return "met"
        too_high = self.high is not None and low > self.high + self.margin
        if high < self.low - self.margin or too_high:
            return "missed"
        return None

    def _sentence(self, epoch: int, now: float, outcome: str, low: float, high: float) -> str:
        least, most = f"at least {_floor(low)}%", f"at most {_ceiling(high)}%"
        if outcome == "met":
            final = least if self.high is None else f"{_floor(low)}% to {_ceiling(high)}%"
        else:
            final = most if high < self.low else least
        return (
            f"{now:.2f}% after epoch {epoch} of {self.bounds.epochs}, where training was stopped; "
            f"final accuracy {final} (error below {_ceiling(100 * self.bounds.error)}%)"
        )


def stop_rule_for(
    threshold: Threshold, margin: float, protocol: Protocol, dataset: Dataset
) -> StopRule | None:
    """When training by this protocol may end early; None where it may not.

    It may not unless the protocol asks for it and trains as the networks of the calibration were
    trained, and the test set is no smaller than theirs: accuracies on a few images jump about.
    """
    bounds = calibrated()
    trained_like = (
        protocol.epochs,
        protocol.batch_size,
        protocol.learning_rate,
        protocol.momentum,
    ) == (bounds.epochs, bounds.batch_size, bounds.learning_rate, bounds.momentum)
    large = len(dataset.test_labels) >= bounds.least_test_images
    if not (protocol.may_stop and trained_like and large):
        return None
    return StopRule(threshold.low, threshold.high, margin, bounds)


@cache
def calibrated() -> Bounds:
    """The bounds that this version of the grader goes by."""
    return Bounds.read()


def rising(accuracies: Sequence[float]) -> bool:
    """Whether the last of two epochs or more gained much."""
    return accuracies[-1] - accuracies[-2] >= RISING * (100 - accuracies[-1])


def movement(accuracies: Sequence[float]) -> float:
    """Points that a curve of two epochs or more rose or fell lately, and may move again."""
    gains = (after - before for before, after in pairwise(accuracies[-3:]))
    return max(wobble(accuracies), *gains)


def wobble(accuracies: Sequence[float]) -> float:
    """Points from a curve's best to a later accuracy, at the deepest, and may fall again."""
    best, deepest = accuracies[0], max(0.1, LEAST_MOVEMENT * (100 - accuracies[-1]))
    for accuracy in accuracies:
        best = max(best, accuracy)
        deepest = max(deepest, best - accuracy)
    return deepest


def _floor(percent: float) -> str:
    return f"{math.floor(10 * percent) / 10:.1f}"


def _ceiling(percent: float) -> str:
    return f"{math.ceil(10 * percent) / 10:.1f}"
