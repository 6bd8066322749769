from pathlib import Path

import pytest

from grader.store.cache import Cache
from tests.commands.conftest import Grader


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path))
    with Cache(tmp_path) as cache:
        cache.put("training", "old", bytes(2**20), "NetFull, seed 0")
        cache.put("training", "new", bytes(2**20), "NetLin, seed 0")
        cache.get("training", "new")
    return tmp_path


def test_it_says_what_is_kept_and_how_often_it_answered(
    folder: Path, grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("cache") == 0
    said = capsys.readouterr().out
    assert str(folder / "cache.sqlite") in said
    (line,) = [line.split() for line in said.splitlines() if line.startswith(" training")]
    assert line[:4] == ["training", "2", "2.0", "1"]
    assert "NetLin, seed 0: answered 1 times" in said


def test_trimming_drops_what_was_not_used_for_longest(folder: Path, grader: Grader) -> None:
    assert grader("cache", "--trim", 1) == 0
    with Cache(folder) as cache:
        assert cache.get("training", "old") is None
        assert cache.get("training", "new") is not None


def test_clearing_forgets_everything(folder: Path, grader: Grader) -> None:
    assert grader("cache", "--clear") == 0
    with Cache(folder) as cache:
        assert cache.contents() == []


def test_both_at_once_are_refused(
    folder: Path, grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("cache", "--clear", "--trim", 1) == 2
    assert "--clear and --trim together" in capsys.readouterr().err
