"""The analysis against hand-built perfect counters and against what is known of constants."""

import numpy as np
import pytest

from reference.languages import LANGUAGES
from reference.reber import GRAMMARS
from reference.recurrent.evaluation import evaluate, ideal, reach, without_counting
from reference.recurrent.networks import Networks
from tests.reference.recurrent import counters


def test_the_true_probabilities_print_what_the_assignment_says() -> None:
    anb2n = ideal(LANGUAGES["anb2n"], 0.05)
    assert anb2n.loss == pytest.approx(0.0275, abs=2e-4)
    assert anb2n.below == pytest.approx(0.955, abs=5e-4)
    anb2nc3n = ideal(LANGUAGES["anb2nc3n"], 0.02)
    assert anb2nc3n.loss == pytest.approx(0.0092, abs=2e-4)
    assert anb2nc3n.below == pytest.approx(0.999, abs=5e-4)
    assert anb2n.succeeds
    assert anb2nc3n.succeeds


@pytest.mark.parametrize("name", ["anb2n", "anbn", "anb2nc3n", "anbncn"])
def test_a_hand_built_counter_is_right_everywhere_and_far_beyond(name: str) -> None:
    language = LANGUAGES[name]
    network = counters.perfect(language)
    found = evaluate(network, language)
    assert found.succeeds
    assert found.determined > 0
    right = reach(network, language)
    assert list(right) == list(range(1, 13))
    assert all(count == of > 0 for count, of in right.values())


def test_a_counter_with_a_ceiling_fails_exactly_beyond_it() -> None:
    language = LANGUAGES["anb2n"]
    right = reach(counters.saturating(language, ceiling=4), language)
    assert [n for n, (count, of) in right.items() if count == of] == [1, 2, 3, 4]


def test_a_network_that_always_says_the_same_is_right_where_that_comes() -> None:
    language = LANGUAGES["anb2n"]
    nothing = {
        "H0": np.zeros((1, 1)),
        "W": np.zeros((1, 2, 1)),
        "U": np.zeros((1, 1, 1)),
        "hid_bias": np.zeros((1, 1)),
        "V": np.zeros((1, 1, 2)),
        "out_bias": np.log([[0.4, 0.6]]),
    }
    found = evaluate(Networks("srn", nothing), language, limit=0.05)
    assert found.determined_right / found.determined == pytest.approx(0.8)  # 2n - 1 of 2n, n even
    assert not found.succeeds
    assert found.below == 0
    open_share = 2.5 / 7.5
    expected = open_share * 0.16 + (1 - open_share) * (0.8 * 0.16 + 0.2 * 0.36)
    assert found.loss == pytest.approx(expected, abs=0.005)


def test_who_knows_the_last_symbol_alone_is_right_as_often_as_it_says() -> None:
    """In a^n b^2n that is every B after a B: 2n - 1 of 2n, and n is 2.5 on average."""
    assert without_counting(LANGUAGES["anb2n"]) == pytest.approx(4 / 5)
    assert without_counting(LANGUAGES["anb2nc3n"]) == pytest.approx((4 + 6.5) / 12.5)


def test_the_entropy_of_the_truth_is_the_least() -> None:
    truth = ideal(LANGUAGES["anb2n"])
    other = evaluate(counters.perfect(LANGUAGES["anb2n"]), LANGUAGES["anb2n"])
    assert truth.entropy < other.entropy
    assert ideal(GRAMMARS["reber"]).loss == 0
