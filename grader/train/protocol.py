"""How networks are trained is data, so that a report can say it and a term can change it.

The figures themselves belong to an assignment. The course's own are given here as well, for
programs that train without an assignment (benchmarks, the oracle).
"""

import math
from dataclasses import dataclass, replace
from typing import Final

QUICK_EPOCHS: Final = 3  # after three epochs the three networks are in their final order


@dataclass(frozen=True)
class Protocol:
    """One way to train a network: stochastic gradient descent over the images in given order.

    Args:
        name: short name for options and files, e.g. "official".
        title: what a report calls it.
        official: whether an accuracy measured this way may decide marks.
        epochs: passes over the training images, each followed by a test.
        batch_size: images a step; a smaller last batch is kept.
        learning_rate: step width, above 0.
        momentum: from 0 up to, not including, 1.
        description: one or two sentences for the report.
        may_stop: whether training ends once the final outcome is settled (see `deciding`).

    Raises:
        ValueError: a field has the wrong type or lies outside its range; names the field.
    """

    name: str
    title: str
    official: bool
    epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    description: str
    may_stop: bool = False

    def __post_init__(self) -> None:
        for field in ("name", "title", "description"):
            _require_text(field, getattr(self, field))
        for field in ("official", "may_stop"):
            if not isinstance(value := getattr(self, field), bool):
                raise ValueError(f"{field} is {value!r}, expected true or false")
        for field in ("epochs", "batch_size"):
            _require_count(field, getattr(self, field))
        for field in ("learning_rate", "momentum"):
            _require_number(field, getattr(self, field))
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate is {self.learning_rate}, expected a number above 0")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum is {self.momentum}, expected 0 or more and less than 1")


def _require_text(field: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field} is {value!r}, expected some text")


def _require_count(field: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field} is {value!r}, expected a whole number of at least 1")


def _require_number(field: str, value: object) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{field} is {value!r}, expected a finite number")


def quick(protocol: Protocol) -> Protocol:
    """The same training cut to three epochs, for impatient students; never official."""
    epochs = min(protocol.epochs, QUICK_EPOCHS)
    return replace(
        protocol,
        name="quick",
        title=f"Quick look, {epochs} of {protocol.epochs} epochs",
        official=False,
        epochs=epochs,
        description=(
            f"Stops after epoch {epochs} of {protocol.epochs} to give a first impression. "
            "Accuracies are lower than after full training and decide no marks."
        ),
    )


def decide(protocol: Protocol) -> Protocol:
    """The same training, ended early where it is settled already whether the threshold is met.

    It decides marks as the whole training does, since it goes on as long as there is a doubt.
    """
    return replace(
        protocol,
        name="decide",
        title=f"{protocol.title}, no longer than needed",
        description=(
            f"{protocol.description} Training ends earlier where the accuracy after the last "
            "epoch is certain enough to meet its threshold, or to miss it by far; where it did, "
            "the report says so."
        ),
        may_stop=True,
    )


KUZU: Final = Protocol(
    name="official",
    title="The course's protocol",
    official=True,
    epochs=10,
    batch_size=64,
    learning_rate=0.01,
    momentum=0.5,
    description=(
        "Ten epochs of stochastic gradient descent on the negative log likelihood, images in "
        "their given order, tested after every epoch; the result is the accuracy after the last."
    ),
)
"""COMP9444 Assignment 1, Part 1, unchanged from 23T2 to 25T2."""
