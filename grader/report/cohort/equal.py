"""Counts networks that compute the same, equal hand-set weights and equal confusion matrices.

It states what is equal and passes no judgement: a question may leave no choice, and a lecture may
have shown the answer.
"""

from dataclasses import dataclass

from grader.cohort.standing import Cohort, NetworkStanding, Standing
from grader.report import text
from grader.report.cohort.matrices import REASON, matrices_read, shared_matrices
from grader.report.cohort.people import Person, person

MOST_GROUPS = 10
USUAL = {
    "NetLin": "That most are equal is usual: the question leaves no choice. Of 88 submissions of "
    "earlier terms, 80 held the same computation."
}


@dataclass(frozen=True)
class Group:
    """Students whose networks, hand-set weights or confusion matrices are equal."""

    what: str
    people: list[Person]


@dataclass(frozen=True)
class EqualView:
    """The groups of one network, the largest first; `more` groups are not listed."""

    name: str
    summary: str
    usual: str
    groups: list[Group]
    more: str


def _by_digest(cohort: Cohort, name: str) -> list[list[tuple[Standing, NetworkStanding]]]:
    groups: dict[str, list[tuple[Standing, NetworkStanding]]] = {}
    for standing in cohort.graded:
        network = standing.networks.get(name)
        digest = network and (network.fingerprint or network.weights_digest)
        if network and digest:
            groups.setdefault(digest, []).append((standing, network))
    return sorted(groups.values(), key=lambda group: -len(group))


def _what(network: NetworkStanding) -> str:
    if not network.fingerprint:
        return "equal weights"
    return f"{network.parameters:,} parameters" if network.parameters is not None else "equal"


def _view(cohort: Cohort, name: str) -> EqualView | None:
    found = _by_digest(cohort, name)
    if not found:
        return None
    total, alone = sum(map(len, found)), sum(len(group) == 1 for group in found)
    shared = [group for group in found if len(group) > 1]
    hand_set = not found[0][0][1].fingerprint
    kind = "sets of hand-set weights" if hand_set else "computations"
    said = f"{text.count(total, 'student')}, {len(found):,} different {kind}"
    rest = shared[MOST_GROUPS:]
    return EqualView(
        name=text.shorten(name, 40),
        summary=f"{said}; {alone:,} held by one student alone.",
        usual=USUAL.get(name, "") if shared and 2 * len(shared[0]) > total else "",
        groups=[
            Group(_what(group[0][1]), [person(standing) for standing, _ in group])
            for group in shared[:MOST_GROUPS]
        ],
        more=f"and {text.count(len(rest), 'smaller group')}, {sum(map(len, rest)):,} students"
        if rest
        else "",
    )


def view(cohort: Cohort) -> list[EqualView]:
    """Every network and perceptron of which anything equal is known, and shared matrices."""
    names = dict.fromkeys(name for standing in cohort.graded for name in standing.networks)
    views = (_view(cohort, name) for name in names)
    return [view for view in (*views, _matrices(cohort)) if view is not None]


def _matrices(cohort: Cohort) -> EqualView | None:
    shared = shared_matrices(cohort)
    if not shared:
        return None
    readable, different = matrices_read(cohort)
    rest = shared[MOST_GROUPS:]
    return EqualView(
        name="Confusion matrices of the reports",
        summary=f"{text.count(readable, 'student')}, {different:,} different matrices.",
        usual=REASON,
        groups=[Group(f"{one.what}; {one.code}", one.people) for one in shared[:MOST_GROUPS]],
        more=f"and {len(rest):,} more matrices" if rest else "",
    )
