"""Judges numbers of parameters: the figure, and the calculation step by step.

A slip of arithmetic (two sides of one calculation differ) is told from a wrong concept (the
calculation is right and counts something else, such as a network without biases).
"""

import re
from collections.abc import Iterator

from grader.claims.facts import Facts
from grader.claims.found import Found, Place, Sum
from grader.claims.judge_matrices import QUESTIONS, missing
from grader.claims.verdicts import Claim, Draft
from grader.results import NetworkResult

LEAST = 1000
"""A calculation of less is a step on the way and no total."""


def judge_parameters(found: Found, facts: Facts) -> Iterator[Claim]:
    """For each network the calculation beside it, and the figure in question 1.4."""
    for network, result in facts.networks.items():
        if result.parameters is None:
            continue
        yield _calculation(network, result, found)
        yield _figure(network, result.parameters, found)


def totals_of(network: str, found: Found, question: str) -> list[tuple[int, Place]]:
    """All numbers that may be stated as the network's total in one question."""
    values = [
        (value, s.place)
        for s in found.sums
        if s.network == network and s.question in (question, "")
        for value in s.values[-1:]
    ]
    values += [
        (count.value, count.place)
        for count in found.counts
        if count.network == network and count.question in (question, "")
    ]
    return [(value, place) for value, place in values if value >= LEAST]


def _calculation(network: str, result: NetworkResult, found: Found) -> Claim:
    question = QUESTIONS.get(network, "")
    title = f"Calculation of the number of parameters of {network}"
    base: Draft = {"id": f"{network}-parameters", "question": question, "title": title}
    own = [s for s in found.sums if s.network == network and s.question != "1.4"]
    own = own or [s for s in found.sums if s.network == network]
    totals = totals_of(network, found, question) or totals_of(network, found, "1.4")
    true = result.parameters
    assert true is not None
    if not totals and not own:
        return Claim.model_validate(base | missing(found, "number of parameters for it"))
    formulas = [f"{layer.name}: {layer.formula}" for layer in result.layers if layer.parameters]
    computed = f"{true}: " + "; ".join(formulas)
    best = _closest(own, true)
    said = " = ".join(best.sides) if best else str(totals[0][0])
    place = best.place if best else totals[0][1]
    base |= {"said": said[:300], "computed": computed, "place": place}
    slips = [slip for s in own if (slip := slip_of(s))]
    if slips:
        return Claim.model_validate(
            base | {"verdict": "contradicted", "kind": "arithmetic slip", "detail": slips}
        )
    if any(value == true for value, _ in totals) or _adds_up(own, true):
        return Claim.model_validate(base | {"verdict": "confirmed"})
    total = _total_of(own, result)
    if total is None:
        return Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})
    value = total.values[-1]
    concept = wrong_concept(value, result)
    return Claim.model_validate(
        base
        | {
            "verdict": "contradicted",
            "kind": "wrong concept" if concept else "",
            "detail": [concept or f"the report arrives at {value}, the network has {true}"],
        }
    )


def _closest(sums: list[Sum], true: int) -> Sum | None:
    """The calculation to show: the one that arrives at the right number, else the largest."""
    right = [s for s in sums if true in s.values]
    chosen = right or sorted(sums, key=lambda s: s.values[-1])
    return chosen[-1] if chosen else None


def slip_of(calculation: Sum) -> str:
    """Which step is wrong: "784 * 10 + 10 is 7850, not 7840", "" where all sides agree.

    A running total ("2*3 = 6 + 1 = 7") is no slip: its steps are right one by one.
    """
    pairs = zip(calculation.sides, calculation.values, calculation.sides[1:], strict=False)
    for (side, value, other), stated in zip(pairs, calculation.values[1:], strict=False):
        if value != stated and not re.match(rf"{value}\s*[-+*]", other):
            return f"{side} is {value}, not {other}"
    return ""


def _adds_up(sums: list[Sum], true: int) -> bool:
    """Whether calculations of single layers make the whole, though no total is stated."""
    layers = {s.sides[0]: s.values[-1] for s in sums}
    return len(layers) > 1 and sum(layers.values()) == true


def _total_of(sums: list[Sum], result: NetworkResult) -> Sum | None:
    """The calculation that is meant as the whole: it says so, or there is no other.

    One that counts a single layer rightly is a step; the others may stand in a picture.
    """
    large = [s for s in sums if s.values[-1] >= LEAST]
    said = [s for s in large if "total" in s.place.words.lower()]
    if said:
        return said[-1]
    alone = len(large) == 1 and len(sums) == 1
    layers = {layer.parameters for layer in result.layers}
    return large[0] if alone and large[0].values[-1] not in layers else None


def wrong_concept(value: int, result: NetworkResult) -> str:
    """What a wrong total counts, where it is known."""
    layers = [layer for layer in result.layers if layer.parameters]
    biases = [layer.shape[0] if layer.kind == "conv" else layer.shape[-1] for layer in layers]
    true = sum(layer.parameters for layer in layers)
    if value == true - sum(biases):
        return f"{value} is the number of weights; the {sum(biases)} biases are missing"
    for layer, bias in zip(layers, biases, strict=True):
        if value == true - layer.parameters:
            return f"{value} leaves {layer.name} out ({layer.parameters} parameters)"
        if value == true - bias:
            return f"{value} leaves the {bias} biases of {layer.name} out"
    return ""


def _figure(network: str, true: int, found: Found) -> Claim:
    title = f"Number of parameters of {network} in 1.4"
    base: Draft = {
        "id": f"{network}-count",
        "question": "1.4",
        "title": title,
        "computed": str(true),
    }
    stated = totals_of(network, found, "1.4")
    elsewhere = totals_of(network, found, QUESTIONS.get(network, ""))
    stated = stated or [item for item in elsewhere if item[0] == true]
    if not stated and elsewhere:
        base |= {"verdict": "not reproducible", "certain": False, "said": "", "place": Place()}
        return Claim.model_validate(base)
    if not stated:
        return Claim.model_validate(base | missing(found, "number of parameters for it"))
    right = [item for item in stated if item[0] == true]
    value, place = (right or stated)[-1]
    base |= {"said": str(value), "place": place}
    if right:
        return Claim.model_validate(base | {"verdict": "confirmed"})
    sure = {count.value for count in found.counts if count.network == network and count.certain}
    if len({value for value, _ in stated}) > 1 or value not in sure:
        return Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})
    return Claim.model_validate(base | {"verdict": "contradicted"})
