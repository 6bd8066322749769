"""Settings under which a whole submission is graded in seconds, without another process but the
sandbox's."""

import struct
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np

from grader.assignment import load_assignment
from grader.capturing.isolation import Isolation
from grader.data import ClassName, Dataset
from grader.grading import Settings
from grader.train.training_pool import TrainingJob
from grader.train.training_run import TrainingRun
from grader.train.training_worker import run_job
from tests.sandboxes import bubblewrap


def tiny_dataset(train: int = 200, test: int = 64) -> Dataset:
    """Ten classes that are easily told apart: each a bright row of its own, with noise."""
    generator = np.random.default_rng(0)
    labels = np.arange(train + test) % 10
    images = generator.integers(0, 60, (train + test, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 2] = 255
    return Dataset(
        name="tiny",
        title="Bright rows",
        official=False,
        digest="0" * 64,
        classes=tuple(ClassName(label, str(label), "") for label in range(10)),
        train_images=images[:train],
        train_labels=labels[:train],
        test_images=images[train:],
        test_labels=labels[train:],
        thresholds=None,
        calibration=None,
    )


def write_idx(dataset: Dataset, folder: Path) -> Path:
    """The arrays of a data set as a folder in IDX format."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, images, labels in (
        ("train", dataset.train_images, dataset.train_labels),
        ("t10k", dataset.test_images, dataset.test_labels),
    ):
        for name, array in (("images-idx3", images), ("labels-idx1", labels)):
            header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
            content = header + array.astype(np.uint8).tobytes()
            (folder / f"{stem}-{name}-ubyte").write_bytes(content)
    return folder


class SyncPool:
    """Runs each job at once, in this process; raises `fault` instead where there is one."""

    def __init__(self, dataset: Dataset, fault: Exception | None = None) -> None:
        self.jobs: list[TrainingJob] = []
        self._dataset = dataset
        self._fault = fault

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        """One run, done when this returns."""
        self.jobs.append(job)
        future: Future[TrainingRun] = Future()
        if self._fault is not None:
            future.set_exception(self._fault)
        else:
            future.set_result(run_job(job, self._dataset, lambda _epoch, _accuracy: None))
        return future


def tiny_settings(
    *, fault: Exception | None = None, isolation: Isolation | None = None, epochs: int = 2
) -> Settings:
    """The assignment's own checks and protocol, with fewer epochs."""
    assignment = load_assignment("comp9444-25t2")
    dataset = tiny_dataset()
    protocol = replace(assignment.protocol, epochs=epochs)
    pool = SyncPool(dataset, fault)
    return Settings(assignment, dataset, protocol, isolation or bubblewrap(), pool)
