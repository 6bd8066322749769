"""What a tutor finds beside each written criterion."""

import pytest

from grader.assignment_tables import COMPUTED
from grader.marks.evidence import gather_evidence
from grader.results import EvidenceItem, NetworkFailure, NetworkResult, PerceptronResult
from tests.report import example


@pytest.fixture(scope="module")
def items() -> dict[str, EvidenceItem]:
    result = example.sample()
    return gather_evidence(result.networks, result.perceptron, example.CLASSES)


def test_every_computed_item_that_an_assignment_may_name_is_gathered(
    items: dict[str, EvidenceItem],
) -> None:
    assert set(items) == set(COMPUTED)
    assert all(item.title and item.lines for item in items.values())


def test_an_accuracy_is_given_with_its_images_epochs_and_seed(
    items: dict[str, EvidenceItem],
) -> None:
    training = example.sample().networks["NetLin"].training
    assert training is not None
    run = training.runs[training.decisive]
    accuracy, worst = items["NetLin"].lines
    assert accuracy == (
        f"{run.right} of {run.total} test images ({training.accuracy:.2f}%) after"
        f" {len(run.accuracies)} epochs, seed {run.seed}"
    )
    assert worst.startswith("Most often ma taken for su 146 times of 1000")
    assert items["accuracies"].lines[0] == f"NetLin: {accuracy}"
    assert items["confusions"].lines[0] == f"NetLin: {worst}"


def test_a_parameter_count_is_given_as_a_calculation(items: dict[str, EvidenceItem]) -> None:
    assert items["NetLin-parameters"].lines[-1] == "in all 7850"
    assert any("7850" in line for line in items["NetLin-parameters"].lines[:-1])
    assert items["parameters"].lines == ["NetLin: 7850", "NetFull: 119260", "NetConv: 62234"]


def test_hand_set_weights_are_given_with_lines_and_activations(
    items: dict[str, EvidenceItem],
) -> None:
    assert items["weights"].lines[0] == "hidden 1: 1 and 1, bias -2.5; to the output 1"
    assert items["weights"].lines[-1] == "output: bias 0"
    assert len(items["lines"].lines) == 4
    assert len(items["activations"].lines) == 9
    assert "(0, 2): hidden 0 1 1 1, output 0, target 0" in items["activations"].lines


def test_nothing_is_said_of_what_is_not_known() -> None:
    failure = NetworkFailure(stage="build", message="x")
    missing = NetworkResult(captured=False, failure=failure)
    nothing = PerceptronResult(captured=False, failure=failure)
    assert gather_evidence({"NetLin": missing}, nothing, example.CLASSES) == {}
    assert gather_evidence({}, None, example.CLASSES) == {}


def test_a_network_without_a_mistake_has_no_confusions() -> None:
    network = example.sample().networks["NetLin"]
    assert network.training is not None
    spotless = network.model_copy(
        update={"training": network.training.model_copy(update={"wrong_pairs": []})}
    )
    items = gather_evidence({"NetLin": spotless}, None, example.CLASSES)
    assert items["NetLin"].lines[1] == "No confusions"
