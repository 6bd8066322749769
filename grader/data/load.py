"""Turns ``--dataset auto|kmnist|bundled|DIR`` into images."""

from pathlib import Path

from grader.data.dataset import Dataset
from grader.data.folder import load_bundled, load_folder, load_kmnist
from grader.data.kmnist import CHECKSUMS, Progress, fetch_kmnist, first_bad_file, kmnist_dir
from grader.errors import DatasetError
from grader.resources import bundled_data_dir


def load_dataset(
    choice: str, cache: Path | None = None, progress: Progress | None = None
) -> Dataset:
    """The data set of that name.

    Args:
        choice: ``auto`` (KMNIST where it has been fetched before, else the bundled set; never
            fetches), ``kmnist`` (fetched if missing), ``bundled``, or the path of a folder.
        cache: where KMNIST is kept; default: `grader.resources.default_cache`.
        progress: told in one line what takes time.

    Raises:
        DatasetError: the images cannot be had; the message says the way out.
    """
    match choice:
        case "auto":
            return _load_auto(kmnist_dir(cache))
        case "kmnist":
            return load_kmnist(fetch_kmnist(cache, progress))
        case "bundled":
            return load_bundled(bundled_data_dir())
        case _:
            return load_folder(Path(choice).expanduser())


def _load_auto(fetched: Path) -> Dataset:
    if not any((fetched / name).exists() for name in CHECKSUMS):
        return load_bundled(bundled_data_dir())
    if bad := first_bad_file(fetched):
        raise DatasetError(
            str(fetched / bad),
            "missing or damaged, so this is not KMNIST any more",
            f"a file with MD5 {CHECKSUMS[bad]}",
            "`grader data fetch` replaces it; `--dataset bundled` works without it",
        )
    return load_kmnist(fetched)
