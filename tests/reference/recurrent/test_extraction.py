"""State machines against the languages, in networks whose machine is known."""

import numpy as np
import pytest

from reference.languages import LANGUAGES
from reference.machine import same
from reference.reber import GRAMMARS
from reference.recurrent.extraction import extract
from reference.recurrent.networks import Networks
from reference.recurrent.observation import beginnings_of, observe
from tests.reference.recurrent import counters, made_up


@pytest.mark.parametrize(("name", "states"), [("anb2n", 12), ("anbn", 8), ("anb2nc3n", 33)])
def test_a_perfect_counter_holds_the_languages_machine(name: str, states: int) -> None:
    language = LANGUAGES[name]
    found = extract(observe(counters.perfect(language), language), language)
    assert found is not None
    assert found.matches
    assert len(found.smallest.names) == states
    assert same(found.machine, language.machine())


def test_a_counter_with_a_ceiling_holds_another_machine() -> None:
    language = LANGUAGES["anb2n"]
    found = extract(observe(counters.saturating(language, ceiling=3), language), language)
    assert found is None or not found.matches


def test_a_network_that_always_says_the_same_has_states_that_do_not_count() -> None:
    """It sees what it read last and nothing else, so it cannot be this machine."""
    weights = {
        "H0": np.zeros((1, 1)),
        "W": np.array([[[-1.0], [1.0]]]),
        "U": np.zeros((1, 1, 1)),
        "hid_bias": np.zeros((1, 1)),
        "V": np.zeros((1, 1, 2)),
        "out_bias": np.array([[0.0, 1.0]]),
    }
    language = LANGUAGES["anb2n"]
    found = extract(observe(Networks("srn", weights), language), language)
    assert found is None or not found.matches


def test_a_choice_between_other_symbols_is_another_state() -> None:
    """Weights that only pass on the last symbol: they tell T from S, but not where S was read."""
    language = GRAMMARS["reber"]
    size = len(language.alphabet)
    weights = {
        "H0": np.zeros((1, size)),
        "W": 3 * np.eye(size)[None],
        "U": np.zeros((1, size, size)),
        "hid_bias": np.zeros((1, size)),
        "V": np.zeros((1, size, size)),
        "out_bias": np.zeros((1, size)),
    }
    found = extract(observe(Networks("srn", weights), language), language)
    assert found is None or not found.matches


def test_every_cluster_is_a_state_and_every_point_follows_its_arrows() -> None:
    language = LANGUAGES["anb2n"]
    seen = observe(counters.perfect(language), language)
    found = extract(seen, language)
    assert found is not None
    tree = seen.beginnings
    for node in range(1, len(tree.parents)):
        symbol = language.alphabet[tree.symbols[node]]
        source = found.clusters[tree.parents[node]]
        assert found.machine.arrows[source][symbol] == found.clusters[node]


def test_beginnings_hold_every_text_once_with_its_parent() -> None:
    tree = beginnings_of(LANGUAGES["anbn"])
    texts = {0: ""}
    for node in range(1, len(tree.parents)):
        texts[node] = texts[int(tree.parents[node])] + "AB"[tree.symbols[node]]
    assert len(set(texts.values())) == len(texts)
    assert {"A", "AAAABBBB", "ABAABBA"} <= set(texts.values())
    whole = next(node for node, text in texts.items() if text == "AABB")
    assert (tree.states[whole], tree.forced[whole], tree.strings[whole]) == (0, 0, 0)
    following = next(node for node, text in texts.items() if text == "AABBA")
    assert (tree.states[following], tree.forced[following], tree.strings[following]) == (1, -4, 1)


def test_units_are_those_after_each_text() -> None:
    language = GRAMMARS["reber"]
    networks = made_up.networks("lstm", 7, 2)
    seen = observe(networks, language)
    assert (seen.hidden[0] == 0).all()
    assert seen.context is not None
    assert seen.gates is not None
    inner = seen.context[1:] - seen.gates[1:, 1] * seen.context[seen.beginnings.parents[1:]]
    assert inner == pytest.approx(seen.gates[1:, 0] * seen.gates[1:, 2])
    srn = made_up.networks("srn", 7, 2)
    assert observe(srn, language).hidden[0] == pytest.approx(np.tanh(srn.parameters["H0"][0]))
