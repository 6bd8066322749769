import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

Pack = Callable[[npt.NDArray[np.uint8]], bytes]


def _pack(array: npt.NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
    return header + array.tobytes()


@pytest.fixture(scope="session")
def pack() -> Pack:
    """Turns an array of bytes into the content of an IDX file."""
    return _pack


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """A folder with 20 training and 10 test images, each filled with its label."""
    folder = tmp_path / "small"
    folder.mkdir()
    for stem, count in (("train", 20), ("t10k", 10)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = np.ones((count, 28, 28), np.uint8) * labels[:, None, None]
        (folder / f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(_pack(images)))
        (folder / f"{stem}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(_pack(labels)))
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real images, which are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder ../shared/data beside the project")
    return SHARED
