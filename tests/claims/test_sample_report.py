"""The flagship's report, read in the sandbox: everything in it that is wrong is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.capturing.sandbox import Limits
from grader.claims.found import Found
from grader.claims.judge import judge
from grader.claims.png import is_plain_png
from grader.claims.report import read_report
from grader.claims.verdicts import Claim
from grader.submission.intake import private_copy
from scripts.make_sample_report import RUNS
from tests.sandboxes import bubblewrap, needs_bubblewrap

from .sample_facts import facts

SAMPLE = Path(__file__).resolve().parents[2] / "submissions" / "z5567992" / "hw1.pdf"
pytestmark = needs_bubblewrap


@pytest.fixture(scope="module")
def found() -> Found:
    table = load_assignment("comp9444-25t2").table
    with private_copy(SAMPLE) as copy:
        return read_report(copy, bubblewrap(), Limits(), table)


@pytest.fixture(scope="module")
def claim(found: Found) -> Callable[[str], Claim]:
    judged = judge(found, facts())

    def named(name: str) -> Claim:
        known = judged.claim(name)
        assert known is not None
        return known

    return named


def test_the_three_matrices_are_read_exactly(found: Found) -> None:
    assert [(m.network, m.cells) for m in found.matrices] == [
        (run.name, run.counts.astype(int).tolist()) for run in RUNS
    ]
    assert found.complete
    assert found.pages == 7


@pytest.mark.parametrize("network", ["NetLin", "NetFull", "NetConv"])
def test_what_is_right_in_part_1_is_confirmed(network: str, claim: Callable[[str], Claim]) -> None:
    for name in ("matrix", "parameters", "count"):
        assert claim(f"{network}-{name}").verdict == "confirmed"
    accuracy = claim(f"{network}-accuracy")
    assert accuracy.verdict == "not reproducible"
    assert "official images" in accuracy.computed


def test_18_of_45_cells_of_the_table_disagree_with_the_weights(
    claim: Callable[[str], Claim],
) -> None:
    table = claim("MLP-table")
    assert table.verdict == "contradicted"
    assert table.computed == "18 of 45 cells disagree with the weights of check.py."
    assert len(table.detail) == 18
    assert table.detail[0] == "(0, 2) H3: 0, computed 1"
    assert table.place.page == 3


def test_the_worst_confusions_are_found_to_be_understated(claim: Callable[[str], Claim]) -> None:
    lin, full = claim("NetLin-confusion-1"), claim("NetFull-confusion-1")
    assert (lin.verdict, full.verdict) == ("contradicted", "contradicted")
    assert "is 146 (ma taken for su), 5.8 times as many" in lin.computed
    assert "is 93 (ha taken for su)" in full.computed


def test_the_weights_are_those_of_the_code_and_not_rescaled(claim: Callable[[str], Claim]) -> None:
    weights = claim("MLP-weights")
    assert weights.verdict == "confirmed"
    assert weights.caution == "check.py holds the weights before rescaling"
    assert weights.detail == [f"check.py: {facts().perceptron.unscaled_reason}"]  # type: ignore[union-attr]


def test_lines_id_and_pictures(claim: Callable[[str], Claim]) -> None:
    assert claim("MLP-lines").verdict == "confirmed"
    assert claim("cover-id").verdict == "confirmed"
    assert claim("pictures-2.1").verdict == "absent"
    assert claim("pictures-2.3").verdict == "absent"
    assert claim("pictures-3.4").verdict == "confirmed"


def test_filters_losses_and_the_accuracy_with_step_are_found(
    claim: Callable[[str], Claim],
) -> None:
    assert (claim("NetConv-filters").verdict, claim("NetConv-filters").said) == (
        "confirmed",
        "20, 40",
    )
    for run in RUNS:
        accuracy = claim(f"{run.name}-accuracy")
        assert accuracy.said.endswith(
            f"test loss {run.test_loss}, training loss {run.train_loss} (last batch printed)"
        )
        assert accuracy.place.page
        assert accuracy.place.picture
    assert claim("MLP-accuracy-2.2").verdict == "confirmed"


def test_every_place_that_is_shown_has_its_picture(found: Found) -> None:
    import base64

    shown = {m.place.picture for m in found.matrices} | {t.place.picture for t in found.tables}
    assert shown <= set(found.pictures)
    assert all(is_plain_png(base64.b64decode(data)) for data in found.pictures.values())
