"""Ten noisy patterns: data on which a few steps of training already show."""

import numpy as np
import pytest

from grader.data import ClassName, Dataset

TRAIN, TEST = 150, 70  # the last batches of 64 hold 22 and 6 images


@pytest.fixture(scope="session")
def patterns() -> Dataset:
    """Images of ten classes, seven test images of each."""
    generator = np.random.default_rng(3)
    labels = np.arange(TRAIN + TEST, dtype=np.int64) % 10
    prototypes = generator.integers(0, 256, (10, 28, 28))
    noise = generator.normal(0, 40, (TRAIN + TEST, 28, 28))
    images = np.clip(prototypes[labels] + noise, 0, 255).astype(np.uint8)
    return Dataset(
        name="patterns",
        title="Ten noisy patterns",
        official=False,
        digest="",
        classes=tuple(ClassName(label, str(label), "") for label in range(10)),
        train_images=images[:TRAIN],
        train_labels=labels[:TRAIN],
        test_images=images[TRAIN:],
        test_labels=labels[TRAIN:],
        thresholds=None,
        calibration=None,
    )
