"""The line on which a hidden node's net input is 0, as an equation that a person would write."""

from dataclasses import dataclass

from reference.perceptron import Weights


@dataclass(frozen=True)
class DividingLine:
    """a x1 + b x2 + c = 0, with a, b, c as handed in, for hidden node number `node` (from 1).

    `equation` is reduced, e.g. "x1 + x2 = 2.5"; `region` says where the node is 1, e.g.
    "x1 + x2 >= 2.5". A node without weights has no line and is the same everywhere.
    """

    node: int
    a: float
    b: float
    c: float
    equation: str
    region: str


def dividing_lines(weights: Weights) -> tuple[DividingLine, ...]:
    """The dividing line of each hidden node, in order."""
    nodes = zip(weights.in_hid, weights.in_bias, strict=True)
    return tuple(_line(number, a, b, c) for number, ((a, b), c) in enumerate(nodes, start=1))


def _line(node: int, a: float, b: float, c: float) -> DividingLine:
    if a == 0 and b == 0:
        region = "everywhere" if c >= 0 else "nowhere"
        return DividingLine(node, a, b, c, "no line: x1 and x2 have no weight", region)
    divisor = max(abs(a), abs(b)) * (1 if (a or b) > 0 else -1)
    left = _sum_of(a / divisor, b / divisor)
    right = _number(-c / divisor)
    relation = ">=" if divisor > 0 else "<="
    return DividingLine(node, a, b, c, f"{left} = {right}", f"{left} {relation} {right}")


def _sum_of(a: float, b: float) -> str:
    """`a x1 + b x2` without terms that are 0 and factors that are 1; the first is positive."""
    terms = [(a, "x1"), (b, "x2")]
    text = ""
    for factor, name in terms:
        if factor == 0:
            continue
        sign = (" + " if factor > 0 else " - ") if text else ""
        size = "" if abs(factor) == 1 else f"{_number(abs(factor))} "
        text += f"{sign}{size}{name}"
    return text


def _number(value: float) -> str:
    return f"{value + 0.0:.4g}"  # + 0.0 turns -0 into 0
