"""Names a computation exactly: what must be equal for two trainings to give equal bits.

The fingerprint of `grader.graphs.canonical` says that two networks compute the same function; its
operations may still round differently (`addmm` against `matmul` and `add`). Here the captured
graph is taken as it is, with the names that a student chose replaced by positions.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from grader.graphs.graph import reads
from grader.graphs.network import Network
from grader.wire import DTypeArg, Graph, Ref, Setting


def graph_digest(network: Network) -> str:
    """Hex digest of both forms, of the tensors they read and of the constants, whatever the names.

    Networks of one digest that start from weights of one digest train to the same bits.
    """
    order = _order_of_reading(network)
    place = {position: number for number, position in enumerate(order)}
    tensors = [network.tensors[position] for position in order]
    document = [
        list(network.input_shape),
        [_plain_graph(form, place) for form in (network.forms.train, network.forms.eval)],
        [[info.kind, info.trainable, info.shape, info.dtype] for info in tensors],
        [_tensor_digest(constant) for constant in network.constants],
    ]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()


def initial_digest(network: Network, seed: int) -> str:
    """Hex digest of the initial weights for one seed, in the order in which they are read."""
    digest = hashlib.sha256()
    for position in _order_of_reading(network):
        digest.update(_tensor_digest(network.weights[seed][position]).encode())
    return digest.hexdigest()


def _order_of_reading(network: Network) -> list[int]:
    """Positions of the tensors that any node reads, in the order of the first time."""
    found: dict[int, None] = {}
    for form in (network.forms.train, network.forms.eval):
        index = {item.name: item.index for item in form.inputs if item.kind == "tensor"}
        for name in _names_read(form):
            if name in index:
                found[index[name]] = None
    return list(found)


def _names_read(graph: Graph) -> Iterator[str]:
    for node in graph.nodes:
        yield from reads(node)
    for item in graph.outputs:
        if isinstance(item, Ref):
            yield item.ref


def _plain_graph(graph: Graph, place: Mapping[int, int]) -> list[Any]:
    """The graph with positions for names."""
    names = {
        item.name: "images"
        if item.kind == "input"
        else f"{item.kind} {place.get(item.index, '-') if item.kind == 'tensor' else item.index}"
        for item in graph.inputs
    }
    names |= {node.name: f"node {number}" for number, node in enumerate(graph.nodes)}
    nodes = [
        [
            node.op,
            [_plain(arg, names) for arg in node.args],
            {key: _plain(arg, names) for key, arg in sorted(node.kwargs.items())},
        ]
        for node in graph.nodes
    ]
    return [nodes, [_plain(item, names) for item in graph.outputs]]


def _plain(argument: object, names: Mapping[str, str]) -> Any:
    if isinstance(argument, Ref):
        return {"value": names[argument.ref]}
    if isinstance(argument, DTypeArg):
        return {"dtype": argument.dtype}
    if isinstance(argument, Setting):
        return {"setting": argument.setting}
    if isinstance(argument, list):
        return [_plain(item, names) for item in argument]
    return argument


def _tensor_digest(tensor: torch.Tensor) -> str:
    raw = tensor.detach().contiguous().flatten().view(torch.uint8).numpy()
    head = f"{tensor.dtype} {list(tensor.shape)}\n"
    return hashlib.sha256(head.encode() + raw.tobytes()).hexdigest()
