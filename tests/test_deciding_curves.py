"""The curves that bounds are fitted to: the same for everybody, and kept however it ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.train.protocol import KUZU
from scripts.calibrate_deciding import CURVES
from scripts.deciding_curves import drawn, record, recorded
from tests.tiny import tiny_dataset

DATASETS = [tiny_dataset(), replace(tiny_dataset(), name="other")]


@pytest.mark.parametrize("number", range(8))
def test_a_number_decides_what_is_trained_and_how_it_learns(number: int) -> None:
    curve = drawn(number, DATASETS)
    assert curve == drawn(number, DATASETS)
    assert len(curve.accuracies) == KUZU.epochs


def test_what_was_cut_off_is_drawn_again_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "curves.jsonl"
    first = list(record(path, range(3), DATASETS))
    assert list(record(path, range(3), DATASETS)) == []
    text = path.read_text()
    path.write_text(text[:-20] + "\n")
    assert list(record(path, range(3), DATASETS)) == first[2:]
    assert recorded(path) == {curve.number: curve for curve in first}


def test_the_population_holds_what_students_hand_in() -> None:
    curves = recorded(CURVES).values()
    for name, least in (("NetLin", 100), ("NetFull", 200), ("NetConv", 100)):
        assert sum(curve.network.startswith(name) for curve in curves) >= least
    finals = [curve.accuracies[-1] for curve in curves]
    assert sum(final < 20 for final in finals) >= 10  # chance level, or broken down
    assert sum(final > 93 for final in finals) >= 20
    assert {curve.dataset for curve in curves} == {"bundled", "kuzushiji-kanji-10"}
