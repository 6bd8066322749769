import re
from dataclasses import replace

from grader.marks.sequence_evidence import _machine, sequence_evidence
from grader.sequences import record_digest, sequence_results
from reference.recurrent.trained import available, record

LANGUAGES = ("anb2n", "anb2nc3n")


def test_a_result_names_the_reference_by_its_digest_alone() -> None:
    results = sequence_results(LANGUAGES)
    assert list(results) == list(LANGUAGES)
    assert results["anb2n"].digest == record_digest("anb2n")
    assert len({found.digest for found in results.values()}) == 2
    assert all(len(found.digest) == 64 for found in results.values())


def test_there_is_evidence_for_each_question_of_each_language() -> None:
    items = sequence_evidence(LANGUAGES)
    expected = {
        f"{lang}-{what}"
        for lang in LANGUAGES
        for what in ("loss", "plot", "machine", "answer", "counting")
    }
    assert set(items) == expected
    assert all(item.title and item.lines for item in items.values())


def test_the_loss_is_set_beside_the_ideal_and_other_seeds() -> None:
    ideal, right = sequence_evidence(["anb2n"])["anb2n-loss"].lines
    survey = record("anb2n").survey
    assert ideal.startswith("perfect counting prints 0.0274 ± 0.0139, 95.5% of sequences below")
    assert ideal.endswith("lower is no proof of counting")
    assert right.startswith(f"{len(survey.succeeded)} of 32 seeds get every determined symbol")


def test_the_machine_of_a_language_that_counts_is_told_in_three_lines() -> None:
    up, onward, rest = sequence_evidence(["anb2n"])["anb2n-machine"].lines
    assert up == "12 states; A: 0 → A1 → A2 → A3 → A4"
    assert onward == "A1 B → 1B; A2 B → 3B; A3 B → 5B; A4 B → 7B"
    assert rest == "every other state has one arrow, to one symbol fewer, the last back to 0"
    machine = record("anb2n").study.machine
    assert machine is not None
    counted = [arrow for arrow in machine.arrows if not machine.names[arrow.source].startswith("A")]
    for arrow in counted[1:]:
        before, after = machine.names[arrow.source], machine.names[arrow.target]
        assert int(before[0]) - int(after[0]) == 1


def test_another_machine_is_written_out_arrow_by_arrow() -> None:
    known = record("anb2n").study
    (line,) = _machine(replace(known, machine=None))
    assert line == "the reference network is no machine"
    assert known.machine is not None
    (line,) = _machine(replace(known, matches=False))
    assert line.startswith("12 states, start 0: 0 A → A1; A1 A → A2; A1 B → 1B; ")
    assert line.count("→") == len(known.machine.arrows)


def test_a_model_answer_says_only_what_the_figures_bear_out() -> None:
    first, rest, last = sequence_evidence(["anb2n"])["anb2n-answer"].lines
    (point,) = [p for p in record("anb2n").study.fixed_points if p.symbol == "B"]
    value = point.eigenvalues[0][0]
    side = "to the other side" if value < 0 else "on the same side"
    assert first.startswith("Each A moves the state on")
    assert f"each B takes the state {side} and {abs(value):.1f} times as far" in rest
    assert "for n = 1 to 4" in last


def test_of_an_lstm_the_counting_context_units_are_named() -> None:
    _, stages, _ = sequence_evidence(["anb2nc3n"])["anb2nc3n-answer"].lines
    assert "Bs: 1 (-0.54 each), 2 (-0.32 each), 3 (-0.72 each)" in stages
    movements = [m for m in record("anb2nc3n").study.movements if m.layer == "context"]
    named = {
        (symbol, int(unit))
        for symbol, part in re.findall(r"([ABC])s: ([^;]*)", stages)
        for unit in re.findall(r"(\d) \(", part)
    }
    counting = {
        (m.symbol, m.unit)
        for m in movements
        if abs(m.correlation) >= 0.9 or abs(m.mean) >= 4 * m.spread > 0
    }
    assert named == counting


def test_the_best_counters_of_each_symbol_are_one_line() -> None:
    (line,) = sequence_evidence(["anb2n"])["anb2n-counting"].lines
    assert line.startswith("A: hidden 1 +0.48 (± 0.12, r +1.00), hidden 2")
    assert "; B: hidden" in line


def test_every_language_that_may_be_named_has_a_record() -> None:
    assert set(LANGUAGES) <= set(available())
