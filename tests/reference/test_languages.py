import numpy as np
import pytest

from reference.languages import LANGUAGES, Counting, Sequence
from reference.reber import GRAMMARS

ANB2N, ANB2NC3N = LANGUAGES["anb2n"], LANGUAGES["anb2nc3n"]


def letters(language: Counting, sequence: Sequence) -> str:
    indices = [*sequence.read, sequence.following[-1]]
    return "".join(language.alphabet[index] for index in indices)


def test_a_sequence_is_its_strings_and_the_a_after_them() -> None:
    assert letters(ANB2N, ANB2N.join(2, 1)) == "AABBBBABBA"
    assert letters(ANB2NC3N, ANB2NC3N.join(1)) == "ABBCCCA"
    assert letters(LANGUAGES["anbn"], LANGUAGES["anbn"].join(3)) == "AAABBBA"
    assert [language.title for language in LANGUAGES.values()] == [
        "a^n b^2n",
        "a^n b^2n c^3n",
        "a^n b^n",
        "a^n b^n c^n",
    ]


def test_the_assumed_and_the_true_chance_of_a_b_differ_while_the_length_is_open() -> None:
    sequence = ANB2N.join(4)
    assert sequence.assumed[:4, 1].tolist() == pytest.approx([0.2] * 4)
    assert sequence.true[:4, 1].tolist() == pytest.approx([1 / 4, 1 / 3, 1 / 2, 1])
    assert sequence.assumed[4:, 1].tolist() == [1.0] * 7 + [0.0]
    assert sequence.determined.tolist() == [False] * 4 + [True] * 8


def test_the_true_chances_are_those_of_the_generator() -> None:
    runs = {k: [0, 0] for k in range(1, 5)}
    for sequence in ANB2N.draws(np.random.default_rng(0), 4000):
        for k, ends in runs.items():
            here = (sequence.states == k) & (sequence.read == 0)
            ends[0] += int((here & (sequence.following == 1)).sum())
            ends[1] += int(here.sum())
    assert [b / of for b, of in runs.values()] == pytest.approx([1 / 4, 1 / 3, 1 / 2, 1], abs=0.02)


def test_colours_are_the_courses() -> None:
    assert ANB2N.join(2).states.tolist() == [1, 2, 2, 1.5, 1, 0]
    thirds = [2, 5 / 3, 4 / 3, 1, 2 / 3, 0]
    assert ANB2NC3N.join(2).states.tolist() == pytest.approx([1, 2, 2, 1.5, 1, 0.5, *thirds])


@pytest.mark.parametrize("name", list(LANGUAGES))
def test_all_sequences_are_equally_likely_and_every_row_is_a_distribution(name: str) -> None:
    every = LANGUAGES[name].every()
    assert len(every) == 4**5
    assert sum(chance for chance, _ in every) == pytest.approx(1)
    for rows in (every[77][1].assumed, every[77][1].true):
        assert rows.sum(axis=1).tolist() == pytest.approx([1] * len(rows))


@pytest.mark.parametrize(("name", "states"), [("anb2n", 12), ("anb2nc3n", 33), ("anbn", 8)])
def test_a_language_has_the_machine_that_counts_up_and_down(name: str, states: int) -> None:
    language = LANGUAGES[name]
    machine = language.machine()
    assert len(machine.names) == len(machine.minimised().names) == states
    for _, sequence in language.every()[::50]:
        text = letters(language, sequence)
        for at, following in enumerate(text[1:], start=1):
            state = machine.read(text[:at])
            assert state is not None
            assert following in machine.legal[state]
            assert (len(machine.legal[state]) == 1) == bool(sequence.determined[at - 1])


def test_an_other_range_of_n_is_another_language() -> None:
    longer = Counting("anbn", (1, 1), longest=8)
    assert longer.join(8).true[0, 1] == pytest.approx(1 / 8)
    assert len(longer.machine().names) == 16


@pytest.mark.parametrize("name", list(GRAMMARS))
def test_a_grammars_strings_are_read_by_its_machine(name: str) -> None:
    grammar = GRAMMARS[name]
    machine = grammar.machine()
    for sequence in grammar.draws(np.random.default_rng(1), 50):
        text = "".join(grammar.alphabet[i] for i in [*sequence.read, sequence.following[-1]])
        state = machine.read(text[:-1])
        assert state is not None
        assert machine.legal[state] == {"E"}
        assert (sequence.assumed == sequence.true).all()
        chosen = sequence.true[np.arange(len(text) - 1), sequence.following]
        assert set(chosen.tolist()) <= {0.5, 1.0}


def test_likely_strings_of_a_grammar_come_with_their_probabilities() -> None:
    chances = {len(s.read): c for c, s in GRAMMARS["reber"].every() if len(s.read) == 4}
    assert chances == {4: 0.125}  # BTXSE and BPVVE, each one of two at three nodes
    assert 0.9 < sum(chance for chance, _ in GRAMMARS["reber"].every()) < 1


def test_the_embedded_grammar_ends_as_it_began() -> None:
    for sequence in GRAMMARS["ereber"].draws(np.random.default_rng(2), 20):
        assert sequence.read[1] == sequence.read[-1]
        assert sequence.determined[-2:].all()
