import gzip
from pathlib import Path

import numpy as np
import pytest

from grader.data.idx import read_images, read_labels
from scripts.kana_letterforms import KANA, KLEE, Letterform, draw_letterforms
from scripts.render_kana import SPLITS, render_split, write_idx


@pytest.fixture(scope="module")
def forms() -> list[Letterform]:
    """One made-up shape a class, so that no font is needed."""
    rng = np.random.default_rng(0)
    shapes = (rng.random((10, 112, 112)) < 0.3).astype(np.float32)
    return [Letterform(n, "?", KLEE, 1.0, ink) for n, ink in enumerate(shapes)]


def test_classes_are_balanced_and_shuffled(forms: list[Letterform]) -> None:
    images, labels = render_split(forms, 40, (1, 0))
    assert images.shape == (40, 28, 28)
    assert np.bincount(labels).tolist() == [4] * 10
    assert labels.tolist() != sorted(labels.tolist())


def test_a_split_is_the_same_each_time_and_no_other_split(forms: list[Letterform]) -> None:
    once, again, other = (render_split(forms, 10, seed)[0] for seed in ((1, 0), (1, 0), (1, 1)))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_written_files_are_read_back_and_hold_no_time(tmp_path: Path) -> None:
    images = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    labels = np.array([7], np.uint8)
    write_idx(tmp_path / "images.gz", images)
    write_idx(tmp_path / "labels.gz", labels)
    assert np.array_equal(read_images(tmp_path / "images.gz"), images)
    assert read_labels(tmp_path / "labels.gz").tolist() == [7]
    assert (tmp_path / "images.gz").read_bytes() == gzip.compress(
        gzip.decompress((tmp_path / "images.gz").read_bytes()), 9, mtime=0
    )


def test_the_bundled_set_has_the_size_that_the_program_makes() -> None:
    assert SPLITS == {"train": 12_000, "t10k": 2_000}


@pytest.mark.parametrize(
    ("roman", "count", "one"),
    [("o", 3, 0x1B014), ("ki", 8, 0x1B026), ("tsu", 5, 0x1B06D), ("wo", 7, 0x1B11C)],
)
def test_unicode_names_the_hentaigana_of_a_sound(roman: str, count: int, one: int) -> None:
    found = next(kana for kana in KANA if kana.roman == roman).hentaigana()
    assert len(found) == count
    assert chr(one) in found


def test_a_missing_font_is_named_with_its_package(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is missing: install fonts-kouzan-mouhitsu"):
        draw_letterforms(tmp_path, tmp_path)
