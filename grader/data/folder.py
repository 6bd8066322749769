"""Makes a data set of a folder: four IDX files and, if it has one, a ``dataset.json``."""

from pathlib import Path

from grader.data import kmnist
from grader.data.dataset import ClassName, Dataset, Images, Labels, digest_arrays
from grader.data.idx import CLASSES, read_images, read_labels
from grader.data.metadata import read_metadata
from grader.errors import DatasetError

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
RESERVED_NAMES = ("auto", "kmnist", "bundled")
"""Choices that are no folders; a folder of that name must not pass for the set of that name."""

TORCHVISION_RAW = Path("KMNIST") / "raw"

Arrays = tuple[Images, Labels, Images, Labels]


def load_folder(folder: Path) -> Dataset:
    """The data set of a folder, named after it; KMNIST itself is recognised by its checksums.

    A torchvision root (with ``KMNIST/raw`` below it) will do.

    Raises:
        DatasetError: the folder or one of its files is missing or wrong.
    """
    folder = find_root(folder)
    if kmnist.is_kmnist(folder):
        return load_kmnist(folder)
    name = folder.resolve().name
    return _assemble(folder, f"folder {name}" if name in RESERVED_NAMES else name)


def load_bundled(folder: Path) -> Dataset:
    """The set that travels with the package."""
    return _assemble(folder, "bundled")


def load_kmnist(folder: Path) -> Dataset:
    """The official set, from a folder whose checksums are right."""
    arrays = _read(folder)
    return Dataset(
        name="kmnist",
        title=kmnist.TITLE,
        official=True,
        digest=digest_arrays(*arrays),
        classes=kmnist.CLASSES,
        train_images=arrays[0],
        train_labels=arrays[1],
        test_images=arrays[2],
        test_labels=arrays[3],
        thresholds=None,
        calibration=None,
    )


def find_root(folder: Path) -> Path:
    """The folder that holds the IDX files: this one, or ``KMNIST/raw`` below it.

    Raises:
        DatasetError: there is no such folder.
    """
    if not folder.is_dir():
        raise DatasetError(
            str(folder),
            "not a folder" if folder.exists() else "no such folder",
            "a folder with IDX files, or one of auto, kmnist, bundled",
            "check the path given to --dataset",
        )
    return folder / TORCHVISION_RAW if (folder / TORCHVISION_RAW).is_dir() else folder


def find_file(folder: Path, stem: str) -> Path:
    """One of `FILES`, gzip'd or not.

    Raises:
        DatasetError: neither is there.
    """
    for path in (folder / f"{stem}.gz", folder / stem):
        if path.exists():
            return path
    raise DatasetError(
        str(folder),
        f"no {stem}.gz",
        "four files: " + ", ".join(f"{name}[.gz]" for name in FILES),
        "add the file, or use `--dataset bundled`",
    )


def _assemble(folder: Path, name: str) -> Dataset:
    metadata = read_metadata(folder)
    arrays = _read(folder)
    return Dataset(
        name=name,
        title=metadata.title if metadata else name,
        official=False,
        digest=digest_arrays(*arrays),
        classes=metadata.class_names() if metadata else _numbered_classes(),
        train_images=arrays[0],
        train_labels=arrays[1],
        test_images=arrays[2],
        test_labels=arrays[3],
        thresholds=metadata.threshold_map() if metadata else None,
        calibration=metadata.calibration_map() if metadata else None,
    )


def _numbered_classes() -> tuple[ClassName, ...]:
    return tuple(ClassName(label, str(label), "") for label in range(CLASSES))


def _read(folder: Path) -> Arrays:
    paths = [find_file(folder, stem) for stem in FILES]
    arrays = (
        read_images(paths[0]),
        read_labels(paths[1]),
        read_images(paths[2]),
        read_labels(paths[3]),
    )
    for images, labels, at in ((*arrays[:2], paths[0]), (*arrays[2:], paths[2])):
        if len(images) != len(labels):
            raise DatasetError(
                str(at),
                f"{len(images):,} images, but {len(labels):,} labels beside it",
                "one label for each image",
                "take both files from the same set",
            )
    return arrays
