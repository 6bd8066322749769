"""Finite state machines that read symbols and say which symbols may come next.

A language has one, and one is found in the hidden units of a network; `same` compares them. Both
are minimised first, so that it does not matter how many states somebody drew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Machine:
    """States are 0, 1, 2, ...; `arrows[state]` leads each symbol it can read to the next state.

    `legal` holds, for each state, the symbols that may come next; `names` what a reader calls it.
    """

    alphabet: str
    start: int
    arrows: tuple[Mapping[str, int], ...]
    legal: tuple[frozenset[str], ...]
    names: tuple[str, ...]

    def read(self, symbols: str) -> int | None:
        """The state after `symbols`, or None where one of them cannot be read."""
        state: int | None = self.start
        for symbol in symbols:
            if state is None:
                return None
            state = self.arrows[state].get(symbol)
        return state

    def reachable(self) -> tuple[int, ...]:
        """States that the start leads to, in the order in which they are met, breadth first."""
        met = [self.start]
        for state in met:
            after = (self.arrows[state][s] for s in self.alphabet if s in self.arrows[state])
            met += [successor for successor in dict.fromkeys(after) if successor not in met]
        return tuple(met)

    def classes(self) -> tuple[int, ...]:
        """For each state the number of its class; states of a class can never be told apart.

        Moore's method: start from what each state says may come next, and split while two states
        of a class lead to different classes. Numbers are in the order in which classes are met.
        """
        kinds = _numbered(self.legal)
        while True:
            finer = _numbered(
                (kind, *(kinds[a[s]] if s in a else None for s in self.alphabet))
                for kind, a in zip(kinds, self.arrows, strict=True)
            )
            if max(finer) == max(kinds):
                break
            kinds = finer
        met = dict.fromkeys([*(kinds[state] for state in self.reachable()), *kinds])
        return tuple(list(met).index(kind) for kind in kinds)

    def minimised(self) -> Self:
        """The smallest machine that does the same: its states are the classes that are met."""
        kinds = self.classes()
        first = list({kinds[state]: state for state in reversed(self.reachable())}.items())
        states = [state for _, state in sorted(first)]
        return type(self)(
            self.alphabet,
            kinds[self.start],
            tuple({s: kinds[to] for s, to in self.arrows[state].items()} for state in states),
            tuple(self.legal[state] for state in states),
            tuple(self.names[state] for state in states),
        )


def same(one: Machine, other: Machine) -> bool:
    """Whether both say the same after everything that they can read."""
    small, reduced = one.minimised(), other.minimised()
    return (small.alphabet, small.start, small.legal, _plain(small)) == (
        reduced.alphabet,
        reduced.start,
        reduced.legal,
        _plain(reduced),
    )


def _plain(machine: Machine) -> tuple[tuple[tuple[str, int], ...], ...]:
    return tuple(tuple(sorted(arrows.items())) for arrows in machine.arrows)


def _numbered(kinds: Iterable[object]) -> tuple[int, ...]:
    kinds = tuple(kinds)
    number = {kind: index for index, kind in enumerate(dict.fromkeys(kinds))}
    return tuple(number[kind] for kind in kinds)
