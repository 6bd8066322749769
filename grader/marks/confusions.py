"""Finds the worst confusions of a training run and keeps a few of the images behind each."""

import base64
import io
from typing import Final

import numpy as np

from grader.data import Dataset
from grader.results import WrongPair
from grader.train.training_run import TrainingRun

PAIRS: Final = 3
EXAMPLES: Final = 6


def wrong_pairs(run: TrainingRun, dataset: Dataset) -> list[WrongPair]:
    """The largest off-diagonal cells, largest first, each with its first test images."""
    cells = [
        (count, target, predicted)
        for target, row in enumerate(run.confusion)
        for predicted, count in enumerate(row)
        if count and target != predicted
    ]
    cells.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    choices = np.frombuffer(run.predictions[-1], dtype=np.uint8)
    return [_pair(*cell, choices, dataset) for cell in cells[:PAIRS]]


def _pair(
    count: int, target: int, predicted: int, choices: "np.ndarray", dataset: Dataset
) -> WrongPair:
    mistaken = (dataset.test_labels == target) & (choices == predicted)
    return WrongPair(
        target=target,
        predicted=predicted,
        count=count,
        of=int((dataset.test_labels == target).sum()),
        examples=[_png(dataset.test_images[i]) for i in np.flatnonzero(mistaken)[:EXAMPLES]],
    )


def _png(image: "np.ndarray") -> str:
    """A 28 x 28 uint8 image as base64 PNG, dark ink on light paper as on a printed page."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(255 - image).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
