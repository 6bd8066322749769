"""Scores a network that was trained inside the sandbox: the trusted side alone knows the labels."""

import math
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

from grader.capturing.capture import Target, train_in_sandbox
from grader.data import Dataset
from grader.errors import CaptureError
from grader.graphs.arrangement import normalise
from grader.results import Training
from grader.train.protocol import Protocol
from grader.train.trainer import summarise
from grader.train.training import count_choices
from grader.train.training_run import Epoch, TrainingRun
from grader.wire import Failure

if TYPE_CHECKING:
    from grader.capturing.sandbox import Limits
    from grader.grading import Settings

SECONDS_AN_IMAGE: Final = 0.006
"""Of training, at most; the course's own NetConv takes a fifteenth of it."""


def train_uncaptured(
    settings: "Settings", source: Path, targets: Sequence[Target]
) -> dict[str, Training]:
    """Train networks of one module inside the sandbox, one after another, and score what it sends.

    Returns:
        The training of each whose outputs can be scored, by its name.
    """
    dataset, protocol = settings.dataset, settings.protocol
    one_seed = [replace(target, seeds=target.seeds[:1]) for target in targets]
    with tempfile.TemporaryDirectory(prefix="grader-data-") as folder:
        Path(folder).chmod(0o755)
        found = train_in_sandbox(
            settings.isolation,
            source,
            one_seed,
            protocol={
                "epochs": protocol.epochs,
                "batch_size": protocol.batch_size,
                "learning_rate": protocol.learning_rate,
                "momentum": protocol.momentum,
            },
            data=_without_test_labels(dataset, Path(folder)),
            limits=_time_for(
                protocol.epochs * len(dataset.train_images), settings.limits, len(targets)
            ),
        )
    trainings = {}
    for target, tensors in zip(one_seed, found, strict=True):
        if isinstance(tensors, Failure):
            continue
        with suppress(CaptureError):
            run = _scored(tensors, target.seeds[0], dataset, protocol)
            trainings[target.id] = summarise(
                target.id, [run], settings.assignment, protocol, dataset, where="sandbox"
            )
    return trainings


def _time_for(images: int, limits: "Limits", networks: int = 1) -> "Limits":
    """The limits, with time for each of so many slow networks to be trained on so many images.

    An hour for ten epochs of the official set; a network that sleeps must not hold up the rest for
    an hour where a minute would have been enough. Processor time is that of all in one process.
    """
    seconds = math.ceil(images * SECONDS_AN_IMAGE)
    return replace(
        limits,
        cpu_seconds=max(seconds, limits.cpu_seconds) * networks,
        silence_seconds=max(seconds, limits.silence_seconds),
    )


def _without_test_labels(dataset: Dataset, folder: Path) -> Path:
    file = folder / "images.safetensors"
    save_file(
        {
            "images": normalise(dataset.train_images),
            "labels": torch.tensor(dataset.train_labels),
            "test_images": normalise(dataset.test_images),
        },
        str(file),
    )
    file.chmod(0o644)
    return file


def _scored(
    tensors: dict[str, torch.Tensor], seed: int, dataset: Dataset, protocol: Protocol
) -> TrainingRun:
    """Count the outputs against the labels.

    Raises:
        CaptureError: they are not one row of class scores for each test image and epoch.
    """
    outputs, losses = tensors.get("outputs"), tensors.get("losses")
    labels = torch.tensor(dataset.test_labels)
    classes = len(dataset.classes)
    if (
        outputs is None
        or losses is None
        or {outputs.dtype, losses.dtype} != {torch.float32}
        or outputs.dim() != 3
        or outputs.shape[:2] != (protocol.epochs + 1, len(labels))
        or outputs.shape[2] < classes
        or losses.shape != (protocol.epochs,)
        or not bool(torch.isfinite(outputs).all() and torch.isfinite(losses).all())
    ):
        raise CaptureError("the sandbox", "sent no usable outputs", "scores for each test image")
    choices = outputs.argmax(dim=2)
    accuracies = [100 * int((epoch == labels).sum()) / len(labels) for epoch in choices]
    epochs = [
        Epoch(
            loss=loss,
            last_loss=loss,
            test_loss=float(F.nll_loss(output, labels)),
            accuracy=accuracy,
            counts=count_choices(chosen, labels, classes),
            predictions=bytes(chosen.clamp(max=classes).tolist()),
            seconds=0.0,
        )
        for loss, output, accuracy, chosen in zip(
            losses.tolist(), outputs[1:], accuracies[1:], choices[1:], strict=True
        )
    ]
    return TrainingRun(seed, accuracies[0], tuple(epochs))
