"""Exact figures of a network: over all sequences of its language, nothing is sampled.

A counting language has 4^5 = 1,024 equally likely sequences; one pass runs them all. Whether a
network counts is told by the determined symbols alone; the printed loss, the mean squared
difference from the assumed targets, is smaller for a network that does not count at open places.
"""

from collections.abc import Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, TypeVar

import numpy as np

from reference.languages import Counting, Floats, Integers, Language, Sequence
from reference.recurrent.descent import run
from reference.recurrent.networks import Networks
from reference.recurrent.recurrence import batched

Values = TypeVar("Values", Floats, Integers)

FURTHEST: Final = 12  # the largest n that generalisation is tried on


@dataclass(frozen=True)
class Evaluation:
    """How one network does on all sequences of its language.

    `loss` is the printed loss of a sequence on average, `spread` its standard deviation, and
    `below` the share of sequences whose printed loss is below the task's limit. `entropy` is the
    mean negative log likelihood, which training makes small. Determined symbols are counted over
    all sequences; one is right where the network gives it more than half of the probability.
    """

    loss: float
    spread: float
    below: float | None
    entropy: float
    determined: int
    determined_right: int

    @property
    def succeeds(self) -> bool:
        """Whether every determined symbol of every sequence is right."""
        return self.determined_right == self.determined


@dataclass(frozen=True)
class Corpus:
    """All sequences, padded: `read` and `following` (B, T), `inside` where there is a symbol."""

    chances: Floats
    read: Integers
    following: Integers
    inside: Floats
    assumed: Floats
    true: Floats
    determined: Floats


def evaluate(networks: Networks, language: Language, limit: float | None = None) -> Evaluation:
    """Evaluate the one network of the batch."""
    corpus = corpus_of(language)
    _, found = run(networks, corpus.read, batched(networks.kind))
    return _judge(corpus, found[0], limit)


def ideal(language: Language, limit: float | None = None) -> Evaluation:
    """What the true probabilities themselves would be printed as."""
    corpus = corpus_of(language)
    return _judge(corpus, corpus.true, limit)


def without_counting(language: Language) -> float:
    """Share of determined symbols that are right by always saying what mostly follows the last."""
    corpus = corpus_of(language)
    asked = corpus.determined > 0
    size = len(language.alphabet)
    pairs = np.bincount(
        corpus.read[asked] * size + corpus.following[asked], minlength=size * size
    ).reshape(size, size)
    return float(pairs.max(axis=1).sum() / pairs.sum())


def reach(networks: Networks, language: Counting) -> dict[int, tuple[int, int]]:
    """For each n up to 12 the determined symbols of its string that are right, and how many there
    are: at the start of a sequence, after one string of each length, and after two.
    """
    return dict(_reach(networks, language))


@cache
def corpus_of(language: Language) -> Corpus:
    """All sequences of a language, padded to the longest."""
    chances, sequences = zip(*language.every(), strict=True)
    return padded(sequences, np.array(chances))


def padded(sequences: Several[Sequence], chances: Floats | None = None) -> Corpus:
    """Sequences, padded to the longest with zeros; equally likely unless chances are given."""
    times = max(len(sequence.read) for sequence in sequences)
    weights = np.ones(len(sequences)) if chances is None else chances

    def pad(values: list[Values]) -> Values:
        padded = np.zeros((len(values), times, *values[0].shape[1:]), values[0].dtype)
        for row, value in zip(padded, values, strict=True):
            row[: len(value)] = value
        return padded

    return Corpus(
        weights / weights.sum(),
        pad([s.read for s in sequences]),
        pad([s.following for s in sequences]),
        pad([np.ones(len(s.read)) for s in sequences]),
        pad([s.assumed for s in sequences]),
        pad([s.true for s in sequences]),
        pad([s.determined.astype(float) for s in sequences]),
    )


def _judge(corpus: Corpus, found: Floats, limit: float | None) -> Evaluation:
    lengths = corpus.inside.sum(axis=1)
    squares = ((found - corpus.assumed) ** 2).mean(axis=2) * corpus.inside
    printed = squares.sum(axis=1) / lengths
    chosen = np.take_along_axis(found, corpus.following[..., None], axis=2)[..., 0]
    with np.errstate(divide="ignore"):
        surprise = np.where(corpus.inside > 0, -np.log(chosen), 0).sum(axis=1) / lengths
    loss = float(corpus.chances @ printed)
    return Evaluation(
        loss=loss,
        spread=float(np.sqrt(corpus.chances @ (printed - loss) ** 2)),
        below=None if limit is None else float(corpus.chances @ (printed < limit)),
        entropy=float(corpus.chances @ surprise),
        determined=int(corpus.determined.sum()),
        determined_right=int((corpus.determined * (chosen > 0.5)).sum()),
    )


def _reach(networks: Networks, language: Counting) -> Iterator[tuple[int, tuple[int, int]]]:
    lengths = range(1, language.longest + 1)
    before = [(), *((n,) for n in lengths), *product(lengths, repeat=2)]
    for n in range(1, FURTHEST + 1):
        corpus = padded([language.join(*ns, n) for ns in before])
        own = np.zeros_like(corpus.inside)
        size = n * sum(language.multiples)
        for row, inside in zip(own, corpus.inside, strict=True):
            end = int(inside.sum())
            row[end - size : end] = 1
        _, found = run(networks, corpus.read, batched(networks.kind))
        chosen = np.take_along_axis(found[0], corpus.following[..., None], axis=2)[..., 0]
        asked = corpus.determined * own
        yield n, (int((asked * (chosen > 0.5)).sum()), int(asked.sum()))
