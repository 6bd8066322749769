import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.train.protocol import KUZU, Protocol, decide, quick


def test_the_courses_figures() -> None:
    assert (KUZU.epochs, KUZU.batch_size) == (10, 64)
    assert (KUZU.learning_rate, KUZU.momentum) == (0.01, 0.5)
    assert KUZU.official


def test_quick_trains_less_and_is_never_official() -> None:
    short = quick(KUZU)
    assert short.epochs < KUZU.epochs
    assert not short.official
    assert "3 of 10" in short.title
    kept = {"batch_size", "learning_rate", "momentum"}
    assert all(asdict(short)[field] == asdict(KUZU)[field] for field in kept)


@given(st.integers(1, 100))
def test_quick_never_trains_longer(epochs: int) -> None:
    assert 1 <= quick(replace(KUZU, epochs=epochs)).epochs <= epochs


def test_a_whole_number_serves_as_learning_rate_as_it_does_in_toml() -> None:
    assert replace(KUZU, learning_rate=1).learning_rate == 1


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "", "some text"),
        ("title", 3, "some text"),
        ("description", " ", "some text"),
        ("official", 1, "true or false"),
        ("may_stop", None, "true or false"),
        ("epochs", 0, "whole number of at least 1"),
        ("epochs", True, "whole number of at least 1"),
        ("epochs", 2.0, "whole number of at least 1"),
        ("batch_size", -64, "whole number of at least 1"),
        ("learning_rate", 0, "above 0"),
        ("learning_rate", "0.01", "finite number"),
        ("learning_rate", math.inf, "finite number"),
        ("momentum", math.nan, "finite number"),
        ("momentum", 1.0, "less than 1"),
        ("momentum", -0.1, "0 or more"),
        ("momentum", False, "finite number"),
    ],
)
def test_a_field_out_of_range_is_named(field: str, value: Any, expected: str) -> None:
    with pytest.raises(ValueError, match=rf"^{field} is .*{expected}"):
        Protocol(**{**asdict(KUZU), field: value})


def test_decide_decides_marks_by_the_same_training() -> None:
    short = decide(KUZU)
    assert (short.name, short.official, short.may_stop) == ("decide", True, True)
    assert not KUZU.may_stop
    kept = {"epochs", "batch_size", "learning_rate", "momentum"}
    assert all(asdict(short)[field] == asdict(KUZU)[field] for field in kept)
    assert short.description.startswith(KUZU.description)
