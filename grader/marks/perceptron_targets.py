"""What the worker is to build of the hand-set perceptron. Kept apart because it needs no torch."""

from grader.assignment_tables import PerceptronTable
from grader.capturing.capture import Target
from reference.perceptron import Act

ACTS: tuple[Act, ...] = ("step", "sig")
POINTS = 9


def perceptron_targets(table: PerceptronTable) -> list[Target]:
    """The class with each activation function, after the weights were set by hand."""
    return [
        Target(f"MLP.{act}", table.cls, (2,), (POINTS,), (0,), (table.hidden, act), table.setup)
        for act in ACTS
    ]
