"""Brings a captured graph into one form, however the student wrote it.

`view`, `reshape`, `flatten` and `nn.Flatten`; `F.relu`, `nn.ReLU` and `relu_`; `nn.Linear`,
`addmm` and `x @ w + b` all become the same step. Checks, layer tables and fingerprints read this
form; training replays the faithful one.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Any

import torch

from grader.errors import CaptureError
from grader.graphs.graph import (
    base_name,
    hidden_change,
    is_in_place,
    needed_names,
    reads,
    references,
    tensor_names,
)
from grader.graphs.network import Network
from grader.graphs.replay import argument_value, replay_function
from grader.graphs.rewrite import IMAGES, Step, Value, simplify
from grader.wire import Graph, Node

BATCH = 7
"""Images in the dry run that finds the shapes; a prime that no layer is likely to have."""

TRAINING_BATCH = 64
"""Images in the dry run that finds the memory needed; as many as training sends at once."""

MAX_ACTIVATIONS = 10**7
"""Elements that all steps together may make for one image; 300 times the sample's."""


@dataclass(frozen=True)
class Canonical:
    """The steps in order; the last one is the output."""

    steps: tuple[Step, ...]


@lru_cache(maxsize=64)
def _of_graph(network: "_Key", training: bool) -> Canonical:
    graph = network.network.forms.train if training else network.network.forms.eval
    return _renumbered(simplify(list(_steps(graph, network.network))))


@dataclass(frozen=True)
class _Key:
    """Networks hold tensors and cannot be hashed by value; identity is enough for the cache."""

    network: Network

    def __hash__(self) -> int:
        return id(self.network)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.network is self.network


def canonical(network: Network, *, training: bool = False) -> Canonical:
    """The canonical form of a network in evaluation (or training) mode.

    Raises:
        CaptureError: the operations do not fit together, or need too much memory.
    """
    return _of_graph(_Key(network), training)


def order_of_use(network: Network) -> tuple[int, ...]:
    """Positions of the tensors that the training form reads, in the order of their first use."""
    forms = (canonical(network, training=True), canonical(network))
    reads = (i for form in forms for step in form.steps for i in step.tensors)
    return tuple(dict.fromkeys(reads))


def fingerprint(network: Network) -> str:
    """Hex digest that is equal for networks that compute the same, whatever their weights.

    Names, the order of registration and tensors without use do not count.
    """
    order = order_of_use(network)
    place = {position: i for i, position in enumerate(order)}
    tensors = [network.tensors[i] for i in order]
    document = [
        [
            [_plain(step, place) for step in canonical(network, training=mode).steps]
            for mode in (True, False)
        ],
        [[i.kind, i.trainable, i.shape, i.dtype] for i in tensors],
        [hashlib.sha256(_raw(c)).hexdigest() for c in network.constants],
    ]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()


def weights_digest(network: Network, seed: int) -> str:
    """Hex digest of the initial weights for one seed, in the order of their use."""
    digest = hashlib.sha256()
    for position in order_of_use(network):
        digest.update(_raw(network.weights[seed][position]))
    return digest.hexdigest()


def _raw(tensor: torch.Tensor) -> bytes:
    return tensor.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes()


def _plain(step: Step, place: dict[int, int]) -> list[Any]:
    inputs = [
        f"tensor {place[v.index]}" if v.kind == "tensor" else f"{v.kind} {v.index}"
        for v in step.inputs
    ]
    return [step.op, inputs, [list(s) for s in step.settings], step.shape, step.dtype]


def _steps(graph: Graph, network: Network) -> Iterator[tuple[Value, Step]]:
    """Each operation with its shape, found by running the graph on tensors without memory."""
    if changed := hidden_change(graph):
        raise CaptureError(
            f"the capture of {network.name}",
            f"{changed} changes a tensor in place that is read through another view",
            "in-place operations on tensors that no other view is read of",
        )
    _dry_run(graph, network, TRAINING_BATCH)
    values = _dry_run(graph, network, BATCH)
    first = tensor_names(graph)
    meaning = {
        i.name: IMAGES if i.kind == "input" else Value(i.kind, i.index) for i in graph.inputs
    }
    needed = needed_names(graph)
    for number, node in enumerate(graph.nodes):
        if not isinstance(values[node.name], torch.Tensor):
            continue
        inputs = [
            meaning[first.get(name, name)]
            for name in reads(node)
            if isinstance(values[name], torch.Tensor)
        ]
        # whoever reads a tensor later means what the last operation made of it
        meaning[first.get(node.name, node.name)] = Value("node", number)
        if node.name in needed:
            yield Value("node", number), _step(node, values, inputs)


