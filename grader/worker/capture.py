"""Turns one network class into a graph and weights: build it for each seed, run it, export it."""

import logging
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from .attributes import tensors_kept_aside
from .load import Failure, failure_of
from .serialize import graph_document

FORMAT = "grader.capture/1"
Reply = dict[str, Any]
Tensors = dict[str, torch.Tensor]


class StageError(Exception):
    """A stage of the capture failed; carries the failure as the reply will hold it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure["message"])
        self.failure = failure


def warm_up() -> None:
    """Export once: the first time imports a second's worth of torch.

    The steps are those that most networks take. What torch prepares for each when it first meets
    it, every child then finds ready.
    """
    steps = nn.Conv2d(1, 1, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1, 1)
    _export(nn.Sequential(*steps, nn.Tanh(), nn.LogSoftmax(dim=1)), [1, 4, 4])


def seed_generators(seed: int) -> None:
    """Let whatever a student's code draws be the same in every run."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def capture_target(module: ModuleType, target: dict[str, Any]) -> tuple[Reply, Tensors]:
    """Capture the class `target["class"]` of the student's module.

    Args:
        module: the imported student module.
        target: id, class, args, setup (a method called after building, or None), input (shape
            without batch), batches (sizes the course's program will send), seeds.

    Returns:
        The reply document and the tensors it refers to. A failure is a reply too.
    """
    path = Path(module.__file__ or "")
    try:
        return capture_network(partial(build_network, module, target), target, path)
    except StageError as stage:
        return failed_reply(target["id"], stage.failure), {}
    except Exception as error:  # a method that the student has put in the place of torch's own
        return failed_reply(target["id"], failure_of("export", error, path)), {}


def capture_network(
    build: Callable[[], nn.Module], target: dict[str, Any], path: Path | None = None
) -> tuple[Reply, Tensors]:
    """Build one network a seed, keep its initial weights, and export the first one."""
    first: nn.Module | None = None
    tensors: Tensors = {}
    names: list[list[str]] = []
    for seed in target["seeds"]:
        seed_generators(seed)
        network = staged("build", build, path)
        settle_lazy_layers(network, target, path)
        groups = tensor_groups(network)
        if first is None:
            first, names = network, [group["names"] for group in groups]
        elif [group["names"] for group in groups] != names:
            raise StageError(
                plain_failure("build", "the network has other parameters each time it is built")
            )
        for index, group in enumerate(groups):
            tensors[f"s{seed}.{index}"] = group["tensor"].detach().clone().contiguous()
    assert first is not None
    state = tensor_groups(first)
    _run_eagerly(first, target, path)
    forms, constants = _export_forms(first, target["input"], state, path)
    tensors |= {f"c{i}": t.detach().clone().contiguous() for i, t in enumerate(constants)}
    reply = {
        "format": FORMAT,
        "target": target["id"],
        "failure": None,
        "seeds": target["seeds"],
        "tensors": [
            {
                "names": group["names"],
                "kind": group["kind"],
                "trainable": bool(group["tensor"].requires_grad),
                "shape": list(group["tensor"].shape),
                "dtype": str(group["tensor"].dtype).removeprefix("torch."),
            }
            for group in state
        ],
        "constants": len(constants),
        "forms": forms,
    }
    return reply, tensors


def failed_reply(target: str, failure: Failure) -> Reply:
    """The reply for a network that could not be captured."""
    return {"format": FORMAT, "target": target, "failure": failure}


def build_network(module: ModuleType, target: dict[str, Any]) -> nn.Module:
    """One instance of the class that the target names, after its setup method."""
    factory = getattr(module, target["class"], None)
    if factory is None:
        raise AttributeError(f"there is no class named {target['class']}")
    network = factory(*target["args"])
    if not isinstance(network, nn.Module):
        raise TypeError(f"{target['class']} is not a torch.nn.Module")
    if target["setup"] is not None:
        getattr(network, target["setup"])()
    return network


def staged(stage: str, action: Callable[[], Any], path: Path | None) -> Any:
    """Run one stage; whatever a student's code raises becomes a failure of that stage."""
    try:
        return action()
    except BaseException as error:
        raise StageError(failure_of(stage, error, path)) from None


def plain_failure(stage: str, message: str, kind: str = "") -> Failure:
    """A failure that no exception stands for."""
    return {"stage": stage, "type": kind, "message": message, "line": None, "source": ""}


def tensor_groups(network: nn.Module) -> list[dict[str, Any]]:
    """Parameters and buffers, one entry a tensor, with every name it is registered under."""
    groups: dict[int, dict[str, Any]] = {}
    for kind, named in (
        ("parameter", network.named_parameters(remove_duplicate=False)),
        ("buffer", network.named_buffers(remove_duplicate=False)),
    ):
        for name, tensor in named:
            entry = groups.setdefault(id(tensor), {"names": [], "kind": kind, "tensor": tensor})
            entry["names"].append(name)
    return list(groups.values())


def settle_lazy_layers(network: nn.Module, target: dict[str, Any], path: Path | None) -> None:
    """Layers such as nn.LazyLinear get their sizes and weights from the first images they see."""
    if any(map(is_lazy, (*network.parameters(), *network.buffers()))):
        images = torch.zeros(target["batches"][0], *target["input"])
        network.eval()
        staged("forward", partial(network, images), path)
        network.train()


def _run_eagerly(network: nn.Module, target: dict[str, Any], path: Path | None) -> None:
    """The batches that the course's program will send: a plain error beats an exporter's."""
    kept = {key: value.clone() for key, value in network.state_dict().items()}
    for batch in target["batches"]:
        images = torch.zeros(batch, *target["input"])
        output = staged("forward", partial(network, images), path)
        if not isinstance(output, torch.Tensor):
            raise StageError(
                plain_failure("forward", f"forward returns {type(output).__name__}, not a tensor")
            )
    with torch.no_grad():
        for key, value in network.state_dict().items():
            value.copy_(kept[key])


def _export_forms(
    network: nn.Module, shape: list[int], groups: list[dict[str, Any]], path: Path | None
) -> tuple[dict[str, Any], list[torch.Tensor]]:
    """One graph serves both modes where nothing asked in which of them it was run.

    A network that knows that in another way computes something else when it is run once more.
    """
    forms: dict[str, Any] = {}
    constants: list[torch.Tensor] = []
    for form in ("train", "eval"):
        network.train(form == "train")
        program, asked = staged("export", partial(_export, network, shape), path)
        forms[form] = staged("export", partial(graph_document, program, groups, constants), path)
        if not asked:
            return dict.fromkeys(("train", "eval"), forms[form]), constants
    return forms, constants


def _export(network: nn.Module, shape: list[int]) -> tuple[torch.export.ExportedProgram, bool]:
    """Export with a free batch size; the strict mode knows idioms that the other does not.

    Returns:
        The program, and whether the mode may have had a say in it.
    """
    example = torch.zeros(5, *shape)
    free = ({0: torch.export.Dim.DYNAMIC},)
    with _exporter_silenced():
        try:
            with tensors_kept_aside(network) as modes_asked:
                program = torch.export.export(
                    network, (example,), dynamic_shapes=free, strict=False
                )
            return program, bool(modes_asked)
        except Exception:  # `len(x)` as a size, for one
            return torch.export.export(network, (example,), dynamic_shapes=free, strict=True), True


@contextmanager
def _exporter_silenced() -> Iterator[None]:
    """The exporter's own notes and warnings are not the student's output."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
