"""All that is known of one network, as plain numbers: what reports and plots are made from.

Nothing in it refers to arrays or files, so that it can be written into a result and read back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from reference.languages import Counting, Floats, Language, Sequence
from reference.recurrent.counting import Movement, movements
from reference.recurrent.descent import run
from reference.recurrent.evaluation import Evaluation, evaluate, ideal, reach
from reference.recurrent.extraction import Extraction, extract
from reference.recurrent.fixed_points import FixedPoint, fixed_points
from reference.recurrent.networks import Kind, Networks
from reference.recurrent.observation import NOTHING, Observation, observe
from reference.recurrent.recurrence import batched

SHOWN: Final = 2  # strings of a counting language whose points are kept: as many as a plot can bear
DIGITS: Final = 4
WATCHED: Final = (1, 3, 2, 4)  # the n of the strings that are watched over time
Row = tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """The units after some beginning, the symbol read last ("" at the start), the course's colour.

    `context` is empty for an SRN. `cluster` is an index into the study's `clusters`, None where
    the network is no machine.
    """

    hidden: Row
    context: Row
    symbol: str
    colour: float
    cluster: int | None


@dataclass(frozen=True)
class Arrow:
    """Reading `symbol` leads from one state or cluster to another, by index."""

    source: int
    symbol: str
    target: int


@dataclass(frozen=True)
class MachineView:
    """A machine: names of its states, arrows, the start, and what each state says comes next."""

    names: tuple[str, ...]
    start: int
    arrows: tuple[Arrow, ...]
    legal: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """Units while a sequence is read; row t is after symbol t. `gates[t]` has four rows of H."""

    text: str
    hidden: tuple[Row, ...]
    context: tuple[Row, ...]
    gates: tuple[tuple[Row, ...], ...]
    expected: tuple[Row, ...]


@dataclass(frozen=True)
class Reach:
    """Determined symbols of a string of this n that are right, and how many there are."""

    n: int
    right: int
    of: int


@dataclass(frozen=True)
class Study:
    """One network on one language.

    `clusters` has, for each cluster of hidden states, the index of its state in `machine`;
    `cluster_arrows` lead between clusters. Both are empty where the network is no machine.
    """

    language: str
    title: str
    alphabet: str
    kind: Kind
    units: int
    found: Evaluation
    ideal: Evaluation
    reach: tuple[Reach, ...]
    points: tuple[Point, ...]
    clusters: tuple[int, ...]
    cluster_arrows: tuple[Arrow, ...]
    machine: MachineView | None
    matches: bool
    states: int
    movements: tuple[Movement, ...]
    fixed_points: tuple[FixedPoint, ...]
    trace: Trace

    def between(
        self, centres: Mapping[int, Floats], symbol: str
    ) -> Iterator[tuple[Floats, Floats]]:
        """Both ends, (2,) each, of every arrow for a symbol between clusters that have a place."""
        for arrow in self.cluster_arrows:
            if arrow.symbol == symbol and arrow.source in centres and arrow.target in centres:
                yield centres[arrow.source], centres[arrow.target]


def study(networks: Networks, language: Language, limit: float | None = None) -> Study:
    """Study the one network of the batch. `states` counts those of the language's own machine."""
    seen = observe(networks, language)
    machine = extract(seen, language)
    right = reach(networks, language) if isinstance(language, Counting) else {}
    return Study(
        language=language.name,
        title=language.title,
        alphabet=language.alphabet,
        kind=networks.kind,
        units=networks.hidden,
        found=evaluate(networks, language, limit),
        ideal=ideal(language, limit),
        reach=tuple(Reach(n, *count) for n, count in right.items()),
        points=_points(seen, machine, language),
        clusters=() if machine is None else machine.machine.classes(),
        cluster_arrows=() if machine is None else _cluster_arrows(machine),
        machine=None if machine is None else _machine_view(machine, language),
        matches=machine is not None and machine.matches,
        states=len(language.machine().minimised().names),
        movements=movements(seen, language.alphabet),
        fixed_points=fixed_points(networks, language.alphabet),
        trace=_trace(networks, language),
    )


def _points(seen: Observation, machine: Extraction | None, language: Language) -> tuple[Point, ...]:
    tree = seen.beginnings
    return tuple(
        Point(
            _row(seen.hidden[node]),
            () if seen.context is None else _row(seen.context[node]),
            "" if tree.symbols[node] == NOTHING else language.alphabet[tree.symbols[node]],
            round(float(tree.states[node]), DIGITS),
            None if machine is None else int(machine.clusters[node]),
        )
        for node in np.flatnonzero(tree.strings < SHOWN)
    )


def _cluster_arrows(found: Extraction) -> tuple[Arrow, ...]:
    return tuple(
        Arrow(source, symbol, target)
        for source, arrows in enumerate(found.machine.arrows)
        for symbol, target in sorted(arrows.items())
    )


def _machine_view(found: Extraction, language: Language) -> MachineView:
    machine = found.smallest
    names = machine.names
    if found.matches:
        names = language.machine().minimised().names  # both are numbered as they are met
    arrows = tuple(
        Arrow(source, symbol, target)
        for source, leads in enumerate(machine.arrows)
        for symbol, target in sorted(leads.items())
    )
    legal = tuple("".join(sorted(said)) for said in machine.legal)
    return MachineView(names, machine.start, arrows, legal)


def _trace(networks: Networks, language: Language) -> Trace:
    sequence = _watched(language)
    states, expected = run(networks, sequence.read[None], batched(networks.kind))
    return Trace(
        "".join(language.alphabet[symbol] for symbol in sequence.read),
        _rows(states.hidden[..., 0, 0]),
        () if states.context is None else _rows(states.context[..., 0, 0]),
        () if states.gates is None else tuple(map(_rows, states.gates[..., 0, 0])),
        _rows(expected[0, 0]),
    )


def _watched(language: Language) -> Sequence:
    if isinstance(language, Counting):
        return language.join(*WATCHED)
    return max((sequence for _, sequence in language.every()), key=lambda s: len(s.read))


def _row(values: Floats) -> Row:
    return tuple(round(float(value), DIGITS) + 0.0 for value in values)


def _rows(values: Floats) -> tuple[Row, ...]:
    return tuple(map(_row, values))
