from collections.abc import Iterator

import pytest

from grader.attack.attack import load_attacks
from grader.attack.judge import Verdict
from tests.commands.conftest import Grader


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The tiers that were attacked and with how many; the first attack of each wins on landlock."""
    told: list[tuple[str, int]] = []

    def run(attacks: dict[str, object], tier: str, _jobs: int) -> Iterator[Verdict]:
        told.append((tier, len(attacks)))
        for number, name in enumerate(attacks):
            wins = ("read a secret",) if tier == "landlock" and number == 0 else ()
            yield Verdict(name, "An idea that is longer than its column is." * 2, wins, 1.0, "", 3)

    monkeypatch.setattr("grader.attack.running.run_attacks", run)
    monkeypatch.setattr("grader.capturing.isolation.bubblewrap_fault", lambda: "")
    monkeypatch.setattr("grader.capturing.landlocked.landlock_fault", lambda: "")
    return told


def test_the_strongest_tier_is_attacked_with_everything(
    asked: list[tuple[str, int]], grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("attack") == 0
    assert asked == [("bubblewrap", len(load_attacks()))]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"bubblewrap: 0 of {len(load_attacks())} attacks won"
    assert max(map(len, lines)) <= 80


def test_one_win_is_told_and_is_the_exit_code(
    asked: list[tuple[str, int]], grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("attack", "--isolation", "landlock", "zip-slip", "crash") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("WON  zip-slip")
    assert lines[2] == "  read a secret"
    assert lines[3].startswith("held crash")
    assert lines[-1] == "landlock: 1 of 2 attacks won"


def test_what_only_a_wall_stops_is_left_out_without_one(
    asked: list[tuple[str, int]], grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("attack", "--isolation", "all", "reads-home", "crash") == 1
    assert asked == [("bubblewrap", 2), ("landlock", 2), ("rlimits", 1)]
    assert "not promised in this tier, and not tried" in capsys.readouterr().out


def test_what_is_tried_is_listed(
    asked: list[tuple[str, int]], grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("attack", "--list") == 0
    assert asked == []
    assert len(capsys.readouterr().out.splitlines()) == len(load_attacks())


def test_an_attack_that_is_not_known_is_refused(
    grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grader("attack", "kindness") == 2
    assert "grader attack --list" in capsys.readouterr().err
