"""The languages of Part 3, as exact probabilities: what comes next, and what is determined.

A counting language is a sequence of strings such as a^n b^2n, n uniform on 1..4; see
`reference.reber` for the grammars. The course's generators hold the *assumed* distribution of the
next symbol, 0.8 and 0.2 wherever a string's length is still open; the *true* one is
P(B | k As so far) = 1 / (5 - k). Only the determined symbols tell whether a network counts.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from reference.machine import Machine

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

STRINGS: Final = 5  # strings in a sequence of a counting language
LONGEST: Final = 4  # n is uniform on 1..LONGEST
ASSUMED_FIRST: Final = 0.8  # the assumed probability that another A comes


@dataclass(frozen=True, eq=False)
class Sequence:
    """One sequence: each symbol but the last is read, each but the first is to be predicted.

    With T symbols read and K in the alphabet: `read` and `following` (T,) as indices into the
    alphabet; `assumed` and `true` (T, K), distributions of the following symbol; `determined`
    (T,), where the assumed one leaves no choice; `states` (T,), the course's colours.
    """

    read: Integers
    following: Integers
    assumed: Floats
    true: Floats
    determined: Booleans
    states: Floats


class Language(Protocol):
    """What training, analysis and plots need to know of a language."""

    def __hash__(self) -> int:
        """A language is a key of what was computed for it."""

    @property
    def name(self) -> str:
        """As on the course's command line."""

    @property
    def title(self) -> str:
        """As in a text: a^n b^2n."""

    @property
    def alphabet(self) -> str:
        """One letter a symbol, in the order of inputs and outputs."""

    def draws(self, rng: np.random.Generator, count: int) -> list[Sequence]:
        """`count` sequences as the course's generator draws them."""

    def every(self) -> tuple[tuple[float, Sequence], ...]:
        """All sequences (of a grammar: the likely ones), each with its probability."""

    def machine(self) -> Machine:
        """What says after every symbol which ones may come next."""


@dataclass(frozen=True)
class Counting:
    """Strings in which each symbol comes n times its multiple: (1, 2) is a^n b^2n."""

    name: str
    multiples: tuple[int, ...]
    longest: int = LONGEST

    @property
    def alphabet(self) -> str:
        """The first letters, one a multiple."""
        return "ABC"[: len(self.multiples)]

    @property
    def title(self) -> str:
        """a^n b^2n and the like."""
        powers = ("n" if multiple == 1 else f"{multiple}n" for multiple in self.multiples)
        return " ".join(
            f"{s}^{power}" for s, power in zip(self.alphabet.lower(), powers, strict=True)
        )

    def draws(self, rng: np.random.Generator, count: int) -> list[Sequence]:
        """`count` sequences of five strings, n uniform on 1..longest for each string."""
        lengths = rng.integers(1, self.longest + 1, (count, STRINGS)).tolist()
        return [self.join(*ns) for ns in lengths]

    def every(self) -> tuple[tuple[float, Sequence], ...]:
        """All sequences of five strings; each has the same probability."""
        lengths = list(product(range(1, self.longest + 1), repeat=STRINGS))
        return tuple((1 / len(lengths), self.join(*ns)) for ns in lengths)

    def join(self, *lengths: int) -> Sequence:
        """The strings of these n one after another, and the A after the last."""
        return _join(self, lengths)

    def machine(self) -> Machine:
        """The first symbols are counted up; each later one is counted down, the last to 0."""
        return self._machine

    @cached_property
    def _machine(self) -> Machine:
        return _counting_machine(self)


LANGUAGES: Final[dict[str, Counting]] = {
    language.name: language
    for language in (
        Counting("anb2n", (1, 2)),
        Counting("anb2nc3n", (1, 2, 3)),
        Counting("anbn", (1, 1)),
        Counting("anbncn", (1, 1, 1)),
    )
}


@cache
def _join(language: Counting, lengths: tuple[int, ...]) -> Sequence:
    strings = [_string(language, n) for n in lengths]
    read = np.concatenate([string.read for string in strings])
    return Sequence(
        read,
        np.append(read[1:], 0),
        np.concatenate([string.assumed for string in strings]),
        np.concatenate([string.true for string in strings]),
        np.concatenate([string.determined for string in strings]),
        np.concatenate([string.states for string in strings]),
    )


@cache
def _string(language: Counting, n: int) -> Sequence:
    """One string and what follows each of its symbols."""
    size = len(language.multiples)
    counts = [n * multiple for multiple in language.multiples]
    read = np.repeat(np.arange(size), counts)
    following = np.append(read[1:], 0)
    assumed, true = np.eye(size)[following], np.eye(size)[following]
    for k in range(1, counts[0] + 1):
        end = 1 / max(language.longest + 1 - k, 1)
        assumed[k - 1, :2] = ASSUMED_FIRST, 1 - ASSUMED_FIRST
        true[k - 1, :2] = 1 - end, end
    determined = np.arange(len(read)) >= counts[0]
    return Sequence(read, following, assumed, true, determined, _states(language, n))


def _states(language: Counting, n: int) -> Floats:
    """The k-th A is k, the i-th of a symbol with multiple m is n - (i-1)/m, the last symbol 0."""
    first, *others = language.multiples
    up = [float(Fraction(k, first)) for k in range(1, n * first + 1)]
    down = [float(n - Fraction(i, m)) for m in others for i in range(n * m)]
    return np.array([*up, *down[:-1], 0.0])


def _counting_machine(language: Counting) -> Machine:
    """States are what is still to come, "2B3C", or the As so far, "A2"; "0" is the start."""
    names = ["0"]
    arrows: list[dict[str, int]] = [{}]
    for n in range(1, language.longest + 1):
        names.append(f"A{n}")
        arrows.append({})
    for n in range(1, language.longest + 1):
        arrows[n - 1 if n > 1 else 0]["A"] = n
        state = n
        for symbol, rest in _countdown(language, n):
            if rest not in names:
                names.append(rest)
                arrows.append({})
            arrows[state][symbol] = names.index(rest)
            state = names.index(rest)
    legal = [_legal(name) for name in names]
    return Machine(language.alphabet, 0, tuple(arrows), tuple(legal), tuple(names))


def _countdown(language: Counting, n: int) -> list[tuple[str, str]]:
    """Each symbol after the As of a string, and what is still to come after it."""
    later = "".join(
        symbol * (n * m)
        for symbol, m in zip(language.alphabet[1:], language.multiples[1:], strict=True)
    )
    return [(symbol, _rest(language, later[at + 1 :])) for at, symbol in enumerate(later)]


def _rest(language: Counting, symbols: str) -> str:
    counted = ((symbols.count(symbol), symbol) for symbol in language.alphabet)
    return "".join(f"{count}{symbol}" for count, symbol in counted if count) or "0"


def _legal(name: str) -> frozenset[str]:
    if name == "0":
        return frozenset("A")
    return frozenset("AB") if name.startswith("A") else frozenset(name.lstrip("0123456789")[0])
