"""Carries what the sandbox captured of one submission between processes, runs and machines.

One safetensors file holds the weights, and in its header everything else as JSON. So the process
that drives a cohort can read what there is to train without loading torch, and nothing that ever
came from a student is unpickled.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from grader.claims.found import Found
from grader.errors import CaptureError
from grader.graphs.network import Network, network_from_reply
from grader.record import Record
from grader.results import HandedInNetwork
from grader.wire import Failure, Forms, Reply, TensorInfo

if TYPE_CHECKING:
    import torch

    from grader.grading import Captured

FORMAT: Literal["grader.capture/1"] = "grader.capture/1"


class Card(Record):
    """What must be known of a network to train it.

    `graph` and `weights[seed]` are the digests of grader.graphs.computation, `cost` a rough measure
    of the work that one image makes. `trainable` is whether there is a score for each class and
    anything to learn.
    """

    graph: str
    weights: dict[int, str]
    layout: Literal["course", "fast"]
    cost: int
    trainable: bool


class NetworkOutline(Record):
    """A network without the values of its tensors."""

    input_shape: tuple[int, ...]
    forms: Forms
    tensors: list[TensorInfo]
    constants: int
    seeds: list[int]
    card: Card


class Outline(Record):
    """A capture without the values of its tensors."""

    networks: dict[str, NetworkOutline]
    failures: dict[str, Failure]
    missing: list[str]
    output: dict[str, str]
    remarks: dict[str, str]
    report: Found | None = None
    handed_in: list[HandedInNetwork] = Field(default_factory=list)


def write_packet(captured: "Captured", cards: Mapping[str, Card], path: Path) -> None:
    """Write a capture to a file; `cards` holds one for each network."""
    from safetensors.torch import save_file

    tensors: dict[str, torch.Tensor] = {}
    outlines = {}
    failures = {}
    for name, network in captured.networks.items():
        if isinstance(network, Failure):
            failures[name] = network
            continue
        outlines[name] = NetworkOutline(
            input_shape=network.input_shape,
            forms=network.forms,
            tensors=list(network.tensors),
            constants=len(network.constants),
            seeds=list(network.seeds),
            card=cards[name],
        )
        for seed, weights in network.weights.items():
            tensors |= {f"{name}/s{seed}.{i}": tensor for i, tensor in enumerate(weights)}
        tensors |= {f"{name}/c{i}": tensor for i, tensor in enumerate(network.constants)}
    outline = Outline(
        networks=outlines,
        failures=failures,
        missing=sorted(captured.missing),
        output=dict(captured.output),
        remarks=dict(captured.remarks),
        report=captured.report,
        handed_in=list(captured.handed_in),
    )
    save_file(_unshared(tensors), path, metadata={"outline": outline.model_dump_json()})


def _unshared(tensors: Mapping[str, "torch.Tensor"]) -> dict[str, "torch.Tensor"]:
    """The tensors, each with memory of its own, as the format asks; only the others are copied."""
    owned: set[int] = set()
    found = {}
    for key, tensor in tensors.items():
        memory = tensor.untyped_storage().data_ptr()
        found[key] = tensor.clone() if memory in owned else tensor.contiguous()
        owned.add(memory)
    return found


def read_outline(path: Path) -> Outline:
    """All but the tensors, without torch.

    Raises:
        CaptureError: the file is not such a packet.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get("outline", "")
        return Outline.model_validate_json(text)
    except (SafetensorError, OSError, ValidationError, json.JSONDecodeError) as error:
        raise CaptureError(str(path), f"is no packet: {str(error)[:300]}", "a capture") from None


def read_captured(path: Path) -> "Captured":
    """The whole capture, checked as if it came from the sandbox this moment.

    Raises:
        CaptureError: the file is not such a packet.
    """
    from grader.grading import Captured

    outline = read_outline(path)
    networks: dict[str, Network | Failure] = dict(outline.failures)
    for name, network in outline.networks.items():
        networks[name] = _network(path, name, network, network.seeds)
    return Captured(
        networks,
        frozenset(outline.missing),
        outline.output,
        outline.remarks,
        outline.report,
        outline.handed_in,
    )


def read_network(path: Path, name: str, seed: int) -> Network:
    """One network with its weights for one seed; nothing else is loaded.

    Raises:
        CaptureError: the file is not such a packet, or does not hold the network.
    """
    outline = read_outline(path)
    if name not in outline.networks or seed not in outline.networks[name].seeds:
        raise CaptureError(str(path), f"does not hold {name} for seed {seed}", "its weights")
    return _network(path, name, outline.networks[name], [seed])


def _network(path: Path, name: str, outline: NetworkOutline, seeds: list[int]) -> Network:
    reply = Reply(
        format=FORMAT,
        target=name,
        failure=None,
        seeds=seeds,
        tensors=outline.tensors,
        constants=outline.constants,
        forms=outline.forms,
    )
    wanted = [f"s{seed}.{i}" for seed in seeds for i in range(len(outline.tensors))]
    wanted += [f"c{i}" for i in range(outline.constants)]
    network = network_from_reply(reply, _tensors(path, name, wanted), outline.input_shape)
    assert isinstance(network, Network)  # the reply holds no failure
    return network


def _tensors(path: Path, name: str, keys: Iterable[str]) -> dict[str, Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(f"{name}/{key}") for key in keys}
    except (SafetensorError, OSError) as error:
        raise CaptureError(str(path), f"is no packet: {str(error)[:300]}", "a capture") from None
