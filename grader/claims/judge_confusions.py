"""Judges what 1.4(c) says of the worst confusions, by the report's own matrices."""

from collections.abc import Iterator

from grader.claims.facts import Facts
from grader.claims.found import Found, Matrix, WorstConfusion
from grader.claims.judge_matrices import matrix_of
from grader.claims.verdicts import Claim, Draft

SHOWN = 5


def judge_confusions(found: Found, facts: Facts) -> Iterator[Claim]:
    """Each claim against the matrix of its network; without a sure matrix nothing is concluded."""
    numbers: dict[str, int] = {}
    for said in found.confusions:
        numbers[said.network] = numbers.get(said.network, 0) + 1
        matrix = matrix_of(said.network, found)
        base: Draft = {
            "id": f"{said.network}-confusion-{numbers[said.network]}",
            "question": "1.4",
            "title": f"Worst confusion of {said.network}",
            "said": _words(said),
            "place": said.place,
        }
        if matrix is None or matrix.reliance == "uncertain":
            computed = "The report's own matrix could not be read with certainty."
            yield Claim.model_validate(
                base | {"verdict": "not reproducible", "computed": computed, "certain": False}
            )
            continue
        true, words = _true(said, matrix, facts)
        verdict = "confirmed" if true is None or said.count == true else "contradicted"
        yield Claim.model_validate(
            base | {"verdict": verdict, "computed": words, "detail": worst(matrix, facts)}
        )


def _words(said: WorstConfusion) -> str:
    if said.target:
        return f"{said.target} is mistaken for {said.predicted} {said.count} times"
    return f"{said.count} at most"


def _true(said: WorstConfusion, matrix: Matrix, facts: Facts) -> tuple[int | None, str]:
    """The count that was spoken of, and words for it; None where the classes are not known."""
    labels = {facts.name(i): i for i in range(len(matrix.cells))}
    if said.target:
        if said.target not in labels or said.predicted not in labels:
            return None, "The characters named are none of the classes."
        count = matrix.cells[labels[said.target]][labels[said.predicted]]
        return count, f"The report's matrix has {count} there."
    count, target, predicted = pairs(matrix)[0]
    times = f", {count / said.count:.1f} times as many" if said.count < count and said.count else ""
    return count, (
        f"The largest entry off the diagonal of the report's own matrix is {count}"
        f" ({facts.name(target)} taken for {facts.name(predicted)}){times}."
    )


def pairs(matrix: Matrix) -> list[tuple[int, int, int]]:
    """Count, target and choice of all confusions, the most frequent first."""
    cells = [
        (count, target, predicted)
        for target, row in enumerate(matrix.cells)
        for predicted, count in enumerate(row)
        if target != predicted
    ]
    return sorted(cells, key=lambda cell: (-cell[0], cell[1], cell[2]))


def worst(matrix: Matrix, facts: Facts) -> list[str]:
    """The most frequent confusions of a matrix, in words."""
    return [
        f"{facts.name(target)} taken for {facts.name(predicted)}: {count}"
        for count, target, predicted in pairs(matrix)[:SHOWN]
    ]
