"""Draws networks as students hand them in, right, wrong and odd, and records how each one learns.

What a curve looks like is decided by its number alone: network, images, seed. So the work can be
shared out and taken up again, and anybody gets the same curves (but for rounding).
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import torch
from torch import nn

from grader.data import Dataset
from grader.train.protocol import KUZU
from grader.train.training import train
from reference.dimensions import Conv, Dimensions, Pool
from reference.kuzu import build
from reference.mistakes import mistakes_of

EPOCHS: Final = KUZU.epochs
WORK: Final = 3e10
"""Multiplications in an epoch that a curve may cost, about one second; four times in one of six."""
LEAST_IMAGES: Final = 6_000


@dataclass(frozen=True)
class Curve:
    """One run of ten epochs: accuracies in percent of the test images after each.

    `every` is 2 where an epoch is two passes over the images, as if there were twice as many.
    """

    number: int
    network: str
    dataset: str
    images: int
    every: int
    accuracies: tuple[float, ...]


class Scaled(nn.Module):
    """Images in another range, as where a student rescales them again in forward."""

    def __init__(self, factor: float, shift: float) -> None:
        super().__init__()
        self.factor, self.shift = factor, shift

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        return images * self.factor + self.shift


def drawn(number: int, datasets: Sequence[Dataset]) -> Curve:
    """Train network `number` of the population; about half are right, the others are not."""
    draw = random.Random(number)
    name = draw.choices(("NetLin", "NetFull", "NetConv"), (3, 5, 3))[0]
    dims = _dimensions(name, draw)
    dataset = draw.choice(datasets)
    torch.manual_seed(number)
    kind, network = _network(name, dims, draw)
    every = draw.choice((1, 1, 2))
    images = _affordable(network, len(dataset.train_labels) * every, draw) // every
    run = train(network, dataset.first(images), replace(KUZU, epochs=EPOCHS * every), seed=number)
    accuracies = run.accuracies[every - 1 :: every]
    if run.diverged is not None:
        # training ends there and what is measured last stays: the official run shows as much
        accuracies = (*accuracies, *[run.accuracy] * (EPOCHS - len(accuracies)))
    title = f"{name} {kind} {_sizes(dims)}".strip()
    return Curve(number, title, dataset.name, images, every, accuracies)


def recorded(path: Path) -> dict[int, Curve]:
    """The curves of a file that `record` wrote, by number; a line cut off by a kill is left out."""
    found = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            fields = json.loads(line)
        except json.JSONDecodeError:
            continue
        curve = Curve(**fields | {"accuracies": tuple(fields["accuracies"])})
        found[curve.number] = curve
    return found


def record(path: Path, numbers: Sequence[int], datasets: Sequence[Dataset]) -> Iterator[Curve]:
    """Draw the curves of these numbers that `path` lacks and append them, one line each."""
    known = recorded(path)
    with path.open("a") as file:
        for number in numbers:
            if number not in known:
                curve = drawn(number, datasets)
                file.write(json.dumps(asdict(curve)) + "\n")
                file.flush()
                yield curve


def _dimensions(name: str, draw: random.Random) -> Dimensions:
    if name == "NetLin":
        return Dimensions()
    if name == "NetFull":
        return Dimensions(hidden=(10 * round(10 ** draw.uniform(0, 1.7)),))
    kernel = draw.choice((3, 5))
    pools = draw.choice(((True, True), (True, True), (False, True), (True, False)))
    convs = tuple(
        Conv(
            draw.choice(filters),
            (kernel, kernel),
            padding=draw.choice(((0, 0), (kernel // 2, kernel // 2))),
            pool=Pool() if pooled else None,
        )
        for filters, pooled in zip(((4, 6, 8, 10, 16, 20), (8, 12, 16, 20, 32)), pools, strict=True)
    )
    return Dimensions(convs, (round(10 ** draw.uniform(1.2, 2.4)),))


def _network(name: str, dims: Dimensions, draw: random.Random) -> tuple[str, nn.Module]:
    right = build(name, dims)
    kind = draw.choices(("right", "mistake", "scaled", "weights", "extra"), (50, 20, 12, 10, 8))[0]
    if kind == "mistake":
        mistake = draw.choice(mistakes_of(name))
        return mistake.id, mistake.build(mistake.default)
    if kind == "scaled":
        factor, shift = 10 ** draw.uniform(-1.5, 1.5), draw.choice((0.0, 0.0, 0.5, 1.0))
        return f"scaled {factor:.3g} {shift:g}", nn.Sequential(Scaled(factor, shift), right)
    if kind == "weights":
        factor = 10 ** draw.uniform(-1.5, 1.0)
        for weight in right.parameters():
            weight.data *= factor
        return f"weights {factor:.3g}", right
    if kind == "extra":
        return _with_extra(right, draw)
    return "", right


def _with_extra(right: nn.Sequential, draw: random.Random) -> tuple[str, nn.Module]:
    """Dropout after every activation, or batch norm after every convolution, or on the images."""
    extra = draw.choice(("dropout", "norm"))
    layers: list[nn.Module] = []
    for layer in right:
        layers.append(layer)
        if extra == "dropout" and isinstance(layer, nn.ReLU | nn.Tanh | nn.Flatten):
            layers.append(nn.Dropout(draw.choice((0.1, 0.25, 0.5))))
        if extra == "norm" and isinstance(layer, nn.Conv2d):
            layers.append(nn.BatchNorm2d(layer.out_channels))
    if extra == "norm":
        layers.insert(0, nn.BatchNorm2d(1))
    return extra, nn.Sequential(*layers)


def _affordable(network: nn.Module, images: int, draw: random.Random) -> int:
    """How many training images an epoch of this curve has, at most what can be afforded."""
    wanted = int(images * draw.choice((0.4, 0.7, 1.0, 1.0)))
    work = WORK * draw.choice((1, 1, 1, 1, 1, 4))
    return max(LEAST_IMAGES, min(wanted, int(work / _work(network))))


def _work(network: nn.Module) -> float:
    """Multiplications that one image costs, roughly, forward and backward."""
    total = 0.0

    def count(layer: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        weight = getattr(layer, "weight", None)
        if isinstance(weight, torch.Tensor) and weight.dim() > 1:
            nonlocal total
            positions = output[0, 0].numel() if output.dim() == 4 else 1
            total += 3 * weight.numel() * positions

    hooks = [layer.register_forward_hook(count) for layer in network.modules()]
    with torch.no_grad():
        network.eval()(torch.zeros(2, 1, 28, 28))
    for hook in hooks:
        hook.remove()
    return total


def _sizes(dims: Dimensions) -> str:
    convs = ",".join(f"{c.filters}@{c.kernel[0]}{'p' if c.pool else ''}" for c in dims.convs)
    return f"{convs} {','.join(map(str, dims.hidden))}".strip()
