"""What a check may ask for, and how it is told that there is none."""

import pytest

from grader.assignment import load_assignment
from grader.capturing.trusted_capture import captured
from grader.checking import CheckFailure, Ungraded
from grader.graphs.network import Network
from grader.subject import Subject
from grader.wire import Failure
from reference.kuzu import NetLin
from tests.subjects import ASSIGNMENT, training

SHIPPED = load_assignment(ASSIGNMENT)


@pytest.fixture(scope="module")
def network() -> Network:
    return captured(NetLin, "NetLin")


def failed(stage: str, message: str) -> Subject:
    failure = Failure.model_validate(
        {"stage": stage, "type": "RuntimeError", "message": message, "line": 3, "source": "x"}
    )
    return Subject(SHIPPED, {"NetLin": failure})


def test_a_captured_network_and_its_training_are_handed_out(network: Network) -> None:
    known = training("NetLin", SHIPPED)
    subject = Subject(SHIPPED, {"NetLin": network}, {"NetLin": known})
    assert subject.network("NetLin") is network
    assert subject.training("NetLin") is known


def test_each_network_lies_in_the_file_of_the_assignment() -> None:
    subject = Subject(SHIPPED, {})
    assert [subject.module_of(n) for n in ("NetLin", "NetConv", "MLP")] == [
        "kuzu.py",
        "kuzu.py",
        "check.py",
    ]


def test_a_file_that_was_not_handed_in_fails() -> None:
    with pytest.raises(CheckFailure) as caught:
        Subject(SHIPPED, {}, missing=frozenset({"kuzu.py"})).network("NetFull")
    assert caught.value.message == (
        "Found: kuzu.py was not handed in. Expected: kuzu.py with NetFull."
    )


def test_a_network_that_fails_is_explained() -> None:
    with pytest.raises(CheckFailure) as caught:
        failed("forward", "it broke").network("NetLin")
    assert caught.value.found == (
        "NetLin is built, but its forward fails: RuntimeError: it broke (line 3: x)"
    )


def test_a_graph_that_could_not_be_read_is_left_to_a_tutor() -> None:
    with pytest.raises(Ungraded, match=r"could not read its graph \(odd operation\); a tutor"):
        failed("export", "odd operation\nand more").network("NetLin")


def test_a_reason_without_words_is_no_trouble() -> None:
    with pytest.raises(Ungraded, match="could not read its graph"):
        failed("export", "").network("NetLin")


def test_a_network_that_was_not_trained_is_ungraded(network: Network) -> None:
    subject = Subject(SHIPPED, {"NetLin": network})
    with pytest.raises(Ungraded, match="NetLin was not trained"):
        subject.training("NetLin")


def test_a_fault_in_training_leaves_the_network_and_takes_the_training(network: Network) -> None:
    subject = Subject(
        SHIPPED,
        {"NetLin": network},
        {"NetLin": training("NetLin", SHIPPED, met=False)},
        faults={"NetLin": "a process died"},
    )
    assert subject.network("NetLin") is network
    with pytest.raises(Ungraded, match="a process died"):
        subject.training("NetLin")


def test_no_analysis_is_ungraded() -> None:
    with pytest.raises(Ungraded, match="a tutor will look at it"):
        Subject(SHIPPED, {}).analysis()


def test_a_network_that_died_with_the_reference_is_ungraded() -> None:
    with pytest.raises(Ungraded, match="NetLin was not captured, through no fault of the student"):
        failed("fault", "the process was killed; so did the reference").network("NetLin")
