"""Trained networks beside a submission's code, through the sandbox as it is."""

from pathlib import Path

import numpy as np
import pytest
import torch

from grader.capturing.sandbox import Limits
from grader.errors import CaptureError
from grader.results import HandedInNetwork
from grader.submission.handed_in import handed_in_networks
from reference.recurrent.course import course_network
from reference.recurrent.networks import Networks, initial
from reference.recurrent.trained import network, record
from tests.sandboxes import bubblewrap, needs_bubblewrap

LANGUAGES = ["anb2n", "anb2nc3n"]


def write(root: Path, name: str, lang: str = "anb2n") -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    torch.save(course_network(network(lang)).state_dict(), path)


def evaluated(root: Path) -> dict[str, HandedInNetwork]:
    found = handed_in_networks(root, LANGUAGES, bubblewrap(), Limits())
    return {one.file: one for one in found}


@needs_bubblewrap
def test_each_network_is_evaluated_as_the_reference_is_and_others_are_refused(
    tmp_path: Path,
) -> None:
    write(tmp_path, "net/anb2n_srn2_100.pth")
    write(tmp_path, "net/anb2nc3n_lstm3_50.pth", "anb2nc3n")
    write(tmp_path, "net/anb2n_srn2_20.pth", "anb2nc3n")
    write(tmp_path, "mine.pt", "anb2nc3n")
    (tmp_path / "net" / "kuzu.pth").write_bytes(b"no checkpoint")
    (tmp_path / "net" / "notes.txt").write_text("nothing")
    found = evaluated(tmp_path)
    assert list(found) == [
        "net/anb2n_srn2_100.pth",
        "net/anb2n_srn2_20.pth",
        "net/anb2nc3n_lstm3_50.pth",
        "mine.pt",
        "net/kuzu.pth",
    ]
    srn, study = found["net/anb2n_srn2_100.pth"], record("anb2n").study
    assert (srn.refused, srn.language, srn.kind, srn.units) == ("", "anb2n", "srn", 2)
    assert srn.loss == pytest.approx(study.found.loss, rel=1e-4)
    assert (srn.determined, srn.determined_right) == (25_600, 25_600)
    assert [(r.n, r.right, r.of) for r in srn.reach] == [(r.n, r.right, r.of) for r in study.reach]
    places = {(tuple(p.hidden), p.symbol) for p in srn.points}
    for point in study.points:
        near = [h for h, symbol in places if symbol == point.symbol]
        assert any(abs(h[0] - point.hidden[0]) + abs(h[1] - point.hidden[1]) < 0.02 for h in near)
    assert found["net/anb2nc3n_lstm3_50.pth"].units == 3
    assert found["mine.pt"].language == "anb2nc3n"
    assert found["net/anb2n_srn2_20.pth"].refused == "it reads 3 symbols, the language has 2"
    assert found["net/kuzu.pth"].refused
    assert found["net/kuzu.pth"].language == ""


def trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, read: Networks
) -> dict[str, HandedInNetwork]:
    """As `evaluated`, but every file is said to hold this network."""
    monkeypatch.setattr(
        "grader.submission.handed_in.read_checkpoints", lambda paths, *_: [read] * len(paths)
    )
    found = handed_in_networks(tmp_path, LANGUAGES, None, Limits())  # type: ignore[arg-type]
    return {one.file: one for one in found}


def test_the_checkpoint_to_plot_and_the_last_are_opened_and_the_rest_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for steps in (10, 20, 100, 120):
        write(tmp_path, f"net/anb2n_srn2_{steps}.pth")
    found = trusted(monkeypatch, tmp_path, network("anb2n"))
    assert list(found) == [
        *(f"net/anb2n_srn2_{steps}.pth" for steps in (100, 120)),
        "net/anb2n_srn2_10.pth",
    ]
    assert found["net/anb2n_srn2_10.pth"].refused == "and 1 more: not opened, 2 a language are"


def test_a_network_for_no_language_asked_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "wide.pth")
    wide = initial("srn", 5, 2, [np.random.default_rng(0)])
    (only,) = trusted(monkeypatch, tmp_path, wide).values()
    assert only.refused == "5 symbols and 2 hidden units are no network asked for"


def test_a_submission_without_checkpoints_needs_no_sandbox(tmp_path: Path) -> None:
    (tmp_path / "kuzu.py").write_text("")
    assert handed_in_networks(tmp_path, LANGUAGES, None, Limits()) == []  # type: ignore[arg-type]


def test_a_sandbox_that_fails_is_no_student_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise CaptureError("the worker", "did not start")

    monkeypatch.setattr("grader.submission.handed_in.read_checkpoints", fail)
    write(tmp_path, "net/anb2n_srn2_100.pth")
    (only,) = handed_in_networks(tmp_path, LANGUAGES, None, Limits())  # type: ignore[arg-type]
    assert only.refused.startswith("it was not opened:")
