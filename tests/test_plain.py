import doctest

from hypothesis import given
from hypothesis import strategies as st

from grader import plain
from grader.plain import one_line, printable


def test_the_examples_are_true() -> None:
    assert doctest.testmod(plain).failed == 0


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    left = printable(text)
    assert left.replace("\n", "").isprintable()
    assert left.count("\n") == text.count("\n")


@given(st.text())
def test_one_line_is_one_line_and_loses_no_word_again(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line.splitlines()) <= 1
    assert one_line(line).split() == line.split()


def test_what_people_write_is_left_alone() -> None:
    assert one_line("お is 1 × 28 × 28, naïve") == "お is 1 × 28 × 28, naïve"


def test_reading_direction_cannot_be_turned_round() -> None:
    assert "\u202e" not in one_line("kuzu\u202eyp.py")
