"""Judges what Part 2 says of its runs: accuracies on the nine points, and the multiplier.

The trained network of 2.1 is not handed in. Where the report prints its weights, they are tried.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from grader.claims.facts import Facts
from grader.claims.found import Found, NumberList, PointAccuracy
from grader.claims.judge_perceptron import (
    common_factor,
    true_weights,
    values_of,
    weight_lists,
)
from grader.claims.verdicts import Claim, Draft
from grader.results import PerceptronResult
from reference.perceptron import Weights, evaluate

ROUNDING = 0.06
"""Percent: the program prints 88.89, and 88.9 is the same."""

ENDS = ("final", "epoch", "said")
"""Kinds of accuracies that a training may have ended with."""

DECIDED = 0.05
"""Net input to the output from which on four printed decimals of weights cannot turn a point."""


def judge_runs(found: Found, facts: Facts) -> Iterator[Claim]:
    """One claim a question of Part 2 that states an accuracy, and one for the multiplier."""
    perceptron = facts.perceptron
    if perceptron is None or perceptron.step is None or perceptron.weights is None:
        return
    stated = [a for a in found.point_accuracies if a.question == "2.1" and a.kind in ENDS]
    if stated:
        yield _trained(_final(stated), found.weights, perceptron)
    for question in ("2.2", "2.3"):
        stated = [a for a in found.point_accuracies if a.question == question]
        if stated:
            yield _hand_set(question, stated, perceptron)
    if found.multipliers:
        yield _multiplied(found, perceptron)


def _final(stated: Sequence[PointAccuracy]) -> PointAccuracy:
    """What was printed at the end, else the last while training, else the last that is said."""
    for kind in ENDS:
        if own := [accuracy for accuracy in stated if accuracy.kind == kind]:
            return own[-1]
    return stated[-1]


def _trained(
    said: PointAccuracy, lists: Sequence[NumberList], perceptron: PerceptronResult
) -> Claim:
    base: Draft = {
        "id": "MLP-trained-accuracy",
        "question": "2.1",
        "title": "Accuracy of the five trained nodes",
        "said": f"{said.percent:g}%",
        "place": said.place,
    }
    counts = [_right(part, perceptron) for part in _printed_networks(lists)]
    for nodes, right, of in (count for count in counts if count is not None):
        if abs(100 * right / of - said.percent) <= ROUNDING:
            computed = (
                f"The weights that the report prints, of {nodes} hidden nodes, have {right} of {of}"
                " points right with sigmoid."
            )
            return Claim.model_validate(base | {"verdict": "confirmed", "computed": computed})
    computed = "The trained network is not handed in; 100% is asked for."
    return Claim.model_validate(
        base | {"verdict": "not reproducible", "computed": computed, "certain": False}
    )


def _printed_networks(lists: Sequence[NumberList]) -> Iterator[list[NumberList]]:
    """Four lists in a row under 2.1 that are the weights and biases of one network."""
    own = [item for item in lists if item.question == "2.1"]
    for start in range(len(own) - 3):
        part = own[start : start + 4]
        nodes = len(part[1].values)
        if [len(item.values) for item in part] == [2 * nodes, nodes, nodes, 1]:
            yield part


def _right(part: Sequence[NumberList], perceptron: PerceptronResult) -> tuple[int, int, int] | None:
    """Nodes, points right and points; None where rounding may have turned one."""
    assert perceptron.step is not None
    rows = perceptron.step.rows
    weights = Weights.from_arrays(
        np.asarray(part[0].values).reshape(-1, 2), *(item.values for item in part[1:])
    )
    found = evaluate(weights, "sig", tuple((row.point[0], row.point[1]) for row in rows))
    if np.abs(found.net_output).min() < DECIDED:
        return None
    return len(part[1].values), sum(found.right(tuple(row.target for row in rows))), len(rows)


def _hand_set(
    question: str, stated: Sequence[PointAccuracy], perceptron: PerceptronResult
) -> Claim:
    """Against step in 2.2 and sigmoid in 2.3.

    Contradicted is one printed figure that is better than all that check.py comes to: one that is
    worse may be of an earlier try.
    """
    tables = {"step": perceptron.step, "sigmoid": perceptron.sigmoid, "scaled": perceptron.scaled}
    values = {name: 100 * t.right / t.of for name, t in tables.items() if t is not None}
    wanted = ("step",) if question == "2.2" else ("sigmoid", "scaled")
    figures = sorted({accuracy.percent for accuracy in stated})
    words = {"step": "step", "sigmoid": "sigmoid", "scaled": "sigmoid and rescaled weights"}
    computed = "; ".join(
        f"check.py with {words[name]}: {t.right} of {t.of} points ({values[name]:.2f}%)"
        for name in wanted
        if (t := tables[name]) is not None
    )
    agreeing = [a for a in stated if any(_same(a.percent, values.get(n)) for n in wanted)]
    shown = (agreeing or list(stated))[-1]
    base: Draft = {
        "id": f"MLP-accuracy-{question}",
        "question": question,
        "title": "Accuracy of the hand-set network"
        + (" with step" if question == "2.2" else " with sigmoid"),
        "said": ", ".join(f"{figure:g}%" for figure in figures),
        "computed": computed,
        "place": shown.place,
    }
    if agreeing:
        return Claim.model_validate(base | {"verdict": "confirmed"})
    explained = (
        len(figures) > 1
        or any(a.pictured or a.kind not in ("initial", "final") for a in stated)
        or figures[0] <= max(values.values()) + ROUNDING
        or bool(perceptron.disagreements)
        or (question == "2.3" and perceptron.unscaled is not False)
    )
    if explained:
        return Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})
    return Claim.model_validate(base | {"verdict": "contradicted"})


def _same(said: float, value: float | None) -> bool:
    return value is not None and abs(said - value) <= ROUNDING


def _multiplied(found: Found, perceptron: PerceptronResult) -> Claim:
    weights = perceptron.weights
    assert weights is not None
    said = found.multipliers[-1]
    listed = [values_of(run) for run in weight_lists(found.weights, weights)]
    factors = [common_factor(values, true_weights(weights)) for values in listed]
    factor = next((known for known in factors if known not in (None, 1)), None)
    base: Draft = {
        "id": "MLP-multiplier",
        "question": "2.3",
        "title": "Number that all weights and biases are multiplied by",
        "said": f"{said.value:g}",
        "place": said.place,
    }
    if factor is not None and abs(factor - said.value) <= 1e-6 * said.value:
        computed = f"check.py holds {factor:g} times the weights of the report."
        return Claim.model_validate(base | {"verdict": "confirmed", "computed": computed})
    if factor is not None:
        computed = f"check.py holds {factor:g} times the weights that the report lists."
    elif perceptron.unscaled:
        computed = "check.py holds the weights before any multiplication."
    else:
        computed = "The weights before the multiplication are not listed where they could be read."
    return Claim.model_validate(
        base | {"verdict": "not reproducible", "computed": computed, "certain": False}
    )
