"""The course's command line of Part 2."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reference.check_main import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("act", ["step", "sig"])
@pytest.mark.parametrize("grid", ["012", "-101"])
def test_weights_set_by_hand_reach_100(act: str, grid: str) -> None:
    result = run("--act", act, "--hid", "4", "--set_weights", "--grid", grid)
    assert result.exit_code == 0
    assert "Accuracy: 100.00" in result.output


def test_weights_and_activations_are_printed() -> None:
    output = run("--act", "step", "--set_weights").output
    assert "in_hid.bias: 15.0000, -25.0000, -5.0000, -5.0000" in output
    assert "(0, 2)  target 0  hidden 0.0000 0.0000 1.0000 0.0000  output 0.0000" in output


def test_pictures_are_written_where_asked(tmp_path: Path) -> None:
    result = run("--act", "step", "--set_weights", "--plot", str(tmp_path / "pictures"))
    assert "hid_4_4.jpg" in result.output
    assert (tmp_path / "pictures" / "out_4.jpg").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--act", "step"], "a step has no slope to follow"),
        (["--hid", "5", "--set_weights"], "for 4 hidden nodes, not 5"),
        (["--act", "tanh"], "'step', 'sig'"),
        (["--hid", "0"], "0 is not in the range x>=1"),
        (["--grid", "345"], "'012', '-101'"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run("--act", "step", "--set_weights", "--plot", str(tmp_path / "file" / "pictures"))
    assert result.exit_code == 2
    assert "pictures cannot be written to" in result.output


@pytest.mark.slow
def test_training_reaches_100() -> None:
    result = run("--act", "sig", "--hid", "5", "--seed", "0")
    assert "Accuracy: 100.00" in result.output
