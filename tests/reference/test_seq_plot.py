from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from reference.recurrent.checkpoints import save
from reference.recurrent.trained import network, record
from reference.seq_plot import main


@pytest.fixture
def nets(tmp_path: Path) -> Path:
    for lang, name in (("anb2n", "anb2n_srn2_100"), ("anb2nc3n", "anb2nc3n_lstm3_50")):
        path = tmp_path / "net" / f"{name}.safetensors"
        save(path, network(lang), record(lang).origin)
    return tmp_path / "net"


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("anb2n", ["anb2n_srn2_01.jpg"]),
        ("anb2nc3n", ["anb2nc3n_lstm3_01.jpg", "anb2nc3n_lstm3_02.jpg", "anb2nc3n_lstm3_12.jpg"]),
    ],
)
def test_pictures_have_the_names_that_the_report_must_hold(
    lang: str, names: list[str], nets: Path
) -> None:
    out = nets.parent / "plot"
    done = CliRunner().invoke(main, ["--lang", lang, "--net", str(nets), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == names
    with Image.open(out / names[0]) as picture:
        assert len(picture.convert("RGB").getcolors(10**6) or []) > 20


def test_without_a_checkpoint_it_says_how_to_get_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--lang", "anb2n", "--net", str(tmp_path)])
    assert done.exit_code == 2
    output = " ".join(done.output.split())
    assert "anb2n_srn2_100.safetensors is no checkpoint" in output
    assert "train one with python -m reference.seq_train" in output
