"""The Reber grammar and its embedded form, as exact probabilities.

At each node one of two arrows is followed with equal probability. The embedded grammar puts
T or P around a Reber string; whoever predicts the last but one symbol must have kept the second in
mind. Here the assumed and the true probabilities are the same, and a sequence is one string.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np

from reference.languages import Sequence
from reference.machine import Machine

ALPHABET: Final = "BTSXPVE"
LIKELY: Final = 1e-4  # strings less likely than this are left out where all are asked for

Arrows = Mapping[int, Mapping[str, int]]

REBER: Final[Arrows] = {
    0: {"B": 1},
    1: {"T": 2, "P": 3},
    2: {"S": 2, "X": 4},
    3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6},
    5: {"P": 4, "V": 6},
    6: {"E": 7},
    7: {},
}


def _embedded() -> Arrows:
    """Node 1 chooses; nodes from 2 on hold a Reber string inside T, those from 10 on inside P."""
    arrows: dict[int, dict[str, int]] = {0: {"B": 1}, 1: {"T": 2, "P": 10}}
    for begin, outer in ((2, "T"), (10, "P")):
        for node, inside in REBER.items():
            arrows[begin + node] = {symbol: begin + to for symbol, to in inside.items()}
        arrows[begin + 7] = {outer: 18}
    return arrows | {18: {"E": 19}, 19: {}}


@dataclass(frozen=True, eq=False)
class Grammar:
    """Strings that lead from node 0 to the node without arrows."""

    name: str
    title: str
    arrows: Arrows

    @property
    def alphabet(self) -> str:
        """The seven letters of both grammars."""
        return ALPHABET

    def draws(self, rng: np.random.Generator, count: int) -> list[Sequence]:
        """`count` strings; at each node all arrows are equally likely."""
        return [self.sequence("".join(self._symbols(rng))) for _ in range(count)]

    def every(self) -> tuple[tuple[float, Sequence], ...]:
        """The strings with a probability of 1 in 10,000 or more; together less than 1."""
        return tuple((chance, self.sequence(string)) for chance, string in self._likely(1.0, "", 0))

    def sequence(self, string: str) -> Sequence:
        """One string of the grammar."""
        return _sequence(self, string)

    def machine(self) -> Machine:
        """The nodes and arrows; the last symbol of a string is to be predicted and never read."""
        return self._machine

    @cached_property
    def _machine(self) -> Machine:
        inner = [node for node in self.arrows if self.arrows[node]]
        number = {node: index for index, node in enumerate(inner)}
        return Machine(
            ALPHABET,
            0,
            tuple(
                {s: number[to] for s, to in self.arrows[n].items() if to in number} for n in inner
            ),
            tuple(frozenset(self.arrows[node]) for node in inner),
            tuple(map(str, inner)),
        )

    def _symbols(self, rng: np.random.Generator) -> Iterator[str]:
        node = 0
        while self.arrows[node]:
            symbol, node = list(self.arrows[node].items())[rng.integers(len(self.arrows[node]))]
            yield symbol

    def _likely(self, chance: float, string: str, node: int) -> Iterator[tuple[float, str]]:
        if not self.arrows[node]:
            yield chance, string
            return
        each = chance / len(self.arrows[node])
        if each >= LIKELY:
            for symbol, to in self.arrows[node].items():
                yield from self._likely(each, string + symbol, to)


GRAMMARS: Final = {
    grammar.name: grammar
    for grammar in (
        Grammar("reber", "Reber grammar", REBER),
        Grammar("ereber", "embedded Reber grammar", _embedded()),
    )
}


@cache
def _sequence(grammar: Grammar, string: str) -> Sequence:
    symbols = np.array([ALPHABET.index(symbol) for symbol in string])
    nodes, node = [], 0
    for symbol in string[:-1]:
        node = grammar.arrows[node][symbol]
        nodes.append(node)
    chances = np.zeros((len(nodes), len(ALPHABET)))
    for row, node in zip(chances, nodes, strict=True):
        row[[ALPHABET.index(symbol) for symbol in grammar.arrows[node]]] = 1
    chances /= chances.sum(axis=1, keepdims=True)
    determined = chances.max(axis=1) == 1
    return Sequence(symbols[:-1], symbols[1:], chances, chances, determined, np.array(nodes, float))
