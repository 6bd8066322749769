"""How many of many seeds learn to count, and how those that do not look."""

from dataclasses import dataclass

from reference.recurrent.evaluation import Evaluation, evaluate
from reference.recurrent.networks import Networks
from reference.recurrent.tasks import Task

DIGITS = 4


@dataclass(frozen=True)
class Outcome:
    """One seed after training: printed loss on average, share of sequences below the limit, and
    the share of determined symbols that are right."""

    seed: int
    loss: float
    below: float | None
    determined: float


@dataclass(frozen=True)
class Survey:
    """Seeds trained alike for so many steps, by this command."""

    language: str
    steps: int
    command: str
    outcomes: tuple[Outcome, ...]

    @property
    def succeeded(self) -> tuple[Outcome, ...]:
        """Those with every determined symbol right."""
        return tuple(outcome for outcome in self.outcomes if outcome.determined == 1)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The others, best first."""
        others = (outcome for outcome in self.outcomes if outcome.determined < 1)
        return tuple(sorted(others, key=lambda outcome: -outcome.determined))


def survey(networks: list[Networks], task: Task, command: str) -> Survey:
    """Evaluate one network a seed, seeds counted from 0; trained to the task's plot."""
    found = [evaluate(network, task.language, task.limit) for network in networks]
    outcomes = (_outcome(seed, evaluation) for seed, evaluation in enumerate(found))
    return Survey(task.language.name, task.shown * 1000, command, tuple(outcomes))


def _outcome(seed: int, found: Evaluation) -> Outcome:
    """Rounded down, so that 1 means all."""
    share = found.determined_right * 10**DIGITS // found.determined / 10**DIGITS
    below = None if found.below is None else round(found.below, DIGITS)
    return Outcome(seed, round(found.loss, DIGITS), below, share)
