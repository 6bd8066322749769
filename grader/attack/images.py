"""Images on which networks learn within a second: each class is a bright row, with noise.

They are the same in every run, so that the honest networks are, too.
"""

import numpy as np

from grader.data import ClassName, Dataset, Threshold

CLASSES = 10
SIZES = (400, 200)


def attack_images() -> Dataset:
    """A small data set: rows 2c and 2c+1 are bright for class c, under noise that hides them.

    NetFull's threshold is out of the honest one's reach, and within that of weights that were
    trained before.
    """
    generator = np.random.default_rng(0)
    count = sum(SIZES)
    labels = np.arange(count) % CLASSES
    images = generator.integers(0, 256, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 2] |= 192
    train = SIZES[0]
    source = "made up for the attacks"
    return Dataset(
        name="attack",
        title="Bright rows",
        official=False,
        digest="0" * 64,
        classes=tuple(ClassName(label, str(label), "") for label in range(CLASSES)),
        train_images=images[:train],
        train_labels=labels[:train],
        test_images=images[train:],
        test_labels=labels[train:],
        thresholds={
            "NetLin": Threshold(20, None, source),
            "NetFull": Threshold(95, None, source),
            "NetConv": Threshold(0, None, source),
        },
        calibration=None,
    )
