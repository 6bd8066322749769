from pathlib import Path

from grader.data.catalogue import list_datasets


def test_the_two_known_sets_are_always_listed(tmp_path: Path) -> None:
    kmnist, bundled = list_datasets(tmp_path)
    assert (kmnist.name, kmnist.official, kmnist.present) == ("kmnist", True, False)
    assert (kmnist.train, kmnist.test, kmnist.where) == (60_000, 10_000, tmp_path / "kmnist")
    assert (bundled.name, bundled.official, bundled.present) == ("bundled", False, True)
    assert (bundled.train, bundled.test, bundled.classes) == (12_000, 2_000, 10)
    assert bundled.size == sum(path.stat().st_size for path in bundled.where.glob("*.gz"))


def test_a_folder_is_listed_with_its_counts(small_set: Path, tmp_path: Path) -> None:
    row = list_datasets(tmp_path, [small_set])[2]
    assert (row.name, row.present, row.train, row.test) == (str(small_set), True, 20, 10)


def test_an_unusable_folder_is_listed_as_absent(tmp_path: Path) -> None:
    row = list_datasets(tmp_path, [tmp_path / "nowhere"])[2]
    assert (row.present, row.train, row.size) == (False, 0, 0)
