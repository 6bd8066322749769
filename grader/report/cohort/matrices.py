"""Finds confusion matrices that several students' reports share, cell for cell.

It states what is equal and passes no judgement. Equal code that is run with an equal seed gives
equal counts, so what a person needs beside it is whether the code is equal.
"""

from dataclasses import dataclass

from grader.cohort.standing import Cohort, MatrixStanding, Standing
from grader.report import text
from grader.report.cohort.people import Person, person

REASON = "Equal code run with an equal seed gives equal counts; the course's program sets no seed."


@dataclass(frozen=True)
class SharedMatrix:
    """One matrix and everyone whose report has it; `code` says whether their code is equal."""

    what: str
    code: str
    people: list[Person]


def shared_matrices(cohort: Cohort) -> list[SharedMatrix]:
    """Every matrix that more than one report has, that of most students first."""
    groups: dict[str, dict[str, tuple[Standing, MatrixStanding]]] = {}
    for standing in cohort.graded:
        for matrix in standing.matrices:
            groups.setdefault(matrix.digest, {})[standing.student] = (standing, matrix)
    shared = [list(group.values()) for group in groups.values() if len(group) > 1]
    return [_shared(group) for group in sorted(shared, key=lambda group: -len(group))]


def matrices_read(cohort: Cohort) -> tuple[int, int]:
    """Students whose reports have a matrix that was read without doubt, and different matrices."""
    readable = [standing for standing in cohort.graded if standing.matrices]
    return len(readable), len({m.digest for standing in readable for m in standing.matrices})


def _shared(group: list[tuple[Standing, MatrixStanding]]) -> SharedMatrix:
    names = list(dict.fromkeys(matrix.network or "not told of which" for _, matrix in group))
    right, total = group[0][1].right, group[0][1].total
    return SharedMatrix(
        what=text.shorten(f"{' and '.join(names)}, {right:,} of {total:,} right", 90),
        code=_code([(standing, matrix.network) for standing, matrix in group]),
        people=[person(standing) for standing, _ in group],
    )


def _code(group: list[tuple[Standing, str]]) -> str:
    networks = [standing.networks.get(name) for standing, name in group]
    prints = {network.fingerprint if network else "" for network in networks}
    if "" in prints:
        return "not all of their networks are known"
    return "their networks are equal" if len(prints) == 1 else "their networks differ"
