"""Judges Part 2: the table of activations cell by cell, the dividing lines, the weights."""

from collections.abc import Iterator, Sequence
from itertools import permutations

from grader.claims.facts import Facts
from grader.claims.found import Found, LineEquation, NumberList, Table
from grader.claims.judge_matrices import missing, unrecognised
from grader.claims.verdicts import Claim, Draft
from grader.results import ActivationRow, PerceptronResult, PerceptronWeights
from grader.results import Line as DividingLine

MOST_NODES = 6
"""With more, the orders that a table may have its nodes in are too many to try."""

NOT_RESCALED = "check.py holds the weights before rescaling"


def judge_perceptron(found: Found, facts: Facts) -> Iterator[Claim]:
    """The table, the lines and the weights, where the weights of check.py are known."""
    perceptron = facts.perceptron
    if perceptron is None or perceptron.weights is None or perceptron.step is None:
        return
    yield _table_claim(found, perceptron)
    yield _lines_claim(found, perceptron.lines)
    yield _weights_claim(found, perceptron, perceptron.weights)


def wrong_cells(table: Table, rows: Sequence[ActivationRow]) -> list[str]:
    """Cells that disagree with the weights, under the order of the columns that explains all.

    Nodes may be numbered otherwise than in the code, and the output may come first; an order
    counts only if it leaves nothing wrong, otherwise the columns are taken as they come.
    """
    true = {tuple(map(round, row.point)): row for row in rows}
    hidden = len(rows[0].hidden)
    orders = permutations(range(hidden)) if hidden <= MOST_NODES else iter([tuple(range(hidden))])
    first: list[str] | None = None
    for order in orders:
        wrong = _wrong(table, true, order)
        first = wrong if first is None else first
        if not wrong or not _wrong(_output_last(table), true, order):
            return []
    assert first is not None
    return first


def _output_last(table: Table) -> Table:
    rows = [row.model_copy(update={"cells": [*row.cells[1:], row.cells[0]]}) for row in table.rows]
    return table.model_copy(update={"rows": rows})


def _wrong(
    table: Table, true: dict[tuple[int, ...], ActivationRow], order: Sequence[int]
) -> list[str]:
    wrong = []
    for row in table.rows:
        known = true[row.point]
        values = [*(round(known.hidden[i]) for i in order), round(known.output)]
        names = [*(f"H{i + 1}" for i in range(len(order))), "output"]
        for name, said, value in zip(names, row.cells, values, strict=True):
            if said != value:
                wrong.append(f"({row.point[0]}, {row.point[1]}) {name}: {said}, computed {value}")
    return wrong


def _table_claim(found: Found, perceptron: PerceptronResult) -> Claim:
    assert perceptron.step is not None
    base: Draft = {"id": "MLP-table", "question": "2.2", "title": "Table of activations"}
    if not found.tables:
        return Claim.model_validate(base | missing(found, "table of activations", "2"))
    rows = perceptron.step.rows
    table = min(found.tables, key=lambda table: _faults(table, rows))
    cells = sum(len(row.cells) for row in table.rows)
    base |= {"said": f"{len(table.rows)} points, {cells} cells", "place": table.place}
    if not _comparable(table, rows):
        computed = "Its columns could not be told apart, so nothing is concluded from it."
        return Claim.model_validate(
            base | {"verdict": "not reproducible", "computed": computed, "certain": False}
        )
    wrong = wrong_cells(table, rows)
    if not wrong:
        computed = f"All {cells} cells agree with the weights of check.py."
        return Claim.model_validate(base | {"verdict": "confirmed", "computed": computed})
    computed = f"{len(wrong)} of {cells} cells disagree with the weights of check.py."
    return Claim.model_validate(
        base | {"verdict": "contradicted", "computed": computed, "detail": wrong}
    )


def _faults(table: Table, rows: Sequence[ActivationRow]) -> int:
    """Wrong cells of a table, more than all where it cannot be compared."""
    if not _comparable(table, rows):
        return sum(len(row.cells) for row in table.rows) + 1
    return len(wrong_cells(table, rows))


def _comparable(table: Table, rows: Sequence[ActivationRow]) -> bool:
    fits = all(len(row.cells) == len(rows[0].hidden) + 1 for row in table.rows)
    return table.certain and fits and {row.point for row in table.rows} == _points(rows)


def _points(rows: Sequence[ActivationRow]) -> set[tuple[int, ...]]:
    return {tuple(map(round, row.point)) for row in rows}


