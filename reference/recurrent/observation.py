"""Watches one network read: its units after every beginning of a sequence, once for each.

Beginnings are nodes of a tree. Node 0 is the start, before any symbol, where an SRN's hidden units
are tanh(H0), not H0; every other node has read one symbol more than its parent.
"""

from collections.abc import Sequence as Several
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

import numpy as np

from reference.languages import Counting, Floats, Integers, Language, Sequence
from reference.recurrent.descent import run, start_of
from reference.recurrent.evaluation import padded
from reference.recurrent.networks import Networks
from reference.recurrent.recurrence import batched

STRINGS: Final = 3  # of a counting language: what was read two strings ago hardly shows any more
NOTHING: Final = -1  # read before the start


@dataclass(frozen=True, eq=False)
class Beginnings:
    """The tree: P nodes, each with its parent, the symbol it read, and where it was found.

    `forced` is the symbol that must follow, and where there is a choice a negative number for each
    kind of choice (see `choice`); `states` are the course's colours; `sequence` and `time` tell
    where in `sequences` a node's last symbol is, and `strings` how many strings of a counting
    language were complete before it.
    """

    sequences: tuple[Sequence, ...]
    parents: Integers
    symbols: Integers
    forced: Integers
    states: Floats
    sequence: Integers
    time: Integers
    strings: Integers


@dataclass(frozen=True, eq=False)
class Observation:
    """One network at P nodes of a tree: `hidden` (P, H), `expected` (P, K) probabilities.

    For an LSTM also `context` (P, H) and `gates` (P, 4, H), which are 0 at the start.
    """

    beginnings: Beginnings
    hidden: Floats
    expected: Floats
    context: Floats | None
    gates: Floats | None

    @property
    def units(self) -> Floats:
        """All that the network carries on to the next symbol, (P, H) or (P, 2 H)."""
        return self.hidden if self.context is None else np.hstack([self.hidden, self.context])


def observe(networks: Networks, language: Language) -> Observation:
    """Run the one network of the batch over all beginnings."""
    tree = beginnings_of(language)
    read = padded(tree.sequences).read
    states, found = run(networks, read, batched(networks.kind))
    start = start_of(networks)[:, 0, 0]

    def at_nodes(values: Floats, before: Floats) -> Floats:
        return np.concatenate([before[None], values[tree.time[1:], ..., 0, tree.sequence[1:]]])

    nothing = np.zeros_like(start)
    return Observation(
        tree,
        at_nodes(states.hidden, start),
        np.concatenate([np.eye(networks.symbols)[:1], found[0, tree.sequence[1:], tree.time[1:]]]),
        None if states.context is None else at_nodes(states.context, nothing),
        None if states.gates is None else at_nodes(states.gates, np.tile(nothing, (4, 1))),
    )


@cache
def beginnings_of(language: Language) -> Beginnings:
    """All beginnings of three strings of a counting language, of the likely strings of another."""
    if isinstance(language, Counting):
        lengths = product(range(1, language.longest + 1), repeat=STRINGS)
        return _tree([language.join(*ns) for ns in lengths])
    return _tree([sequence for _, sequence in language.every()])


def _tree(sequences: Several[Sequence]) -> Beginnings:
    known: dict[tuple[int, ...], int] = {(): 0}
    rows: list[tuple[float, ...]] = [(NOTHING, NOTHING, int(sequences[0].read[0]), 0.0, 0, 0, 0)]
    for index, sequence in enumerate(sequences):
        symbols = tuple(sequence.read.tolist())
        strings = np.cumsum(np.append(0, sequence.states[:-1] == 0))
        for time, symbol in enumerate(symbols):
            text = symbols[: time + 1]
            if text in known:
                continue
            forced = int(sequence.following[time])
            if not sequence.determined[time]:
                forced = -1 - int((2 ** np.flatnonzero(sequence.assumed[time])).sum())
            parent = known[text[:-1]]
            known[text] = len(rows)
            colour, string = float(sequence.states[time]), int(strings[time])
            rows.append((parent, symbol, forced, colour, index, time, string))
    return Beginnings(tuple(sequences), *map(np.array, zip(*rows, strict=True)))


def choice(forced: int, alphabet: str) -> frozenset[str]:
    """The symbols that one of `Beginnings.forced` allows.

    >>> sorted(choice(1, "AB")), sorted(choice(-4, "AB"))
    (['B'], ['A', 'B'])
    """
    if forced >= 0:
        return frozenset(alphabet[forced])
    return frozenset(s for index, s in enumerate(alphabet) if (-1 - forced) >> index & 1)
