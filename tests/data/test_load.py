import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.data import load_dataset
from grader.data.kmnist import CHECKSUMS
from grader.errors import DatasetError
from grader.resources import bundled_data_dir


def test_the_bundled_set_is_balanced_described_and_never_official() -> None:
    dataset = load_dataset("bundled")
    assert (dataset.name, dataset.official) == ("bundled", False)
    assert dataset.train_images.shape == (12_000, 28, 28)
    assert np.bincount(dataset.train_labels).tolist() == [1200] * 10
    assert np.bincount(dataset.test_labels).tolist() == [200] * 10
    assert "".join(c.kana for c in dataset.classes) == "おきすつなはまやれを"


def test_the_bundled_set_carries_thresholds_that_its_own_calibration_meets() -> None:
    dataset = load_dataset("bundled")
    assert dataset.thresholds is not None
    assert dataset.calibration is not None
    assert list(dataset.thresholds) == ["NetLin", "NetFull", "NetConv"]
    for network, threshold in dataset.thresholds.items():
        calibration = dataset.calibration[network]
        assert len(calibration.low) == 10
        assert threshold.low <= calibration.low[-1]
        assert threshold.high is None or calibration.high[-1] <= threshold.high


def test_no_bundled_test_image_is_a_training_image() -> None:
    dataset = load_dataset("bundled")
    seen = {image.tobytes() for image in dataset.train_images}
    assert not any(image.tobytes() in seen for image in dataset.test_images)


def test_the_bundled_files_stay_small_and_state_their_licences() -> None:
    files = [path for path in bundled_data_dir().iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 5_000_000
    assert (bundled_data_dir() / "LICENSES.md").is_file()


def test_auto_is_the_bundled_set_until_kmnist_has_been_fetched(tmp_path: Path) -> None:
    assert load_dataset("auto", cache=tmp_path).name == "bundled"


def test_auto_does_not_hide_a_damaged_cache(tmp_path: Path) -> None:
    folder = tmp_path / "kmnist"
    folder.mkdir()
    for name in CHECKSUMS:
        (folder / name).write_bytes(gzip.compress(b""))
    with pytest.raises(DatasetError, match=r"train-images.*damaged") as caught:
        load_dataset("auto", cache=tmp_path)
    assert "grader data fetch" in caught.value.hint


def test_anything_else_is_a_folder(small_set: Path) -> None:
    assert load_dataset(str(small_set)).name == "small"


def test_a_misspelt_name_gets_the_valid_choices() -> None:
    with pytest.raises(DatasetError, match="no such folder") as caught:
        load_dataset("kminst")
    assert "auto, kmnist, bundled" in caught.value.expected


def test_importing_and_loading_costs_no_torch() -> None:
    program = (
        "import sys; from grader.data import load_dataset; load_dataset('bundled'); "
        "print([name for name in ('torch', 'torchvision') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
