from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from reference.recurrent.checkpoints import Origin, assemble, load, save
from reference.recurrent.networks import Kind

from . import made_up

ORIGIN = Origin("anb2n", "srn", 3, 1000, "python -m reference.seq_train --seed 3")


@pytest.mark.parametrize("kind", ["srn", "lstm"])
def test_what_is_saved_is_read_back(kind: Kind, tmp_path: Path) -> None:
    networks = made_up.networks(kind, 2, 2)
    origin = Origin("anb2n", kind, 3, 1000, "command")
    save(tmp_path / "net" / "one.safetensors", networks, origin)
    found, made = load(tmp_path / "net" / "one.safetensors")
    assert made == origin
    assert found.kind == kind
    for name, array in networks.parameters.items():
        assert found.parameters[name] == pytest.approx(array, abs=1e-6)


def test_foreign_files_are_refused_by_name(tmp_path: Path) -> None:
    for name, content in (("text", b"hello"), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"{name} is no checkpoint of the reference"):
            load(tmp_path / name)
    save_file({"W": np.zeros(2)}, tmp_path / "bare")
    with pytest.raises(ValueError, match="bare is no checkpoint of the reference: 'origin'"):
        load(tmp_path / "bare")
    with pytest.raises(ValueError, match="absent is no checkpoint"):
        load(tmp_path / "absent")


def test_parameters_of_another_shape_are_refused_with_both_shapes() -> None:
    arrays = {n: a[0] for n, a in made_up.networks("srn", 2, 2).parameters.items()}
    with pytest.raises(ValueError, match=r"U 3 x 2.* of kind srn .* has .*U 2 x 2"):
        assemble("srn", {**arrays, "U": np.zeros((3, 2))})
    with pytest.raises(ValueError, match="of kind lstm"):
        assemble("lstm", arrays)
    with pytest.raises(ValueError, match="parameters none"):
        assemble("srn", {})
    with pytest.raises(ValueError, match="not a finite number"):
        assemble("srn", {**arrays, "H0": np.array([0, np.nan])})
    with pytest.raises(ValueError, match="no kind of network is called gru"):
        assemble("gru", arrays)
