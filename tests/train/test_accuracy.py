from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.data import Threshold
from grader.train.accuracy import decide, distance, needs_another_run

SOURCE = "the assignment"
FLOOR = Threshold(84, None, SOURCE)
BAND = Threshold(68, 72, SOURCE)

percents = st.integers(0, 10_000).map(lambda right: 100 * right / 10_000)
runs = st.lists(percents, min_size=1, max_size=5)
thresholds = st.one_of(
    st.builds(Threshold, percents, st.none(), st.just(SOURCE)),
    st.tuples(percents, percents).map(lambda ends: Threshold(min(ends), max(ends), SOURCE)),
)


@pytest.mark.parametrize(
    ("threshold", "accuracies", "sentence"),
    [
        (FLOOR, [84.49], "met in the first run: 84.49% (at least 84%)"),
        (FLOOR, [84.0], "met in the first run: 84.00% (at least 84%)"),
        (
            FLOOR,
            [83.7, 84.1],
            "missed by 0.3 points in the first run, met in the second: 84.10% (at least 84%)",
        ),
        (
            FLOOR,
            [83.7, 83, 84.1],
            "missed by 0.3 points in the first run, by 1 point in the second, "
            "met in the third: 84.10% (at least 84%)",
        ),
        (FLOOR, [74], "missed in the only run: 74.00%, 10 points too low (at least 84%)"),
        (
            FLOOR,
            [83.7, 83.8, 83.1, 83.75],
            "missed in each of 4 runs, nearest in the second: 83.80%, 0.2 points too low "
            "(at least 84%)",
        ),
        (BAND, [69.5], "met in the first run: 69.50% (from 68% to 72%)"),
        (BAND, [85.4], "missed in the only run: 85.40%, 13.4 points too high (from 68% to 72%)"),
    ],
)
def test_the_sentence_says_what_decided(
    threshold: Threshold, accuracies: list[float], sentence: str
) -> None:
    assert decide(threshold, accuracies).decided_at == sentence


@pytest.mark.parametrize(
    ("threshold", "accuracy", "shown"),
    [(FLOOR, 83.999, "83.99%, 0.01 points"), (BAND, 72.001, "72.01%, 0.01 points")],
)
def test_a_near_miss_never_reads_as_met(threshold: Threshold, accuracy: float, shown: str) -> None:
    assert shown in decide(threshold, [accuracy]).decided_at


@given(thresholds, runs)
def test_any_run_that_meets_the_threshold_meets_it(
    threshold: Threshold, accuracies: list[float]
) -> None:
    high = 100 if threshold.high is None else threshold.high
    meets = [threshold.low <= accuracy <= high for accuracy in accuracies]
    decision = decide(threshold, accuracies)
    assert decision.met == any(meets)
    if any(meets):
        assert decision.decisive == meets.index(True)


@given(thresholds, runs)
def test_without_a_run_that_meets_it_the_nearest_counts(
    threshold: Threshold, accuracies: list[float]
) -> None:
    decision = decide(threshold, accuracies)
    nearest = abs(distance(threshold, accuracies[decision.decisive]))
    assert all(nearest <= abs(distance(threshold, accuracy)) for accuracy in accuracies)


@given(thresholds, runs, percents)
def test_a_further_run_never_takes_away_a_mark(
    threshold: Threshold, accuracies: list[float], further: float
) -> None:
    before, after = decide(threshold, accuracies), decide(threshold, [*accuracies, further])
    assert after.met >= before.met
    if before.met:
        assert after == before


@given(thresholds, st.lists(percents, max_size=5), st.floats(0, 5), st.integers(1, 5))
def test_runs_end_when_met_or_spent(
    threshold: Threshold, accuracies: list[float], margin: float, max_runs: int
) -> None:
    if needs_another_run(threshold, accuracies, margin=margin, max_runs=max_runs):
        assert len(accuracies) < max_runs
        assert not accuracies or not decide(threshold, accuracies).met


@given(thresholds, runs)
def test_at_most_three_runs_without_being_told_otherwise(
    threshold: Threshold, accuracies: list[float]
) -> None:
    made: list[float] = []
    for accuracy in accuracies:
        if needs_another_run(threshold, made, margin=100):
            made.append(accuracy)
    assert 1 <= len(made) <= 3


@pytest.mark.parametrize(
    ("threshold", "first", "another"),
    [
        (FLOOR, 83.0, True),
        (FLOOR, 82.9, False),
        (Threshold(93, None, SOURCE), 92.0, True),
        (BAND, 73.0, True),
        (BAND, 73.1, False),
        (BAND, 67.0, True),
    ],
)
def test_only_a_first_run_that_misses_by_little_is_followed(
    threshold: Threshold, first: float, another: bool
) -> None:
    assert needs_another_run(threshold, [first], margin=1.0) is another


def test_the_first_run_decides_on_further_ones_and_not_the_last() -> None:
    assert needs_another_run(FLOOR, [83.5, 79.0], margin=1.0)
    assert not needs_another_run(FLOOR, [79.0, 83.5], margin=1.0)


def test_a_miss_equal_to_the_margin_is_little_in_spite_of_binary_fractions() -> None:
    assert 93 - 92.7 != 0.3
    assert needs_another_run(Threshold(93, None, SOURCE), [92.7], margin=0.3)


def test_a_decision_needs_a_run() -> None:
    assert needs_another_run(FLOOR, [], margin=1.0)
    with pytest.raises(ValueError, match="no run has been made"):
        decide(FLOOR, [])


@pytest.mark.parametrize(
    ("threshold", "accuracy", "points"),
    [
        (FLOOR, 83.5, "-0.5"),
        (FLOOR, 84, "0"),
        (FLOOR, 100.0, "0"),
        (BAND, 67.9, "-0.1"),
        (BAND, 68.0, "0"),
        (BAND, 72.0, "0"),
        (BAND, 72.25, "0.25"),
    ],
)
def test_distance_has_the_sign_of_the_miss(
    threshold: Threshold, accuracy: float, points: str
) -> None:
    assert distance(threshold, accuracy) == Decimal(points)
