"""The course's command line of Part 1."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.data import Dataset
from reference import kuzu_main
from reference.kuzu_main import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def on_patterns(monkeypatch: pytest.MonkeyPatch, patterns: Dataset) -> None:
    monkeypatch.setattr(kuzu_main, "load_dataset", lambda _source, progress: patterns)


@pytest.mark.usefixtures("on_patterns")
@pytest.mark.parametrize(
    ("net", "first_line"),
    [("lin", "NetLin: 7850"), ("full", "NetFull: 119260"), ("conv", "NetConv: 62234")],
)
def test_each_network_trains(net: str, first_line: str) -> None:
    result = run("--net", net, "--epochs", "2", "--seed", "0")
    assert result.exit_code == 0, result.output
    assert f"{first_line} independent parameters" in result.output
    assert "epoch 2: training loss" in result.output
    assert "of 70 (" in result.output


@pytest.mark.usefixtures("on_patterns")
def test_the_confusion_matrix_has_a_row_for_each_class() -> None:
    rows = [line.split() for line in run("--net", "lin", "--epochs", "1").output.splitlines()]
    matrix = [list(map(int, row)) for row in rows if len(row) == 10 and row[0].isdigit()]
    assert [sum(row) for row in matrix] == [7] * 10


@pytest.mark.usefixtures("on_patterns")
def test_a_seed_makes_a_run_repeatable() -> None:
    once, again, other = (
        run("--net", "lin", "--epochs", "1", "--seed", seed).output for seed in ("5", "5", "6")
    )
    assert once == again != other


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing option '--net'"),
        (["--net", "rnn"], "'lin', 'full', 'conv'"),
        (["--net", "lin", "--lr", "0"], "0.0 is not in the range x>0"),
        (["--net", "lin", "--mom", "1"], "1.0 is not in the range 0<=x<1"),
        (["--net", "lin", "--epochs", "0"], "0 is not in the range x>=1"),
    ],
)
def test_wrong_options_are_explained(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_a_missing_folder_is_reported_with_a_way_out(tmp_path: Path) -> None:
    result = run("--net", "lin", "--dataset", str(tmp_path / "nowhere"))
    assert result.exit_code == 3
    assert "nowhere" in result.output
    assert "what to do" in result.output
