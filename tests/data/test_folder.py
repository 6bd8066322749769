import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from grader.data.folder import FILES, load_folder
from grader.errors import DatasetError

Pack = Callable[[npt.NDArray[np.uint8]], bytes]


def test_a_bare_folder_gets_numbers_for_names_and_no_thresholds(small_set: Path) -> None:
    dataset = load_folder(small_set)
    assert (dataset.name, dataset.title, dataset.official) == ("small", "small", False)
    assert [c.roman for c in dataset.classes] == list("0123456789")
    assert {c.kana for c in dataset.classes} == {""}
    assert dataset.thresholds is None
    assert dataset.calibration is None
    assert dataset.train_images.shape == (20, 28, 28)
    assert dataset.test_labels.tolist() == list(range(10))
    assert np.array_equal(dataset.train_images[:, 0, 0], dataset.train_labels)


def test_unpacked_files_are_the_same_set(small_set: Path) -> None:
    packed = load_folder(small_set)
    for stem in FILES:
        path = small_set / f"{stem}.gz"
        (small_set / stem).write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert load_folder(small_set).digest == packed.digest


def test_a_torchvision_root_will_do(small_set: Path, tmp_path: Path) -> None:
    (tmp_path / "root" / "KMNIST").mkdir(parents=True)
    digest = load_folder(small_set).digest
    small_set.rename(tmp_path / "root" / "KMNIST" / "raw")
    assert load_folder(tmp_path / "root").digest == digest


def test_a_description_names_the_set(small_set: Path) -> None:
    classes = [{"label": n, "roman": f"r{n}", "kana": "か"} for n in range(10)]
    content = {"schema": "grader.dataset/1", "title": "Mine", "classes": classes}
    (small_set / "dataset.json").write_text(json.dumps(content))
    dataset = load_folder(small_set)
    assert dataset.title == "Mine"
    assert dataset.classes[4].kana == "か"


def test_a_folder_called_kmnist_does_not_pass_for_kmnist(small_set: Path) -> None:
    dataset = load_folder(small_set.rename(small_set.parent / "kmnist"))
    assert dataset.name == "folder kmnist"
    assert not dataset.official


def test_a_missing_file_is_named_with_its_three_companions(small_set: Path) -> None:
    (small_set / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match=r"no t10k-labels-idx1-ubyte\.gz") as caught:
        load_folder(small_set)
    assert caught.value.expected.count("ubyte") == 4


def test_each_image_needs_a_label(small_set: Path, pack: Pack) -> None:
    labels = np.zeros(19, np.uint8)
    (small_set / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(pack(labels)))
    with pytest.raises(DatasetError, match="20 images, but 19 labels beside it"):
        load_folder(small_set)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="nowhere: no such folder"):
        load_folder(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="file: not a folder"):
        load_folder(tmp_path / "file")


def test_real_images_by_path(shared_data: Path) -> None:
    dataset = load_folder(shared_data / "kuzushiji-kanji-10")
    assert dataset.train_images.shape == (30_000, 28, 28)
    assert len(dataset.test_labels) == 5_000
    assert not dataset.official


def test_kmnist_without_training_images_says_what_is_missing(shared_data: Path) -> None:
    with pytest.raises(DatasetError, match=r"no train-images-idx3-ubyte\.gz"):
        load_folder(shared_data / "kmnist-test")
