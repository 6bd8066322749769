"""Trains a network that could not be captured, inside the sandbox.

It is given the training data and the test images, never the test labels; what it sends back are
the outputs on the test images, and the trusted side counts.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from .capture import (
    FORMAT,
    Reply,
    StageError,
    Tensors,
    build_network,
    failed_reply,
    seed_generators,
    staged,
)


def train_target(module: ModuleType, target: dict[str, Any]) -> tuple[Reply, Tensors]:
    """Train by the protocol in `target["training"]` (epochs, batch_size, learning_rate, momentum).

    Returns:
        A reply, and the tensors `losses` (epochs,) with the mean training loss of each epoch and
        `outputs` (epochs + 1, N, classes): what the network returns for the test images before
        training and after each epoch.
    """
    path = Path(module.__file__ or "")
    try:
        network = _built(module, target, path)
        tensors = staged("training", lambda: _train(network, target["training"]), path)
    except StageError as stage:
        return failed_reply(target["id"], stage.failure), {}
    return {"format": FORMAT, "target": target["id"], "failure": None, "trained": True}, tensors


def _built(module: ModuleType, target: dict[str, Any], path: Path) -> nn.Module:
    seed_generators(target["seeds"][0])
    network: nn.Module = staged("build", lambda: build_network(module, target), path)
    return network


def _train(network: nn.Module, protocol: dict[str, Any]) -> Tensors:
    data = load_file(protocol["data"])
    optimizer = torch.optim.SGD(
        network.parameters(), lr=protocol["learning_rate"], momentum=protocol["momentum"]
    )
    size = protocol["batch_size"]
    batches = list(
        zip(torch.split(data["images"], size), torch.split(data["labels"], size), strict=True)
    )
    losses, outputs = [], [_outputs(network, data["test_images"], size)]
    for _ in range(protocol["epochs"]):
        network.train()
        total = 0.0
        for images, labels in batches:
            optimizer.zero_grad()
            loss = functional.nll_loss(network(images), labels)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.item() * len(labels)
        losses.append(total / len(data["labels"]))
        outputs.append(_outputs(network, data["test_images"], size))
    return {"losses": torch.tensor(losses), "outputs": torch.stack(outputs)}


def _outputs(network: nn.Module, images: torch.Tensor, size: int) -> torch.Tensor:
    network.eval()
    with torch.no_grad():
        return torch.cat([network(batch) for batch in torch.split(images, size)]).float()
