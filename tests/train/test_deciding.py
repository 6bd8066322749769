"""When training may end early: never too soon, never back again, and as all epochs would end."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.data import Threshold
from grader.train.accuracy import decide as decided
from grader.train.accuracy import distance, needs_another_run
from grader.train.deciding import FIRST, StopRule, calibrated, stop_rule_for
from grader.train.protocol import KUZU, Protocol, decide, quick
from scripts.calibrate_deciding import CURVES, MARGIN, Trial, at_most, held_out, judged
from scripts.deciding_curves import recorded
from tests.tiny import tiny_dataset

BOUNDS = calibrated()
LARGE = replace(tiny_dataset(), test_labels=np.zeros(BOUNDS.least_test_images, np.int64))
SHIPPED: dict[str, dict[str, tuple[float, float | None]]] = {
    "bundled": {"NetLin": (69.5, 73.5), "NetFull": (83, None), "NetConv": (93, None)},
    "kuzushiji-kanji-10": {"NetLin": (68, 72), "NetFull": (84, None), "NetConv": (93, None)},
}
PERCENTS = st.floats(0, 100)
CURVE = st.lists(PERCENTS, min_size=1, max_size=KUZU.epochs)
RULES = st.builds(
    lambda low, width, margin: StopRule(low, low + width if width else None, margin, BOUNDS),
    PERCENTS,
    st.none() | st.floats(0.5, 10),
    st.floats(0, 3),
)


@pytest.fixture(scope="module")
def trials() -> list[Trial]:
    """The curves of the calibration, each with bounds that were fitted without it."""
    curves = recorded(CURVES)
    return held_out([curves[number] for number in sorted(curves)])


def test_the_outcome_at_the_shipped_thresholds_is_that_of_all_epochs(trials: list[Trial]) -> None:
    wrong, saved = [], 0
    for trial in trials:
        low, high = SHIPPED[trial.curve.dataset][trial.curve.network.split()[0]]
        rule = StopRule(low, high, MARGIN, trial.bounds)
        right, epochs = judged(rule, trial.curve)
        saved += KUZU.epochs - epochs
        wrong += [trial.curve.number] if not right else []
    assert wrong == []
    assert saved > len(trials)  # more than one epoch of ten, though most of these are odd networks


def test_the_stated_error_is_that_of_the_recorded_curves(trials: list[Trial]) -> None:
    wrong = sum(trial.wrong for trial in trials)
    assert BOUNDS.curves == len(trials)
    assert BOUNDS.missteps == sum(trial.wrong > 0 for trial in trials)
    assert BOUNDS.error == at_most(int(np.ceil(wrong)), len(trials))
    assert BOUNDS.error < 0.01


def test_three_over_n_where_none_is_wrong() -> None:
    assert at_most(0, 600) == pytest.approx(3 / 600, rel=0.01)
    assert at_most(1, 600) > at_most(0, 600) > at_most(0, 1200)


@given(RULES, CURVE)
def test_what_is_settled_stays_settled(rule: StopRule, accuracies: list[float]) -> None:
    found = rule.settled(accuracies)
    if found is None:
        assert all(rule.settled(accuracies[:n]) is None for n in range(len(accuracies)))
        return
    assert FIRST <= found.epoch < KUZU.epochs
    assert rule.settled(accuracies[: found.epoch]) == found
    assert rule.settled(accuracies[: found.epoch - 1]) is None


@given(RULES, CURVE, st.floats(0, 20))
def test_a_lower_floor_is_met_no_later(
    rule: StopRule, accuracies: list[float], less: float
) -> None:
    floor = replace(rule, high=None)
    found, easier = floor.settled(accuracies), replace(floor, low=rule.low - less)
    if found is not None and found.outcome == "met":
        settled = easier.settled(accuracies)
        assert settled is not None
        assert (settled.outcome, settled.epoch <= found.epoch) == ("met", True)


@given(RULES, CURVE)
def test_a_run_that_was_stopped_is_never_made_again_and_decides_as_it_was_settled(
    rule: StopRule, accuracies: list[float]
) -> None:
    found = rule.settled(accuracies)
    if found is None:
        return
    threshold = Threshold(rule.low, rule.high, "the assignment")
    stopped = accuracies[found.epoch - 1]
    assert not needs_another_run(threshold, [stopped], margin=rule.margin)
    assert (distance(threshold, stopped) == 0) == (found.outcome == "met")


@given(CURVE)
def test_the_plausible_range_holds_the_present_and_ends_at_it(accuracies: list[float]) -> None:
    low, high = BOUNDS.plausible(accuracies)
    assert 0 <= low <= accuracies[-1] <= high <= 100
    if len(accuracies) == KUZU.epochs:
        assert low == high


GOOD = (86.0, 91.0, 92.9, 94.0, 94.8, 95.3, 95.6, 95.9, 96.1, 96.3)
POOR = (40.0, 60.0, 68.0, 70.0, 71.0, 71.5, 71.8, 72.0, 72.1, 72.2)


def test_a_good_network_is_stopped_and_told_so() -> None:
    found = StopRule(84, None, MARGIN, BOUNDS).settled(GOOD)
    assert found is not None
    assert found.outcome == "met"
    assert found.sentence.startswith(
        f"{GOOD[found.epoch - 1]:.2f}% after epoch {found.epoch} of 10, where training was stopped"
        "; final accuracy at least "
    )
    assert found.sentence.endswith(" (error below 1.0%)")


def test_a_poor_network_is_stopped_and_told_so() -> None:
    found = StopRule(93, None, MARGIN, BOUNDS).settled(POOR)
    assert found is not None
    assert found.outcome == "missed"
    assert found.high < 93 - MARGIN
    assert "final accuracy at most " in found.sentence


def test_a_band_can_be_missed_from_above() -> None:
    found = StopRule(68, 72, MARGIN, BOUNDS).settled(GOOD)
    assert found is not None
    assert found.outcome == "missed"
    assert "final accuracy at least " in found.sentence


def test_within_the_margin_training_goes_on() -> None:
    assert StopRule(GOOD[-1] + 1, None, MARGIN, BOUNDS).settled(GOOD) is None


@pytest.mark.parametrize("accuracy", [10.0, 20.0, 50.0])
def test_a_network_that_has_not_taken_off_yet_is_not_given_up_soon(accuracy: float) -> None:
    assert StopRule(70, None, MARGIN, BOUNDS).settled([accuracy] * 4) is None


@pytest.mark.parametrize(
    "protocol",
    [
        KUZU,
        quick(KUZU),
        replace(decide(KUZU), epochs=12),
        replace(decide(KUZU), batch_size=32),
        replace(decide(KUZU), learning_rate=0.02),
        replace(decide(KUZU), momentum=0.9),
    ],
    ids=["official", "quick", "epochs", "batch", "rate", "momentum"],
)
def test_no_rule_for_another_protocol(protocol: Protocol) -> None:
    assert stop_rule_for(Threshold(84, None, ""), MARGIN, protocol, LARGE) is None


def test_no_rule_for_a_small_test_set() -> None:
    threshold = Threshold(84, None, "")
    assert stop_rule_for(threshold, MARGIN, decide(KUZU), tiny_dataset()) is None
    rule = stop_rule_for(threshold, MARGIN, decide(KUZU), LARGE)
    assert rule == StopRule(84, None, MARGIN, BOUNDS)
    assert pickle.loads(pickle.dumps(rule)) == rule


def test_the_decision_never_tells_the_accuracy_of_a_stopped_run_as_final() -> None:
    threshold = Threshold(84, None, "the assignment")
    met = StopRule(84, None, MARGIN, BOUNDS).settled(GOOD)
    assert met is not None
    alone = decided(threshold, [GOOD[met.epoch - 1]], [met])
    assert alone.decided_at == f"met in the first run: {met.sentence}; asked for at least 84%"
    missed = StopRule(93, None, MARGIN, BOUNDS).settled(POOR)
    assert missed is not None
    third = decided(threshold, [83.5, POOR[missed.epoch - 1], 84.2], [None, missed, None])
    assert third.decided_at == (
        f"missed by 0.5 points in the first run, by far after epoch {missed.epoch} in the second, "
        "met in the third: 84.20% (at least 84%)"
    )
