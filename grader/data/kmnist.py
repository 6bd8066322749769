"""KMNIST in the user's cache: fetched once through torchvision, believed only by its checksums.

Files are fetched into a folder beside the cache and moved in when all four are whole, so that an
interrupted download is never taken for the set.
"""

import hashlib
import http.client
import socket
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.data.dataset import ClassName
from grader.errors import DatasetError
from grader.resources import default_cache

TITLE = "KMNIST (Kuzushiji-MNIST), the official set"
CLASSES = tuple(
    ClassName(label, roman, kana)
    for label, (roman, kana) in enumerate(
        zip("o ki su tsu na ha ma ya re wo".split(), "おきすつなはまやれを", strict=True)
    )
)
TRAIN, TEST = 60_000, 10_000
TEST_COUNTS = (TEST // len(CLASSES),) * len(CLASSES)
"""Test images of each class: all alike, which a test holds against the official labels."""

DOWNLOAD_BYTES = 21_240_888

CHECKSUMS = {
    "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
    "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
    "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
    "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
}
"""MD5 sums as torchvision publishes them in ``torchvision.datasets.KMNIST.resources``."""

SILENCE_SECONDS = 8.0
"""Longest wait for an answer; a machine without a network is told so well within it."""

WAY_OUT = (
    "connect and run `grader data fetch`, or use `--dataset bundled`, "
    "or `--dataset DIR` with a folder that holds the four files"
)

Progress = Callable[[str], None]


def kmnist_dir(cache: Path | None = None) -> Path:
    """Where KMNIST lies once it has been fetched."""
    return (cache or default_cache()) / "kmnist"


def is_kmnist(folder: Path) -> bool:
    """True where all four files are there with the right checksums."""
    return first_bad_file(folder) is None


def first_bad_file(folder: Path) -> str | None:
    """Name of the first file that is missing or not the published one; None: all are good."""
    return next((name for name in CHECKSUMS if not _is_good(folder / name)), None)


def _is_good(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            md5 = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False))
    except OSError:
        return False
    return md5.hexdigest() == CHECKSUMS[path.name]


def fetch_kmnist(cache: Path | None = None, progress: Progress | None = None) -> Path:
    """Fetch KMNIST unless it is there whole; torchvision draws a progress bar on stderr.

    Args:
        cache: folder to keep it in; default: `grader.resources.default_cache`.
        progress: told in one line what is being done.

    Returns:
        The folder with the four files.

    Raises:
        DatasetError: no network, a damaged download, or a cache that cannot be written.
    """
    folder = kmnist_dir(cache)
    if is_kmnist(folder):
        return folder
    if progress:
        progress(f"fetching KMNIST ({DOWNLOAD_BYTES / 1e6:.0f} MB) into {folder}")
    with _staging(folder.parent) as staging:
        raw = _download(staging)
        _move_in(raw, folder)
    return folder


@contextmanager
def _staging(cache: Path) -> Iterator[Path]:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".kmnist-", dir=cache) as name:
            yield Path(name)
    except OSError as error:
        raise DatasetError(
            str(cache),
            f"cannot be written ({error.strerror or error})",
            "a folder of your own with 100 MB free",
            "set GRADER_CACHE to such a folder, or use `--dataset bundled`",
        ) from error


def _download(staging: Path) -> Path:
    from torchvision.datasets import KMNIST

    raw = staging / "KMNIST" / "raw"
    try:
        _ask(KMNIST.mirrors[0] + next(iter(CHECKSUMS)))
        with _socket_timeout(SILENCE_SECONDS):
            KMNIST(str(staging), download=True)
    except (RuntimeError, ValueError, OSError, EOFError, http.client.HTTPException) as error:
        raise _failure(raw, str(error).strip() or type(error).__name__) from error
    if first_bad_file(raw):
        raise _failure(raw, "it is not the published file")
    return raw


def _failure(raw: Path, reason: str) -> DatasetError:
    name = first_bad_file(raw) or "the four files"
    return DatasetError(
        f"KMNIST, {name}",
        f"could not be fetched: {reason.splitlines()[-1]}",
        f"a file with MD5 {CHECKSUMS[name]}" if name in CHECKSUMS else "four whole files",
        WAY_OUT,
    )


def _ask(url: str) -> None:
    """Ask for a file's header only, in a thread, since a look-up of a name has no time limit."""
    outcome: list[BaseException | None] = []

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=SILENCE_SECONDS):
                outcome.append(None)
        except (OSError, ValueError, http.client.HTTPException) as error:
            outcome.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SILENCE_SECONDS)
    if not outcome:
        raise TimeoutError(f"no answer within {SILENCE_SECONDS:.0f} seconds")
    if outcome[0] is not None:
        raise outcome[0]


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _move_in(raw: Path, folder: Path) -> None:
    """Put the four files into the cache one by one; each move is atomic on one file system."""
    folder.mkdir(exist_ok=True)
    for name in CHECKSUMS:
        (raw / name).replace(folder / name)
