"""Says what went wrong most often: mistakes that are known by name, and what failed checks said."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.cohort.standing import Cohort
from grader.report import text
from grader.report.cohort.people import Person, group_messages, person

MOST_MESSAGES = 40


@dataclass(frozen=True)
class Mistake:
    """A mistake that the oracle knows, the network or perceptron that has it, and whose it is."""

    network: str
    sentence: str
    people: list[Person]


@dataclass(frozen=True)
class Message:
    """What a check that was not passed told several students."""

    question: str
    title: str
    message: str
    people: list[Person]


@dataclass(frozen=True)
class Mistakes:
    """`more` groups of messages are not listed; `single` messages went to one student each."""

    known: list[Mistake]
    messages: list[Message]
    more: int
    single: int


def _diagnoses(cohort: Cohort) -> Iterator[tuple[tuple[str, ...], str, Person]]:
    for standing in cohort.graded:
        for name, network in standing.networks.items():
            if network.mistake is not None:
                yield (name,), network.mistake.sentence, person(standing)


def _messages(cohort: Cohort) -> Iterator[tuple[tuple[str, ...], str, Person]]:
    for standing in cohort.graded:
        for check in standing.checks:
            if check.outcome in ("failed", "partial"):
                yield (check.question, check.title), check.message, person(standing)


def view(cohort: Cohort) -> Mistakes:
    """Mistakes and messages, the most frequent first."""
    said = group_messages(_messages(cohort))
    shared = [group for group in said if len(group.people) > 1]
    return Mistakes(
        known=[
            Mistake(text.shorten(group.key[0], 40), group.message, group.people)
            for group in group_messages(_diagnoses(cohort))
        ],
        messages=[
            Message(
                text.shorten(group.key[0], 12),
                text.clip(group.key[1], 200),
                group.message,
                group.people,
            )
            for group in shared[:MOST_MESSAGES]
        ],
        more=max(0, len(shared) - MOST_MESSAGES),
        single=len(said) - len(shared),
    )
