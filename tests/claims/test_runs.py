"""Figures of the runs: filters, losses, accuracies on the nine points, and the multiplier."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.claims.judge import judge
from grader.claims.verdicts import Claim
from grader.results import PerceptronResult
from tests.report import example

from .sample_facts import facts
from .written import found_in

WEIGHTS = ("[[1, 1], [1, 1], [-1, 1], [-1, 1]]", "[-2.5, -1.5, -0.5, 0.5]", "[[1, -1, 1, -1]]")


def claims(*lines: str, **known: Any) -> dict[str, Claim]:
    judged = judge(found_in(["z5567992", *lines]), facts(**known))
    return {claim.id: claim for claim in judged.claims}


def perceptron(**changes: Any) -> PerceptronResult:
    found = example.sample().perceptron
    assert found is not None
    return found.model_copy(update=changes)


# ---------------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    "lines",
    [
        ("Two convolutional layers with 20 and 40 filters of size 5 x 5",),
        ("conv1: 20 filters, conv2: 40 filters",),
        ("I tried 16 and 32 filters first,", "then 20 output channels and 40 output channels."),
        ("The convolutions have 20 and 40", "filters."),
    ],
)
def test_the_filters_of_the_code_are_confirmed(lines: tuple[str, ...]) -> None:
    claim = claims("1.3 NetConv", *lines)["NetConv-filters"]
    assert (claim.verdict, claim.computed) == ("confirmed", "20, 40")
    assert claim.place.page == 1
    assert claim.place.picture


def test_other_filters_may_be_of_another_try() -> None:
    claim = claims("1.3 NetConv", "With 16 and 32 filters it gets 92%")["NetConv-filters"]
    assert (claim.verdict, claim.certain) == ("not reproducible", False)


def test_sizes_of_filters_are_no_numbers_of_filters() -> None:
    assert "NetConv-filters" not in claims("1.3 NetConv", "5 x 5 filters", "3*3 kernels")
    assert "NetFull-filters" not in claims("1.2 NetFull", "NetFull has no 20 filters")


# ---------------------------------------------------------------------------- losses of Part 1

PRINTED = (
    "Train Epoch: 9 [57600/60000 (96%)] Loss: 0.700000",
    "Train Epoch: 10 [57600/60000 (96%)] Loss: 0.670037",
    "Test set: Average loss: 1.0099, Accuracy: 6950/10000 (70%)",
)


def test_losses_are_shown_with_their_place() -> None:
    found = claims("1.1 NetLin", *PRINTED)
    assert "NetLin-losses" not in found  # on other images there is nothing to compare
    assert found["NetLin-accuracy"].said == (
        "6950/10000 (70%), test loss 1.0099, training loss 0.670037 (last batch printed)"
    )
    assert found["NetLin-accuracy"].verdict == "not reproducible"
    alone = claims("1.1 NetLin", PRINTED[1])["NetLin-losses"]
    assert alone.said == "training loss 0.670037 (last batch printed)"
    assert (alone.verdict, alone.certain) == ("not reproducible", False)
    assert alone.place.words == PRINTED[1]
    assert alone.place.picture


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [(1.0, "confirmed"), (1.1, "confirmed"), (1.3, "not reproducible"), (0.5, "not reproducible")],
)
def test_a_test_loss_is_compared_with_the_spread_and_never_contradicted(
    stated: float, verdict: str
) -> None:
    network = example.sample().networks["NetLin"]
    training = network.training
    assert training is not None
    run = training.runs[training.decisive].model_copy(
        update={"losses": [0.7], "test_losses": [1.01], "stopped": ""}
    )
    trained = training.model_copy(update={"runs": [run], "decisive": 0, "protocol": "official"})
    networks = {"NetLin": network.model_copy(update={"training": trained})}
    lines = ("1.1 NetLin", f"Test set: Average loss: {stated:.4f}, Accuracy: 6950/10000 (70%)")
    claim = claims(*lines, official=True, networks=networks)["NetLin-losses"]
    assert claim.verdict == verdict
    assert "1.0100" in claim.computed


# ---------------------------------------------------------------------------- losses of Part 3


def test_the_printed_loss_of_part_3_is_set_beside_its_limit() -> None:
    found = claims(
        *("3.1 SRN", "loss: 0.0412", "loss: 0.0312"),
        *("3.4 LSTM", "The error stays below 0.03"),
    )
    first, second = found["loss-3.1"], found["loss-3.4"]
    assert {first.verdict, second.verdict} == {"not reproducible"}
    assert (first.said, second.said) == ("the last of 2: 0.0312", "below 0.03")
    assert "below 0.05 is asked for; the figure is at or below that" in first.computed
    assert "below 0.02 is asked for; the figure is above that" in second.computed
    assert first.place.picture


# ---------------------------------------------------------------------------- Part 2


def trained(*lines: str) -> Claim:
    return claims("2.1 Training", *lines)["MLP-trained-accuracy"]


TRAINED = (
    "tensor([[5, 5], [5, 5], [5, 5], [5, 5], [5, -5]])",
    "tensor([-2.5, -7.5, -12.5, -17.5, 0])",
    "tensor([[10, -10, 10, -10, 0]])",
    "tensor([-5])",
)
"""Five sigmoid nodes that have all nine points right."""


def test_the_accuracy_of_a_trained_network_is_tried_on_its_printed_weights() -> None:
    claim = trained("Final Weights:", *TRAINED, "Final Accuracy: 100.0")
    assert claim.verdict == "confirmed"
    assert "of 5 hidden nodes, have 9 of 9 points right with sigmoid" in claim.computed
    assert claim.place.words == "Final Accuracy: 100.0"


@pytest.mark.parametrize(
    "lines",
    [
        ("Final Accuracy: 100.0",),
        (*TRAINED, "Final Accuracy: 88.89"),
        (*TRAINED[:3], "tensor([5])", "Final Accuracy: 100.0"),
        ("tensor([[0, 0]])", "tensor([0])", "tensor([[0]])", "tensor([0])", "100% accuracy"),
    ],
)
def test_a_trained_network_that_cannot_be_tried_is_no_contradiction(lines: tuple[str, ...]) -> None:
    claim = trained(*lines)
    assert (claim.verdict, claim.certain) == ("not reproducible", False)


def test_of_a_training_the_end_counts_and_not_the_beginning() -> None:
    assert trained(
        "Initial Accuracy: 44.4", "ep: 1000 loss: 0.6 acc: 55.5", "it got 77.8% accuracy"
    )
    claim = trained("Initial Accuracy: 44.4", "ep: 1 loss: 1 acc: 55.5", "ep: 2 loss: 0 acc: 66.67")
    assert claim.said == "66.67%"
    assert "MLP-trained-accuracy" not in claims("2.1 Training", "Initial Accuracy: 44.4")


@pytest.mark.parametrize(
    ("question", "lines", "verdict"),
    [
        ("2.2", ("Initial Accuracy: 100.0",), "confirmed"),
        ("2.2", ("Initial Accuracy: 77.78", "Later: Initial Accuracy: 100.0"), "confirmed"),
        ("2.2", ("Initial Accuracy: 77.78",), "not reproducible"),  # of an earlier try, perhaps
        ("2.2", ("At first Initial Accuracy: 77.78, then Initial Accuracy: 100",), "confirmed"),
        ("2.2", ("It reaches 77.78% accuracy",), "not reproducible"),
        ("2.2", ("Initial Accuracy: 55.56",), "not reproducible"),  # sigmoid's
        ("2.2", ("Initial Accuracy: 77.78", "Initial Accuracy: 88.89"), "not reproducible"),
        ("2.3", ("Initial Accuracy: 55.56",), "confirmed"),
        ("2.3", ("Initial Accuracy: 100.0",), "not reproducible"),
        ("2.3", ("Initial Accuracy: 77.78",), "not reproducible"),  # check.py is not rescaled
    ],
)
def test_the_hand_set_network_is_run_with_the_weights_of_the_code(
    question: str, lines: Sequence[str], verdict: str
) -> None:
    assert claims(question, *lines)[f"MLP-accuracy-{question}"].verdict == verdict


def failing(**changes: Any) -> PerceptronResult:
    """The same network with seven points right in every form."""
    found = perceptron()
    tables = {
        name: getattr(found, name).model_copy(update={"right": 7})
        for name in ("step", "sigmoid", "scaled")
    }
    return found.model_copy(update={"unscaled": False, **tables, **changes})


@pytest.mark.parametrize("question", ["2.2", "2.3"])
def test_better_than_all_that_the_code_comes_to_is_contradicted(question: str) -> None:
    said, other = "Initial Accuracy: 100.0", "With another bias Initial Accuracy: 100.0"
    name = f"MLP-accuracy-{question}"
    assert claims(question, said, perceptron=failing())[name].verdict == "contradicted"
    assert claims(question, other, perceptron=failing())[name].verdict == "not reproducible"
    two = (said, "Initial Accuracy: 88.89")
    assert claims(question, *two, perceptron=failing())[name].verdict == "not reproducible"


def test_where_forward_computes_something_else_nothing_is_contradicted() -> None:
    other = failing(disagreements=["With step at (0, 0), forward gives 1."])
    found = claims("2.2", "Initial Accuracy: 100.0", perceptron=other)
    assert found["MLP-accuracy-2.2"].verdict == "not reproducible"


def rescaled(factor: float) -> PerceptronResult:
    weights = example.sample().perceptron.weights  # type: ignore[union-attr]
    assert weights is not None
    larger = weights.model_copy(
        update={
            "in_hid": [[factor * v for v in pair] for pair in weights.in_hid],
            "in_bias": [factor * v for v in weights.in_bias],
            "hid_out": [factor * v for v in weights.hid_out],
            "out_bias": factor * weights.out_bias,
        }
    )
    return perceptron(weights=larger, unscaled=False)


def listed() -> list[str]:
    weights = example.sample().perceptron.weights  # type: ignore[union-attr]
    assert weights is not None
    parts = (weights.in_hid, weights.in_bias, [weights.hid_out], [weights.out_bias])
    return [f"{name}: {part}" for name, part in zip("abcd", parts, strict=True)]


@pytest.mark.parametrize(
    ("factor", "verdict", "said"),
    [
        (10, "confirmed", "holds 10 times the weights of the report"),
        (20, "not reproducible", "holds 20 times the weights that the report lists"),
    ],
)
def test_the_multiplier_is_held_against_the_code(factor: float, verdict: str, said: str) -> None:
    lines = ("2.2", *listed(), "2.3", "All weights and biases are multiplied by 10.")
    claim = claims(*lines, perceptron=rescaled(factor))["MLP-multiplier"]
    assert claim.verdict == verdict
    assert said in claim.computed


def test_a_multiplier_that_the_code_does_not_have_is_told_and_not_contradicted() -> None:
    claim = claims("2.3", "I scaled everything by a factor of 10")["MLP-multiplier"]
    assert (claim.said, claim.verdict) == ("10", "not reproducible")
    assert claim.computed == "check.py holds the weights before any multiplication."


def test_weights_that_agree_and_are_not_rescaled_say_so() -> None:
    weights = claims("2.2", *listed())["MLP-weights"]
    assert weights.verdict == "confirmed"
    assert weights.caution == "check.py holds the weights before rescaling"
    assert claims("2.2", *listed(), perceptron=rescaled(10))["MLP-weights"].caution == ""


def test_weights_of_an_earlier_try_contradict_nothing() -> None:
    other = [
        "a: [[1, 2], [3, 4], [5, 6], [7, 8]]",
        "b: [1, 1, 1, 1]",
        "c: [[1, 1, 1, 1]]",
        "d: [1]",
    ]
    assert claims("2.2", *other)["MLP-weights"].verdict == "contradicted"
    assert claims("2.2", *other, *listed())["MLP-weights"].verdict == "confirmed"
    assert claims("2.2", *other, *other)["MLP-weights"].verdict == "not reproducible"


NUMBERS = st.integers(0, 10_000).map(lambda n: f"{n / 100:g}")
TEMPLATES = st.sampled_from(
    [
        "Train Epoch: 10 [57600/60000 (96%)] Loss: {}",
        "the training loss is {} and the test loss {}",
        "{} filters and {} output channels, learning rate {}",
        "ep: 100 loss: {} acc: {}",
        "It reaches {}% accuracy",
        "an accuracy of {}% with a loss of {}",
        "all weights times {}",
        "multiplied by {}",
        "the loss stays below {}",
    ]
)


@given(
    question=st.sampled_from(["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.4"]),
    lines=st.lists(st.tuples(TEMPLATES, st.tuples(NUMBERS, NUMBERS, NUMBERS)), max_size=6),
)
def test_no_figure_of_a_run_that_is_only_told_is_contradicted(
    question: str, lines: list[tuple[str, tuple[str, str, str]]]
) -> None:
    found = claims(question, *(form.format(*numbers) for form, numbers in lines))
    assert not [claim for claim in found.values() if claim.verdict == "contradicted"]
