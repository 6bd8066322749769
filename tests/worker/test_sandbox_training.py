"""Training inside the sandbox is the course's training, without the test labels."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from grader.worker.sandbox_training import train_target

STEPS = {"epochs": 2, "batch_size": 8, "learning_rate": 0.01, "momentum": 0.5}


class Small(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Flatten(), nn.Linear(784, 10), nn.LogSoftmax(1))


class Broken(Small):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("not while training")


def data() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {
        "images": torch.randn(20, 1, 28, 28, generator=generator),
        "labels": torch.randint(0, 10, (20,), generator=generator),
        "test_images": torch.randn(6, 1, 28, 28, generator=generator),
    }


def target(folder: Path, name: str) -> dict[str, Any]:
    save_file(data(), folder / "data.safetensors")
    return {
        "id": "NetLin",
        "class": name,
        "args": [],
        "setup": None,
        "seeds": [4],
        "training": STEPS | {"data": str(folder / "data.safetensors")},
    }


def module() -> ModuleType:
    made = ModuleType("kuzu")
    made.__file__ = "kuzu.py"
    made.Small, made.Broken = Small, Broken  # type: ignore[attr-defined]
    return made


def trained_by_hand() -> tuple[list[float], torch.Tensor]:
    torch.manual_seed(4)
    network, given = Small(), data()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.5)
    losses = []
    for _ in range(2):
        total = 0.0
        for start in (0, 8, 16):
            labels = given["labels"][start : start + 8]
            optimizer.zero_grad()
            loss = F.nll_loss(network(given["images"][start : start + 8]), labels)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += float(loss.detach()) * len(labels)
        losses.append(total / 20)
    return losses, network(given["test_images"]).detach()


def test_losses_and_outputs_are_those_of_the_course(tmp_path: Path) -> None:
    reply, tensors = train_target(module(), target(tmp_path, "Small"))
    losses, outputs = trained_by_hand()
    assert reply["trained"] is True
    assert tensors["losses"].tolist() == pytest.approx(losses)
    assert tensors["outputs"].shape == (3, 6, 10)
    torch.testing.assert_close(tensors["outputs"][-1], outputs)


def test_a_network_that_fails_while_training_is_a_failure_of_that_stage(tmp_path: Path) -> None:
    reply, tensors = train_target(module(), target(tmp_path, "Broken"))
    assert reply["failure"]["stage"] == "training"
    assert reply["failure"]["message"] == "not while training"
    assert tensors == {}


def test_a_class_that_is_missing_is_a_failure_to_build(tmp_path: Path) -> None:
    reply, _ = train_target(module(), target(tmp_path, "NetLin"))
    assert reply["failure"]["stage"] == "build"