def _dry_run(graph: Graph, network: Network, batch: int) -> dict[str, Any]:
    """Every value of the graph by name, the tensors without memory."""
    values = {i.name: _meta_input(i.kind, i.index, network, batch) for i in graph.inputs}
    budget = MAX_ACTIVATIONS * batch
    for node in graph.nodes:
        result = values[node.name] = _meta_run(node, values, network.name)
        if isinstance(result, torch.Tensor):
            budget -= prod(result.shape)
        if budget < 0:
            raise CaptureError(
                f"the capture of {network.name}", "needs too much memory", "a smaller network"
            )
    if not isinstance(values[references(graph.outputs, {})[0]], torch.Tensor):
        raise CaptureError(f"the capture of {network.name}", "returns no tensor", "one tensor")
    return values


def _meta_input(kind: str, index: int, network: Network, batch: int) -> torch.Tensor:
    if kind == "input":
        return torch.empty(batch, *network.input_shape, device="meta")
    if kind == "constant":
        return network.constants[index].to("meta")
    info = network.tensors[index]
    return torch.empty(info.shape, dtype=getattr(torch, info.dtype), device="meta")


def _meta_run(node: Node, values: dict[str, Any], name: str) -> Any:
    if node.op == "aten._assert_tensor_metadata.default":
        return None
    function = replay_function(node.op)
    args = [_on_meta(argument_value(a, values)) for a in node.args]
    kwargs = {key: argument_value(a, values) for key, a in node.kwargs.items()}
    if _makes_tensor(function):
        kwargs["device"] = torch.device("meta")
    try:
        return function(*args, **kwargs)
    except Exception as error:  # torch raises whatever it likes on a stranger's arguments
        raise CaptureError(
            f"the capture of {name}",
            f"{node.op} cannot run: {str(error)[:500]}",
            "a graph that runs",
        ) from None


def _on_meta(value: Any) -> Any:
    return torch.device("meta") if isinstance(value, torch.device) else value


def _makes_tensor(function: Any) -> bool:
    """Whether the operation takes a device by keyword, so that it would draw real memory."""
    schema = getattr(function, "_schema", None)
    return schema is not None and any(a.name == "device" and a.kwarg_only for a in schema.arguments)


def _step(node: Node, values: dict[str, Any], inputs: list[Value]) -> Step:
    result = values[node.name]
    batched = result.dim() > 0 and result.shape[0] == BATCH
    names = reads(node)
    first = values[names[0]] if names else None
    op = base_name(node)
    op = op[:-1] if is_in_place(node) else op
    settings = tuple(_settings(node, values, first))
    shape = tuple(int(s) for s in (result.shape[1:] if batched else result.shape))
    dtype = str(result.dtype).removeprefix("torch.")
    return Step(op, tuple(inputs), settings, shape, batched, dtype)


def _settings(node: Node, values: dict[str, Any], first: Any) -> Iterator[tuple[str, Any]]:
    """Arguments that are not tensors, by name, with the operation's own defaults filled in."""
    function = replay_function(node.op)
    for position, declared in enumerate(function._schema.arguments):  # type: ignore[attr-defined]
        if position < len(node.args):
            value = argument_value(node.args[position], values)
        elif declared.name in node.kwargs:
            value = argument_value(node.kwargs[declared.name], values)
        else:
            value = declared.default_value
        if isinstance(value, torch.Tensor):
            continue
        if declared.name == "dim" and isinstance(value, int) and isinstance(first, torch.Tensor):
            value = value % max(first.dim(), 1)
        if isinstance(value, list | tuple):
            value = tuple(value)
            if any(isinstance(v, torch.Tensor) for v in value):
                continue
        if isinstance(value, torch.dtype | torch.device | torch.layout | torch.memory_format):
            value = str(value)
        yield declared.name, value


def _renumbered(steps: list[tuple[Value, Step]]) -> Canonical:
    """Number the steps from 0 and let their inputs refer to these numbers."""
    place = {value: Value("step", i) for i, (value, _) in enumerate(steps)}
    return Canonical(
        tuple(
            replace(step, inputs=tuple(place.get(v, v) for v in step.inputs)) for _, step in steps
        )
    )