def _lines_claim(found: Found, lines: Sequence[DividingLine]) -> Claim:
    base: Draft = {
        "id": "MLP-lines",
        "question": "2.2",
        "title": "Equations of the dividing lines",
    }
    computed = "; ".join(f"H{line.node}: {line.equation}" for line in lines)
    if not found.equations:
        claim = unrecognised("equation of a dividing line")
        return Claim.model_validate(base | {"computed": computed} | claim)
    matched = [line for line in lines if any(same_line(e, line) for e in found.equations)]
    shown = _distinct(found.equations)
    base |= {
        "said": "; ".join(_equation(e) for e in shown[:8]),
        "computed": computed,
        "place": found.equations[0].place,
    }
    if len(matched) == len(lines):
        return Claim.model_validate(base | {"verdict": "confirmed"})
    lacking = ", ".join(f"H{line.node}" for line in lines if line not in matched)
    detail = [f"no equation of the report is the line of {lacking}"]
    verdict = "contradicted" if len(shown) == len(lines) else "not reproducible"
    return Claim.model_validate(
        base | {"verdict": verdict, "detail": detail, "certain": verdict == "contradicted"}
    )


def same_line(said: LineEquation, line: DividingLine) -> bool:
    """Whether both are one line: their coefficients are proportional."""
    a, b = (said.a, said.b, said.c), (line.a, line.b, line.c)
    scale = max(map(abs, a)) * max(map(abs, b))
    crosses = (a[i] * b[j] - a[j] * b[i] for i, j in ((0, 1), (0, 2), (1, 2)))
    return scale > 0 and all(abs(cross) <= 1e-3 * scale for cross in crosses)


def _distinct(equations: Sequence[LineEquation]) -> list[LineEquation]:
    kept: list[LineEquation] = []
    for equation in equations:
        as_line = DividingLine(node=0, a=equation.a, b=equation.b, c=equation.c, equation="")
        if not any(same_line(other, as_line) for other in kept):
            kept.append(equation)
    return kept


def _equation(line: LineEquation) -> str:
    terms = [_term(line.a, "x1"), _term(line.b, "x2"), _term(line.c, "")]
    return " ".join(term for term in terms if term).removeprefix("+ ") + " = 0"


def _term(value: float, name: str) -> str:
    if not value:
        return ""
    size = "" if name and abs(value) == 1 else f"{abs(value):g}"
    return f"{'-' if value < 0 else '+'} {size}{' ' if size and name else ''}{name}"


def _weights_claim(found: Found, perceptron: PerceptronResult, weights: PerceptronWeights) -> Claim:
    base: Draft = {
        "id": "MLP-weights",
        "question": "2.2",
        "title": "Weights of the hand-set network",
    }
    runs = weight_lists(found.weights, weights)
    computed = (
        f"check.py: hidden {weights.in_hid}, biases {weights.in_bias}, output"
        f" {weights.hid_out}, bias {weights.out_bias:g}"
    )
    if not runs:
        claim = unrecognised("list of all weights")
        return Claim.model_validate(base | {"computed": computed} | claim)
    parts, said = runs[0], values_of(runs[0])
    base |= {
        "said": "; ".join(f"{part.label[-40:]} {part.values}" for part in parts)[:400],
        "computed": computed,
        "place": parts[0].place,
        "detail": [f"check.py: {perceptron.unscaled_reason}"] if perceptron.unscaled else [],
        "caution": NOT_RESCALED if perceptron.unscaled else "",
    }
    factor = common_factor(said, true_weights(weights))
    if factor is None and len(runs) > 1:
        return Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})
    if factor is None:
        return Claim.model_validate(base | {"verdict": "contradicted"})
    if factor != 1:
        base["computed"] = f"{computed}; all of them {factor:g} times those of the report"
    return Claim.model_validate(base | {"verdict": "confirmed"})


def true_weights(weights: PerceptronWeights) -> list[float]:
    """All weights and biases of check.py in the order of `weight_lists`."""
    pairs = [value for pair in weights.in_hid for value in pair]
    return [*pairs, *weights.in_bias, *weights.hid_out, weights.out_bias]


def weight_lists(found: Sequence[NumberList], weights: PerceptronWeights) -> list[list[NumberList]]:
    """Every four lists in a row that hold all weights: of the hidden nodes, then of the output.

    Those that are the weights of check.py but for a factor come first: others may be of another
    try.
    """
    hidden, true = len(weights.in_bias), true_weights(weights)
    sizes = [2 * hidden, hidden, hidden, 1]
    runs = [list(found[start : start + 4]) for start in range(len(found) - 3)]
    fitting = [run for run in runs if [len(item.values) for item in run] == sizes]
    return sorted(fitting, key=lambda run: common_factor(values_of(run), true) is None)


def values_of(lists: Sequence[NumberList]) -> list[float]:
    """All numbers of some lists in a row."""
    return [value for item in lists for value in item.values]


def common_factor(said: Sequence[float], true: Sequence[float]) -> float | None:
    """The positive number that turns what is said into what is true, None where there is none."""
    pairs = [(s, t) for s, t in zip(said, true, strict=True) if s or t]
    if not pairs:
        return 1.0
    if any(not s or not t for s, t in pairs):
        return None
    factors = [t / s for s, t in pairs]
    alike = all(abs(f - factors[0]) <= 1e-4 * abs(factors[0]) for f in factors)
    return round(factors[0], 6) if alike and factors[0] > 0 else None
