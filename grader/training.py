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
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grader.data import Dataset
from grader.errors import TrainingError
from grader.protocol import Protocol
from grader.training_run import Counts, Epoch, TrainingRun

Layout = Literal["course", "fast"]
"""How a network computes.

"course": arrays and optimiser as in the course's program, so every loss is the same to the bit.
"fast": convolutions in channels-last order and one fused optimiser step: the same mathematics,
rounded differently, so an accuracy moves as much as it does with another seed.
"""

Batch = tuple[Tensor, Tensor]


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
    on_epoch: Callable[[int, float], None] | None = None,
) -> TrainingRun:
    """Train `module` in place from the weights it has, testing after every epoch.

    Args:
        module: maps float32 images (N, 1, 28, 28) to log probabilities (N, at least K). For
            "fast" it must `reshape`, not `view`, what a convolution gives.
        dataset: K classes; images are used in the order given, never shuffled.
        protocol: epochs, batch size, learning rate, momentum.
        seed: seeds what is random while training (dropout); initial weights are the caller's.
        layout: see `Layout`.
        on_epoch: called after each epoch with its number, from 1, and the accuracy in percent.

    Raises:
        TrainingError: the network cannot be computed on such images or gives another shape.
    """
    clock = time.perf_counter()
    torch.manual_seed(seed)
    classes = len(dataset.classes)
    memory_format, size = _arrange(module, layout), protocol.batch_size
    train_batches = _split(dataset.train_images, dataset.train_labels, size, memory_format)
    test_batches = _split(dataset.test_images, dataset.test_labels, size, memory_format)

    with _named_errors("before training"):
        initial = _test(module, test_batches, classes)
        optimizer = _optimizer(module, protocol, layout)
    epochs: list[Epoch] = []
    while len(epochs) < protocol.epochs and (not epochs or math.isfinite(epochs[-1].loss)):
        with _named_errors(f"epoch {len(epochs) + 1}"):
            loss, last_loss = _train_epoch(module, optimizer, train_batches)
            test = _test(module, test_batches, classes)
        before, clock = clock, time.perf_counter()
        epochs.append(_as_epoch(loss, last_loss, test, dataset, seconds=clock - before))
        if on_epoch is not None:
            on_epoch(len(epochs), test.accuracy)
    return TrainingRun(seed, initial.accuracy, tuple(epochs))


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


def normalise(images: npt.NDArray[np.uint8]) -> Tensor:
    """Grey images (N, 28, 28), uint8, as float32 (N, 1, 28, 28) from -1 (black) to 1 (white).

    The same operations in the same order as torchvision's ToTensor and Normalize((0.5,), (0.5,)),
    hence the same bits.
    """
    return torch.tensor(images).unsqueeze(1).to(torch.float32).div_(255).sub_(0.5).div_(0.5)


def _arrange(module: nn.Module, layout: Layout) -> torch.memory_format:
    """Put the weights of convolutions channels last if `layout` asks for it."""
    weights = [parameter for parameter in module.parameters() if parameter.dim() == 4]
    fast = layout == "fast" and bool(weights)
    memory_format = torch.channels_last if fast else torch.contiguous_format
    for weight in weights:
        # `contiguous` would keep the strides of a single channel, which fit both orders
        weight.data = weight.data.clone(memory_format=memory_format)
    return memory_format


def _split(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    size: int,
    memory_format: torch.memory_format,
) -> Sequence[Batch]:
    """Views of consecutive images with their labels.

    One size serves training and testing: on one core larger test batches were no faster for any
    of the three networks (they leave the cache).
    """
    inputs = normalise(images).contiguous(memory_format=memory_format)
    targets = torch.tensor(labels)
    return list(zip(torch.split(inputs, size), torch.split(targets, size), strict=True))


def _optimizer(module: nn.Module, protocol: Protocol, layout: Layout) -> torch.optim.Optimizer:
    return torch.optim.SGD(
        module.parameters(),
        lr=protocol.learning_rate,
        momentum=protocol.momentum,
        fused=layout == "fast",
    )


def _train_epoch(
    module: nn.Module, optimizer: torch.optim.Optimizer, batches: Sequence[Batch]
) -> tuple[float, float]:
    """Mean loss over all images, and the last batch's; both not finite once a batch's is not."""
    module.train()
    total, last, images_seen = 0.0, math.nan, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.nll_loss(module(images), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        last = loss.item()
        total += last * len(labels)
        images_seen += len(labels)
        if not math.isfinite(last):
            return last, last
    return total / images_seen, last


def _test(module: nn.Module, batches: Sequence[Batch], classes: int) -> _Test:
    module.eval()
    loss, right, choices = 0.0, 0, []
    with torch.inference_mode():
        for images, labels in batches:
            output = module(images)
            _require_log_probabilities(output, images, classes)
            loss += F.nll_loss(output, labels, reduction="sum").item()
            choices.append(output.argmax(dim=1))
            right += int((choices[-1] == labels).sum())
    total = sum(len(labels) for _, labels in batches)
    return _Test(loss / total, 100 * right / total, torch.cat(choices))


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
