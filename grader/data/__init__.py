"""The images that networks are trained on: official, bundled, or any folder in IDX format.

    >>> from grader.data import load_dataset
    >>> load_dataset("bundled").train_images.shape
    (12000, 28, 28)

Importing this package costs neither torch nor torchvision; only `fetch_kmnist` loads them.
"""

from grader.data.catalogue import DatasetRow, list_datasets
from grader.data.dataset import Calibration, ClassName, Dataset, Threshold
from grader.data.kmnist import fetch_kmnist
from grader.data.load import load_dataset

__all__ = [
    "Calibration",
    "ClassName",
    "Dataset",
    "DatasetRow",
    "Threshold",
    "fetch_kmnist",
    "list_datasets",
    "load_dataset",
]
