from pathlib import Path

import pytest
from click.testing import CliRunner

from reference.recurrent.checkpoints import load
from reference.seq_train import main


def test_a_short_training_leaves_a_checkpoint_with_the_command_that_made_it(tmp_path: Path) -> None:
    line = ["--lang", "anb2n", "--hid", "3", "--epoch", "1", "--seed", "4", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, line)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("step 1000, seed 4: printed loss 0.")
    networks, origin = load(tmp_path / "anb2n_srn3_01.safetensors")
    assert (networks.hidden, networks.kind, origin.steps) == (3, "srn", 1000)
    assert origin.command.endswith("--lang anb2n --model srn --hid 3 --epoch 1 --seed 4")


def test_seeds_side_by_side_get_a_file_each(tmp_path: Path) -> None:
    line = ["--lang", "ereber", "--epoch", "1", "--seed", "1", "--seeds", "2", "--lr", "0.05"]
    done = CliRunner().invoke(main, [*line, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"ereber_lstm4_01_seed{seed}.safetensors" for seed in (1, 2)]
    _, origin = load(tmp_path / names[1])
    assert origin.command.endswith("--seed 1 --seeds 2 --lr 0.05 --decay 0.0001")


@pytest.mark.parametrize("line", [["--lang", "anb3n"], ["--hid", "0"], ["--model", "gru"]])
def test_a_wrong_word_is_answered_with_the_right_ones(line: list[str]) -> None:
    done = CliRunner().invoke(main, line)
    assert done.exit_code == 2
    assert line[0] in done.output


def test_a_folder_that_cannot_be_written_to_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(main, ["--epoch", "1", "--out", str(tmp_path / "file" / "net")])
    assert done.exit_code == 2
    assert "name a folder that can be written to" in " ".join(done.output.split())
