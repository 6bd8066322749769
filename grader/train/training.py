"""Trains one network exactly as the course does, without what makes the course's way slow.

The course decodes, converts and normalises each image again in every epoch; here all images are
one normalised tensor and a batch is a view of it. Whoever calls decides on the number of threads
(`torch.set_num_threads`): losses are bit-identical only between runs with equally many.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grader.data import Dataset
from grader.errors import TrainingError
from grader.graphs.arrangement import (
    Batch,
    arrange,
    repeatable,
    reused_memory,
    split,
    training_step,
)
from grader.graphs.numerics import Device, Layout, Precision
from grader.train.protocol import Protocol
from grader.train.training_run import Counts, Epoch, TrainingRun

if TYPE_CHECKING:
    from grader.train.deciding import StopRule

OUR_FAULTS: Final = (torch.OutOfMemoryError, torch.AcceleratorError)
"""What a GPU raises for itself; they are RuntimeErrors, but say nothing of the network."""


@dataclass(frozen=True)
class _Test:
    loss: float
    accuracy: float
    choices: Tensor


def train(
    module: nn.Module,
    dataset: Dataset,
    protocol: Protocol,
    *,
    seed: int,
    layout: Layout = "fast",
    precision: Precision = "fp32",
    device: Device = "cpu",
    stop: "StopRule | None" = None,
    on_epoch: Callable[[int, float], None] | None = None,
) -> TrainingRun:
    """Train `module` in place from the weights it has, testing after every epoch.

    Args:
        module: maps float32 images (N, 1, 28, 28) to log probabilities (N, at least K). For
            "fast" it must `reshape`, not `view`, what a convolution gives.
        dataset: K classes; images are used in the order given, never shuffled.
        protocol: epochs, batch size, learning rate, momentum.
        seed: seeds what is random while training (dropout); initial weights are the caller's.
        layout: see `grader.graphs.numerics`, as for the two that follow.
        precision: of the numbers that a training step multiplies.
        device: where everything is computed.
        stop: ends training after the epoch in which it calls the question settled.
        on_epoch: called after each epoch with its number, from 1, and the accuracy in percent.

    Raises:
        TrainingError: the network cannot be computed on such images or gives another shape.
    """
    clock = time.perf_counter()
    torch.manual_seed(seed)
    classes = len(dataset.classes)
    memory_format, size = arrange(module, layout, device), protocol.batch_size
    train_batches, test_batches = (
        split(images, labels, size, memory_format, device)
        for images, labels in (
            (dataset.train_images, dataset.train_labels),
            (dataset.test_images, dataset.test_labels),
        )
    )
    step = training_step(module, precision, device)
    epochs: list[Epoch] = []
    with repeatable(device), reused_memory():
        with _named_errors("before training"):
            initial = _test(module, step, test_batches, classes)
            optimizer = _optimizer(module, protocol, layout)
        while not _ended(epochs, protocol, stop):
            with _named_errors(f"epoch {len(epochs) + 1}"):
                loss, last_loss = _train_epoch(module, step, optimizer, train_batches)
                test = _test(module, step, test_batches, classes)
            before, clock = clock, time.perf_counter()
            epochs.append(_as_epoch(loss, last_loss, test, dataset, seconds=clock - before))
            if on_epoch is not None:
                on_epoch(len(epochs), test.accuracy)
    return TrainingRun(seed, initial.accuracy, tuple(epochs))


def _ended(epochs: Sequence[Epoch], protocol: Protocol, stop: "StopRule | None") -> bool:
    if not epochs:
        return False
    return (
        len(epochs) == protocol.epochs
        or not math.isfinite(epochs[-1].loss)
        or (stop is not None and stop.settled([epoch.accuracy for epoch in epochs]) is not None)
    )


def _as_epoch(
    loss: float, last_loss: float, test: _Test, dataset: Dataset, *, seconds: float
) -> Epoch:
    classes = len(dataset.classes)
    return Epoch(
        loss=_or_infinite(loss),
        last_loss=_or_infinite(last_loss),
        test_loss=_or_infinite(test.loss),
        accuracy=test.accuracy,
        counts=count_choices(test.choices, torch.tensor(dataset.test_labels), classes),
        predictions=bytes(test.choices.clamp(max=classes).tolist()),
        seconds=seconds,
    )


def _or_infinite(loss: float) -> float:
    """The loss; infinity for all that is no finite number, so that equal runs compare equal."""
    return loss if math.isfinite(loss) else math.inf


def _optimizer(module: nn.Module, protocol: Protocol, layout: Layout) -> torch.optim.Optimizer:
    return torch.optim.SGD(
        module.parameters(),
        lr=protocol.learning_rate,
        momentum=protocol.momentum,
        fused=layout == "fast",
    )


def _train_epoch(
    module: nn.Module,
    step: Callable[[Tensor], Any],
    optimizer: torch.optim.Optimizer,
    batches: Sequence[Batch],
) -> tuple[float, float]:
    """Mean loss over all images, and the last batch's; both not finite once a batch's is not."""
    module.train()
    total, last, images_seen = 0.0, math.nan, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.nll_loss(step(images), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        last = loss.item()
        total += last * len(labels)
        images_seen += len(labels)
        if not math.isfinite(last):
            return last, last
    return total / images_seen, last


def _test(
    module: nn.Module, compute: Callable[[Tensor], Any], batches: Sequence[Batch], classes: int
) -> _Test:
    """Test `module` as `compute` computes it."""
    module.eval()
    loss, right, choices = 0.0, 0, []
    with torch.inference_mode():
        for images, labels in batches:
            output = compute(images)
            _require_log_probabilities(output, images, classes)
            loss += F.nll_loss(output, labels, reduction="sum").item()
            choices.append(output.argmax(dim=1))
            right += int((choices[-1] == labels).sum())
    total = sum(len(labels) for _, labels in batches)
    return _Test(loss / total, 100 * right / total, torch.cat(choices).cpu())


def _require_log_probabilities(output: object, images: Tensor, classes: int) -> None:
    shape = list(output.shape) if isinstance(output, Tensor) else []
    if len(shape) == 2 and shape[0] == len(images) and shape[1] >= classes:
        return
    found = f"shape {shape}" if isinstance(output, Tensor) else f"type {type(output).__name__}"
    raise TrainingError(
        "network",
        f"images of shape {list(images.shape)} give an output of {found}",
        f"shape [{len(images)}, {classes}]: one log probability for each image and class",
        "keep the batch dimension and end with one output for each class",
    )


@contextmanager
def _named_errors(stage: str) -> Iterator[None]:
    try:
        yield
    except OUR_FAULTS:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise TrainingError(
            f"network, {stage}",
            str(error),
            "a network that computes, and learns from, batches of any size",
            "run its forward on a few images and follow the message",
        ) from error


def count_choices(choices: Tensor, labels: Tensor, classes: int) -> Counts:
    """How often each class was chosen for each target; choices beyond the classes, K, come last.

    `choices` and `labels` are int64 (N,); labels lie below K.
    """
    cells = labels * (classes + 1) + choices.clamp(max=classes)
    table = cells.bincount(minlength=classes * (classes + 1)).view(classes, classes + 1).tolist()
    return tuple(map(tuple, table))
