"""What a human is asked to look at, and how urgently."""

from typing import Any

from grader.marks.flags import raise_flags, remark_flags
from grader.results import Flag, NetworkFailure, NetworkResult, PerceptronResult, Training
from tests.report import example


def training(**changes: Any) -> Training:
    known = example.sample().networks["NetLin"].training
    assert known is not None
    return known.model_copy(update=changes)


def flags_of(network: NetworkResult) -> list[tuple[str, str]]:
    flags = raise_flags([], {"NetLin": network}, None, 10)
    assert {flag.where for flag in flags} <= {"NetLin"}
    return [(flag.severity, flag.message) for flag in flags]


def perceptron_flags(perceptron: PerceptronResult) -> list[tuple[str, str]]:
    flags = raise_flags([], {}, perceptron, 10)
    assert {flag.where for flag in flags} <= {"check.py"}
    return [(flag.severity, flag.message) for flag in flags]


def test_notes_of_the_intake_come_first() -> None:
    flags = raise_flags(
        ["a note"], {"NetLin": NetworkResult(captured=True, unused=["fc"])}, None, 10
    )
    assert flags[0] == Flag(severity="info", where="submission", message="a note")
    assert len(flags) == 2


def test_a_sound_network_raises_nothing() -> None:
    assert flags_of(NetworkResult(captured=True, training=training())) == []


def test_unused_and_shared_layers_are_named() -> None:
    network = NetworkResult(
        captured=True, unused=["fc3.weight"], duplicates=[["a.weight", "b.weight"]]
    )
    assert flags_of(network) == [
        ("warning", "fc3.weight is registered and never used"),
        ("info", "one tensor is registered as a.weight, b.weight; it is counted once"),
    ]


def test_weights_that_no_seed_changes_are_named() -> None:
    ((severity, message),) = flags_of(NetworkResult(captured=True, drawn_alike=["fc.weight"]))
    assert severity == "warning"
    assert message.startswith("fc.weight: the same initial weights under every seed")


def test_weights_that_are_drawn_in_part_are_named_with_how_much() -> None:
    ((severity, message),) = flags_of(
        NetworkResult(captured=True, half_drawn={"fc.weight": 0.832, "out.weight": 0.4})
    )
    assert severity == "serious"
    assert "seed to seed: fc.weight (0.83), out.weight (0.40); drawn" in message


def test_a_network_that_was_not_captured_is_named_with_the_first_line_of_the_reason() -> None:
    failure = NetworkFailure(stage="export", message="\nunknown operation\nand a traceback")
    assert flags_of(NetworkResult(captured=False, failure=failure)) == [
        ("warning", "runs, but was not captured: unknown operation")
    ]


def test_a_network_that_failed_is_its_checks_business_alone() -> None:
    failure = NetworkFailure(stage="build", message="x")
    assert flags_of(NetworkResult(captured=False, failure=failure)) == []


def test_training_inside_the_sandbox_is_told() -> None:
    (flag,) = flags_of(NetworkResult(captured=True, training=training(where="sandbox")))
    assert flag[0] == "warning"
    assert "inside the sandbox" in flag[1]


def test_knowledge_before_training_is_serious() -> None:
    run = training().runs[0]
    for initial, raised in ((29.9, False), (30.1, True)):
        runs = [run, run.model_copy(update={"initial_accuracy": initial})]
        flags = flags_of(NetworkResult(captured=True, training=training(runs=runs)))
        assert (flags != []) is raised
    assert flags == [("serious", "names 30.1% of the test images before any training")]


def test_the_sample_s_weights_are_told_to_be_unscaled_and_without_margin() -> None:
    perceptron = example.sample().perceptron
    assert perceptron is not None
    severities = [severity for severity, _ in perceptron_flags(perceptron)]
    assert severities == ["info", "warning"]


def test_disagreements_are_serious() -> None:
    perceptron = example.perfect().perceptron
    assert perceptron is not None
    assert perceptron_flags(perceptron) == []
    differs = perceptron.model_copy(update={"disagreements": ["With step it differs."]})
    assert perceptron_flags(differs) == [("serious", "With step it differs.")]


def test_a_perceptron_of_other_layers_is_serious_and_a_missing_one_is_not() -> None:
    (flag,) = perceptron_flags(PerceptronResult(captured=True))
    assert flag[0] == "serious"
    assert "its points were not computed" in flag[1]
    failure = NetworkFailure(stage="import", message="the file was not handed in")
    assert perceptron_flags(PerceptronResult(captured=False, failure=failure)) == []


def test_a_fault_of_the_graders_is_serious_for_a_network_and_for_the_perceptron() -> None:
    failure = NetworkFailure(stage="fault", message="killed; so did the reference")
    said = "not captured, a fault of the grader's: killed; so did the reference"
    assert flags_of(NetworkResult(captured=False, failure=failure)) == [("serious", said)]
    assert perceptron_flags(PerceptronResult(captured=False, failure=failure)) == [
        ("serious", said)
    ]


def test_what_was_remarked_on_while_capturing_is_serious() -> None:
    assert remark_flags({"NetLin": "has other weights"}) == [
        Flag(severity="serious", where="NetLin", message="has other weights")
    ]
