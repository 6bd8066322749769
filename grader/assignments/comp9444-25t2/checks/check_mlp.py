"""Part 2: the perceptron with hand-set weights.

All figures are the oracle's, computed in float32 on the weights that set_weights() leaves.
"""

from grader.checking import CheckFailure, Ungraded, check
from grader.graphs.structure import structure
from grader.marks.perceptron import ActivationTable, PerceptronAnalysis
from grader.subject import Subject

NOT_RESCALED = 0.5
"""Share of the sigmoid check for weights that are right once rescaled, but were not rescaled."""


def _wrong_points(table: ActivationTable) -> list[str]:
    return [
        f"({row.point[0]:g}, {row.point[1]:g}): target {row.target}, output {row.output:.4g}"
        f" (net input {row.net:.4g})"
        for row in table.rows
        if not row.right
    ]


def _require_agreement(analysis: PerceptronAnalysis, act: str) -> None:
    """Where the student's forward and the oracle differ, a human says which one counts."""
    differing = [line for line in analysis.disagreements if line.startswith(f"With {act} ")]
    if differing:
        raise Ungraded(f"forward does not compute the network it was given: {differing[0]}")


@check()
def check_mlp_builds(subject: Subject) -> None:
    """MLP can be built with four hidden nodes, given its weights and run, with step and sigmoid."""
    subject.network("MLP")


@check(needs=("mlp_builds",))
def check_mlp_hidden(subject: Subject) -> None:
    """The hand-set network has one hidden layer of four nodes, and one output node."""
    table = subject.assignment.table.perceptron
    assert table is not None
    asked = f"one hidden layer of {table.hidden} nodes and one output node"
    layers = structure(subject.network("MLP")).kinds()
    if layers != ["linear", "linear"]:
        count = f"{len(layers)} layer{'' if len(layers) == 1 else 's'} with weights"
        raise CheckFailure(count, asked, "compute the output from in_hid and hid_out, in a row")
    found = len(subject.analysis().weights.in_bias)
    if found != table.hidden:
        raise CheckFailure(
            f"{found} hidden nodes",
            asked,
            "let set_weights() fill the layers that MLP(hid, act) made, and keep their size",
        )


@check(needs=("mlp_builds",))
def check_mlp_step(subject: Subject) -> None:
    """With step at hidden and output nodes, all nine points are right."""
    analysis = subject.analysis()
    _require_agreement(analysis, "step")
    wrong = _wrong_points(analysis.step)
    if wrong:
        total = len(analysis.step.rows)
        known = analysis.mistake.sentence if analysis.mistake else ""
        raise CheckFailure(
            f"{total - len(wrong)} of {total} points are right",
            "all of them",
            known or "compare the activations with your table, row by row",
            detail=wrong,
        )


@check(needs=("mlp_step",))
def check_mlp_sigmoid(subject: Subject) -> None:
    """With sigmoid in place of step, all nine points are still right."""
    analysis = subject.analysis()
    _require_agreement(analysis, "sig")
    wrong = _wrong_points(analysis.sigmoid)
    if not wrong:
        return
    total = len(analysis.sigmoid.rows)
    rescaled = analysis.scaled
    scaled_right = sum(row.right for row in rescaled.rows)
    raise CheckFailure(
        f"{total - len(wrong)} of {total} points are right as handed in, {scaled_right} of"
        f" {total} with every weight and bias times {rescaled.scale:g}",
        "all of them",
        _sigmoid_cure(analysis.smallest_scale, analysis.scale_reason),
        score=NOT_RESCALED if analysis.smallest_scale is not None else 0.0,
        detail=wrong,
    )


def _sigmoid_cure(scale: float | None, reason: str) -> str:
    if scale is not None:
        return f"multiply every weight and bias by {scale:g} or more"
    return f"{reason} Move the biases so that no net input is exactly 0, then rescale."


@check(needs=("mlp_builds",))
def check_mlp_rescaled(subject: Subject) -> None:
    """check.py holds the rescaled weights, with which sigmoid mimics step."""
    analysis = subject.analysis()
    _require_agreement(analysis, "sig")
    if analysis.unscaled:
        raise CheckFailure(
            analysis.unscaled_reason,
            "the weights after multiplication by a large number such as 10",
            "hand in check.py with the weights of question 2.3",
        )
