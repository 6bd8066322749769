"""A data set is more than images: it carries its own names, limits and identity.

An accuracy means nothing without the data it was measured on, so everything that a report must
state about the data travels with the arrays.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassName:
    """One class: its label, its sound in Latin letters and its modern character."""

    label: int
    roman: str
    kana: str


@dataclass(frozen=True)
class Threshold:
    """Test accuracy that counts as reached, in percent.

    Attributes:
        low: least accuracy that passes.
        high: greatest that passes, where the assignment asks for "about"; None: no upper limit.
        source: how the figures were obtained.
    """

    low: float
    high: float | None
    source: str


@dataclass(frozen=True)
class Calibration:
    """Test accuracy of the reference network after each epoch, in percent.

    Attributes:
        seeds: the seeds it was trained with.
        low: least accuracy over the seeds, one figure an epoch.
        high: greatest accuracy over the seeds, one figure an epoch.
    """

    seeds: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images in the order in which they are trained on, and what is known about them.

    Attributes:
        name: ``kmnist``, ``bundled``, or the folder's name.
        title: the name for a reader.
        official: marks given on this set are official.
        digest: identity of the four arrays, see `digest_arrays`.
        classes: one name for each label, in the order of the labels.
        train_images: uint8 (N, 28, 28), 0 is paper and 255 is ink.
        train_labels: int64 (N,).
        test_images: uint8 (M, 28, 28).
        test_labels: int64 (M,).
        thresholds: by network; None: the assignment's own thresholds apply.
        calibration: by network; None: the reference networks were not trained on this set.
    """

    name: str
    title: str
    official: bool
    digest: str
    classes: tuple[ClassName, ...]
    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels
    thresholds: Mapping[str, Threshold] | None
    calibration: Mapping[str, Calibration] | None

    def document(self) -> dict[str, object]:
        """All of it that a result depends on, as plain data: of the images their digest."""
        return {
            "title": self.title,
            "official": self.official,
            "digest": self.digest,
            "classes": [asdict(name) for name in self.classes],
            "thresholds": _plain(self.thresholds),
            "calibration": _plain(self.calibration),
        }

    def first(self, training: int, testing: int | None = None) -> Self:
        """So many of the images (None: all), for measuring; the digest stays that of the whole."""
        return replace(
            self,
            train_images=self.train_images[:training],
            train_labels=self.train_labels[:training],
            test_images=self.test_images[:testing],
            test_labels=self.test_labels[:testing],
        )


def _plain(
    by_network: Mapping[str, Threshold] | Mapping[str, Calibration] | None,
) -> dict[str, object] | None:
    if by_network is None:
        return None
    return {network: asdict(found) for network, found in by_network.items()}


def digest_arrays(
    train_images: Images, train_labels: Labels, test_images: Images, test_labels: Labels
) -> str:
    """SHA-256 over shapes and values, so that packing and file names make no difference."""
    digest = hashlib.sha256()
    for array in (train_images, train_labels, test_images, test_labels):
        digest.update(f"{array.shape}".encode())
        digest.update(np.ascontiguousarray(array, dtype=np.uint8).data)
    return digest.hexdigest()
