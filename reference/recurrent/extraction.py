"""Finds the finite state machine in a network: from clusters of its units to states and arrows.

All points are one cluster at first. While some cluster is none of a machine, because its points say
different words or one symbol leads them into different clusters, it is cut at its widest gap (the
longest edge of the minimum spanning tree, as in single linkage). The network's own words count,
not the language's: where a symbol is determined a point says what the network finds most likely.
Where there is a choice it says which symbols the language allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from reference.languages import Floats, Integers, Language
from reference.machine import Machine, same
from reference.recurrent.observation import Beginnings, Observation, choice

MOST_STATES: Final = 80


@dataclass(frozen=True, eq=False)
class Extraction:
    """The machine found: `clusters` (P,) has the state of each node of the observation.

    `machine` has one state a cluster and may hold several that do the same; its minimised form is
    `smallest`. `matches` says whether that is the language's own machine.
    """

    clusters: Integers
    machine: Machine
    smallest: Machine
    matches: bool


def extract(observation: Observation, language: Language) -> Extraction | None:
    """The machine in a network, or None where 80 states do not make it one."""
    tree = observation.beginnings
    said = np.where(tree.forced < 0, tree.forced, observation.expected.argmax(axis=1))
    for clusters in _ever_finer(tree, _scaled(observation.units), said):
        if not _inconsistent(tree, clusters, said).size:
            machine = _machine(tree, clusters, said, language)
            return Extraction(
                clusters, machine, machine.minimised(), same(machine, language.machine())
            )
    return None


def _scaled(units: Floats) -> Floats:
    """Each unit over its range, so that context units weigh no more than hidden units."""
    span = np.ptp(units, axis=0)
    scaled: Floats = units / np.where(span > 0, span, 1)
    return scaled


def _ever_finer(tree: Beginnings, points: Floats, said: Integers) -> Iterator[Integers]:
    """Clusterings, each with one more cluster: one that is inconsistent is cut at its widest gap.

    Clusters are numbered in the order of their first points.
    """
    edges = _spanning_tree(points)
    widest_first = sorted(range(len(edges)), key=lambda edge: -edges[edge][0])
    cut: set[int] = set()
    for _ in range(MOST_STATES):
        clusters = _components(edges, cut)
        yield clusters
        wrong = set(_inconsistent(tree, clusters, said).tolist())
        candidates = (e for e in widest_first if e not in cut and clusters[edges[e][1]] in wrong)
        if (widest := next(candidates, None)) is None:
            return
        cut.add(widest)


def _spanning_tree(points: Floats) -> list[tuple[float, int, int]]:
    """Edges (length, from, to) of a minimum spanning tree, by Prim's method."""
    nearest = np.zeros(len(points), int)
    distance = np.full(len(points), np.inf)
    outside = np.ones(len(points), bool)
    edges, current = [], 0
    for _ in range(len(points) - 1):
        outside[current] = False
        away = np.linalg.norm(points - points[current], axis=1)
        closer = outside & (away < distance)
        distance[closer], nearest[closer] = away[closer], current
        current = int(np.where(outside, distance, np.inf).argmin())
        edges.append((float(distance[current]), int(nearest[current]), current))
    return edges


def _components(edges: list[tuple[float, int, int]], cut: set[int]) -> Integers:
    """For each point the number of its part of the tree without the edges cut.

    The tree was grown: an edge comes after the one that reached its first point.
    """
    label = np.arange(len(edges) + 1)
    for number, (_, one, other) in enumerate(edges):
        if number not in cut:
            label[other] = label[one]
    _, first, numbers = np.unique(label, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[numbers])


def _inconsistent(tree: Beginnings, clusters: Integers, said: Integers) -> Integers:
    """Clusters whose points say different words, or go different ways with the same symbol."""
    steps = np.stack([clusters[tree.parents[1:]], tree.symbols[1:], clusters[1:]], axis=1)
    ways, counts = np.unique(np.unique(steps, axis=0)[:, :2], axis=0, return_counts=True)
    words = np.unique(np.stack([clusters, said], axis=1), axis=0)[:, 0]
    speakers, spoken = np.unique(words, return_counts=True)
    return np.union1d(ways[counts > 1, 0], speakers[spoken > 1])


def _machine(tree: Beginnings, clusters: Integers, said: Integers, language: Language) -> Machine:
    alphabet, count = language.alphabet, int(clusters.max()) + 1
    arrows: list[dict[str, int]] = [{} for _ in range(count)]
    for parent, symbol, cluster in zip(
        tree.parents[1:], tree.symbols[1:], clusters[1:], strict=True
    ):
        arrows[clusters[parent]][alphabet[symbol]] = int(cluster)
    words = dict(zip(clusters.tolist(), said.tolist(), strict=True))
    return Machine(
        alphabet,
        int(clusters[0]),
        tuple(arrows),
        tuple(choice(words[cluster], alphabet) for cluster in range(count)),
        tuple(f"S{state}" for state in range(count)),
    )
