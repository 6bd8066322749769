"""Trains a network of Part 1 the course's own way, slow as it is, for comparison.

Images pass one at a time through PIL, ToTensor and Normalize((0.5,), (0.5,)), as in
`torchvision.datasets.KMNIST`, and through a DataLoader with batches of 64 and no shuffling. What
the grader does faster must come to the same losses and accuracies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from torchvision import transforms

if TYPE_CHECKING:
    from grader.data import Dataset

BATCH_SIZE: Final = 64
EPOCHS: Final = 10
LEARNING_RATE: Final = 0.01
MOMENTUM: Final = 0.5

Sample = tuple[Tensor, int]
Loader = DataLoader[Sample]


@dataclass(frozen=True)
class CourseRun:
    """What the training showed up to now, one entry an epoch.

    `losses` are means of nll over the training images as each was seen, `last_loss` that of the
    last batch, `test_losses` means over the test images, `accuracies` percent of the test images.
    `confusion` belongs to the last epoch: rows are targets, columns the network's choice.
    """

    losses: tuple[float, ...]
    last_loss: float
    test_losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]


class KuzuImages(TorchDataset[Sample]):
    """Grey images (N, 28, 28), uint8, and labels, served one by one as torchvision does."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
        self.images = torch.tensor(images)
        self.labels = torch.tensor(labels)
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]
        )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Sample:
        """The image as float32 (1, 28, 28) from -1 to 1, and its label."""
        image = Image.fromarray(self.images[index].numpy())
        return self.transform(image), int(self.labels[index])


def train_course(
    net: nn.Module,
    dataset: "Dataset",
    epochs: int = EPOCHS,
    *,
    learning_rate: float = LEARNING_RATE,
    momentum: float = MOMENTUM,
    on_epoch: Callable[[CourseRun], None] | None = None,
) -> CourseRun:
    """Train `net` in place from the weights it has, testing after every epoch.

    Args:
        net: maps float32 images (N, 1, 28, 28) to log probabilities (N, K).
        dataset: images of K classes, used in their order.
        epochs: how often all training images are used, at least 1.
        learning_rate: of stochastic gradient descent.
        momentum: of the same.
        on_epoch: called after each epoch with what the training showed so far.
    """
    train_loader = DataLoader(KuzuImages(dataset.train_images, dataset.train_labels), BATCH_SIZE)
    test_loader = DataLoader(KuzuImages(dataset.test_images, dataset.test_labels), BATCH_SIZE)
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    run = CourseRun((), 0.0, (), (), ())
    for _ in range(epochs):
        loss, last_loss = _train_epoch(net, optimizer, train_loader)
        test_loss, confusion = _test(net, test_loader, len(dataset.classes))
        run = CourseRun(
            (*run.losses, loss),
            last_loss,
            (*run.test_losses, test_loss),
            (*run.accuracies, _accuracy(confusion)),
            tuple(map(tuple, confusion.tolist())),
        )
        if on_epoch is not None:
            on_epoch(run)
    return run


def _train_epoch(
    net: nn.Module, optimizer: torch.optim.Optimizer, loader: Loader
) -> tuple[float, float]:
    net.train()
    total, last, seen = 0.0, 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.nll_loss(net(images), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        last = loss.item()
        total += last * len(labels)
        seen += len(labels)
    return total / seen, last


def _test(net: nn.Module, loader: Loader, classes: int) -> tuple[float, Tensor]:
    net.eval()
    loss = 0.0
    confusion = torch.zeros(classes, classes, dtype=torch.int64)
    with torch.no_grad():
        for images, labels in loader:
            output = net(images)
            loss += F.nll_loss(output, labels, reduction="sum").item()
            cells = labels * classes + output.argmax(dim=1)
            confusion += cells.bincount(minlength=classes**2).view(classes, classes)
    return loss / int(confusion.sum()), confusion


def _accuracy(confusion: Tensor) -> float:
    return 100 * int(confusion.trace()) / int(confusion.sum())
