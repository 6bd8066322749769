import pytest

from grader.claims.document import spots
from grader.claims.sections import contexts, networks_in

from .written import document


def questions(*lines: str) -> list[str]:
    return [context.question for context in contexts(list(spots(document(lines))))]


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("1.1 NetLin", "1.1"),
        ("Q1.2: fully connected", "1.2"),
        ("Question 1.3", "1.3"),
        ("## 2.2 Weights set by hand, step activation, 4 hidden nodes", "2.2"),
        ("Part 1 Question 4", "1.4"),
        ("1.2", "1.2"),
        ("1.2. The second network", "1.2"),
        ("3.4 LSTM with three hidden nodes", "3.4"),
    ],
)
def test_headings_come_in_many_forms(line: str, question: str) -> None:
    assert questions(line, "text below it") == [question, question]


@pytest.mark.parametrize(
    "line",
    [
        "[ 2.  1.  836.  56.  7.  80.  5.  7.  2.  4.]",
        "2. 1. 836. 56. 7. 80. 5. 7. 2. 4.",
        "1.0099 is the test loss",
        "1.5% of them",
        "2.5/3",
    ],
)
def test_rows_of_numbers_are_no_headings(line: str) -> None:
    assert questions("1.2 NetFull", line) == ["1.2", "1.2"]


def test_steps_below_a_part_are_its_questions() -> None:
    lines = ["Part 2: perceptron", "Question 1", "text", "Question 2"]
    assert questions(*lines) == ["", "2.1", "2.1", "2.2"]


def test_letters_of_the_discussion_are_told_apart() -> None:
    lines = ["1.4 Discussion", "(a) accuracy", "more", "b) parameters", "(c) confusions"]
    found = contexts(list(spots(document(lines))))
    assert [context.letter for context in found] == ["", "a", "a", "b", "c"]


def test_networks_are_known_by_several_names() -> None:
    assert networks_in("net_lin and NetFull, then python3 kuzu_main.py --net conv") == [
        *("NetLin", "NetFull", "NetConv"),
    ]
