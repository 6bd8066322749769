"""What ``grader data list`` shows: which sets there are, and which are on this machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.data import kmnist
from grader.data.folder import FILES, find_file, find_root
from grader.data.idx import CLASSES, count_images
from grader.data.kmnist import is_kmnist, kmnist_dir
from grader.errors import DatasetError
from grader.resources import bundled_data_dir


@dataclass(frozen=True)
class DatasetRow:
    """One line of the list.

    Attributes:
        name: what to give to ``--dataset``.
        where: folder in which the set lies, or will lie once it is fetched.
        present: it can be used now.
        official: marks given on it are official.
        train: number of training images.
        test: number of test images.
        classes: number of classes.
        size: bytes on disk, or to be fetched; 0 where a folder is not usable.
    """

    name: str
    where: Path
    present: bool
    official: bool
    train: int
    test: int
    classes: int
    size: int


def list_datasets(
    cache: Path | None = None, folders: Iterable[Path] = ()
) -> tuple[DatasetRow, ...]:
    """KMNIST, the bundled set, and the given folders; only headers and checksums are read."""
    official = DatasetRow(
        name="kmnist",
        where=kmnist_dir(cache),
        present=is_kmnist(kmnist_dir(cache)),
        official=True,
        train=kmnist.TRAIN,
        test=kmnist.TEST,
        classes=len(kmnist.CLASSES),
        size=kmnist.DOWNLOAD_BYTES,
    )
    return (
        official,
        _folder_row("bundled", bundled_data_dir()),
        *(_folder_row(str(folder), folder) for folder in folders),
    )


def _folder_row(name: str, folder: Path) -> DatasetRow:
    try:
        root = find_root(folder)
        paths = [find_file(root, stem) for stem in FILES]
        train, test = count_images(paths[0]), count_images(paths[2])
    except DatasetError:
        return DatasetRow(name, folder, False, False, 0, 0, CLASSES, 0)
    size = sum(path.stat().st_size for path in paths)
    return DatasetRow(name, root, True, is_kmnist(root), train, test, CLASSES, size)
