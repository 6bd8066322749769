"""Trains the perceptron of Part 2 the course's own way.

All nine points at once, binary cross entropy, Adam with learning rate 0.001 and weight decay
1e-5. Every parameter, biases too, starts from N(0, 0.15). Training ends after 2,000 epochs in a
row with all points right, or after 200,000.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from reference.check import MLP
from reference.perceptron import Grid

LEARNING_RATE: Final = 0.001
WEIGHT_DECAY: Final = 1e-5
INITIAL_SPREAD: Final = 0.15
EPOCHS: Final = 200_000
PATIENCE: Final = 2_000


@dataclass(frozen=True)
class CheckRun:
    """Epochs used, the last loss, and the last accuracy in percent of the nine points."""

    epochs: int
    loss: float
    accuracy: float


def grid_tensors(grid: Grid) -> tuple[Tensor, Tensor]:
    """Points (9, 2) and targets (9, 1), float32."""
    return torch.tensor(grid.points), torch.tensor(grid.targets).float().unsqueeze(1)


def initialise(net: MLP) -> None:
    """Draw every parameter from N(0, 0.15)."""
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(0, INITIAL_SPREAD)


def accuracy(net: MLP, grid: Grid) -> float:
    """Percent of the points that are right; an output counts as 1 when it is at least 0.5."""
    points, targets = grid_tensors(grid)
    with torch.no_grad():
        return _percent(net(points), targets)


def train_perceptron(
    net: MLP, grid: Grid, epochs: int = EPOCHS, patience: int = PATIENCE
) -> CheckRun:
    """Train `net` in place from the weights it has.

    Raises:
        ValueError: a step has no slope to follow, so a network of steps cannot be trained.
    """
    if net.act == "step":
        raise ValueError("a network of steps cannot be trained: a step has no slope to follow")
    points, targets = grid_tensors(grid)
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    run = CheckRun(0, float("nan"), 0.0)
    in_a_row = 0
    while run.epochs < epochs and in_a_row < patience:
        optimizer.zero_grad()
        output = net(points)
        loss = F.binary_cross_entropy(output, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        run = CheckRun(run.epochs + 1, loss.item(), _percent(output, targets))
        in_a_row = in_a_row + 1 if run.accuracy == 100 else 0
    return run


def _percent(output: Tensor, targets: Tensor) -> float:
    return 100 * float(((output >= 0.5) == (targets >= 0.5)).float().mean())
