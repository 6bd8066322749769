from grader.sequence_evidence import sequence_evidence
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
    ideal, reference, right, wrong, baseline, warning = sequence_evidence(["anb2n"])[
        "anb2n-loss"
    ].lines
    survey = record("anb2n").survey
    assert ideal.startswith("the true probabilities print 0.0274 on average")
    assert ideal.endswith("95.5% of sequences below 0.05")
    assert "25,600 of 25,600 determined symbols are right" in reference
    assert right.startswith(f"{len(survey.succeeded)} of 32 seeds have every determined symbol")
    assert wrong.startswith(f"the other {len(survey.failed)} have")
    assert baseline.startswith("knowing the last symbol alone gives 80.0% of the determined")
    assert "no proof of counting" in warning


def test_the_machine_is_written_out_state_by_state() -> None:
    lines = sequence_evidence(["anb2n"])["anb2n-machine"].lines
    assert len(lines) == 12
    assert lines[:3] == ["0 (start): A to A1", "A1: A to A2, B to 1B", "A2: A to A3, B to 3B"]
    assert "1B: B to 0" in lines


def test_a_model_answer_says_only_what_the_figures_bear_out() -> None:
    answer = "\n".join(sequence_evidence(["anb2n"])["anb2n-answer"].lines)
    (point,) = [p for p in record("anb2n").study.fixed_points if p.symbol == "B"]
    value = point.eigenvalues[0][0]
    side = "to the other side" if value < 0 else "on the same side"
    assert f"each B takes the state {side} and {abs(value):.1f} times as far" in answer
    assert "for n = 1 to 4" in answer


def test_of_an_lstm_the_counting_context_units_are_named() -> None:
    answer = sequence_evidence(["anb2nc3n"])["anb2nc3n-answer"].lines
    named = [line for line in answer if line.startswith("During")]
    assert named
    for line in named:
        symbol, unit = line[7], int(line.split("unit ")[1][0])
        (moved,) = [
            m
            for m in record("anb2nc3n").study.movements
            if (m.layer, m.symbol, m.unit) == ("context", symbol, unit)
        ]
        assert abs(moved.correlation) >= 0.9 or abs(moved.mean) >= 4 * moved.spread
    assert any(line.startswith("During Bs context unit 3 goes down") for line in named)


def test_every_language_that_may_be_named_has_a_record() -> None:
    assert set(LANGUAGES) <= set(available())
