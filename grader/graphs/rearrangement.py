"""Rearranges a captured graph so that a training step moves less memory: the same mathematics.

Two habits cost most of what convolutions do not cost themselves. `max_pool2d(relu(x))` computes
relu of four times as many numbers as `relu(max_pool2d(x))`, which is equal, gradients too, to the
bit. And rows made of images that lie channels last are copied into channels-first order, forth and
back in every step, though the linear layer that follows could as well have its columns in the
other order; sums then round in another order.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import torch

from grader.graphs.graph import base_name, is_in_place, references, shares_memory
from grader.graphs.network import Network
from grader.wire import Forms, Graph, Node, Ref

ROWS: Final = frozenset("view reshape _unsafe_view flatten".split())
RELUS: Final = frozenset(("relu", "relu_"))
SETTLED: Final = frozenset("conv2d relu relu_ max_pool2d avg_pool2d batch_norm".split())
"""Operations whose images lie channels last where the convolution's weights do."""

Shape = tuple[int, ...]
Compute = Callable[[Node, Mapping[str, Any]], Any]
"""Replays one node, given the values it reads."""


@dataclass(frozen=True)
class Rearranged:
    """The network in another order, and what its weights must be turned into for that.

    `columns[position]` is the number of channels by which the columns of the linear weight at
    `position` must be regrouped, see `regrouped`.
    """

    network: Network
    columns: Mapping[int, int]


def rearrange(network: Network, compute: Compute) -> Rearranged:
    """The same network for the fast layout; `compute` tells the shapes by trying it on two images.

    A network that cannot be tried is left as it is.
    """
    pooled = Forms(train=pool_first(network.forms.train), eval=pool_first(network.forms.eval))
    found = [_rows_read(form, network, compute) for form in (pooled.train, pooled.eval)]
    columns = {
        position: rows.channels
        for position, rows in found[0].items()
        if position in found[1] and found[1][position].channels == rows.channels
    }
    forms = Forms(
        train=_channels_last(pooled.train, [found[0][i].name for i in columns]),
        eval=_channels_last(pooled.eval, [found[1][i].name for i in columns]),
    )
    return Rearranged(replace(network, forms=forms), columns)


def regrouped(weight: torch.Tensor, channels: int) -> torch.Tensor:
    """A copy of a linear weight (out, channels * sites), columns by site first, then by channel."""
    sites = weight.shape[1] // channels
    turned = weight.view(len(weight), channels, sites).transpose(1, 2)
    return turned.reshape(weight.shape).clone()  # for one channel or site it would be the same


def pool_first(graph: Graph) -> Graph:
    """The graph with every relu that only the max pooling after it reads put behind that.

    Of a window's numbers both orders choose the first largest if any is positive; if none is, both
    give 0 and no gradient.
    """
    readers, made = _readers(graph), {node.name: node for node in graph.nodes}
    nodes = list(graph.nodes)
    for i, (relu, pool) in enumerate(zip(graph.nodes, graph.nodes[1:], strict=False)):
        if _swap(relu, pool, readers, made):
            nodes[i] = pool.model_copy(
                update={"name": relu.name, "args": [relu.args[0], *pool.args[1:]]}
            )
            nodes[i + 1] = Node(
                name=pool.name, op="aten.relu.default", args=[Ref(ref=relu.name)], kwargs={}
            )
    return graph.model_copy(update={"nodes": nodes})


def _swap(relu: Node, pool: Node, readers: Mapping[str, int], made: Mapping[str, Node]) -> bool:
    """Whether nothing else could see the difference."""
    if base_name(relu) not in RELUS or base_name(pool) != "max_pool2d":
        return False
    before, after = _first(relu), _first(pool)
    source = made.get(before or "")
    return (
        after == relu.name
        and readers[relu.name] == 1
        and source is not None
        and readers[source.name] == 1
        and not shares_memory(source)
        and not is_in_place(source)
    )


@dataclass(frozen=True)
class _Rows:
    """A node that makes each image one row, and the channels of those images."""

    name: str
    channels: int


def _rows_read(graph: Graph, network: Network, compute: Compute) -> dict[int, _Rows]:
    """For each linear weight that multiplies rows of images and nothing else: those rows."""
    readers, made = _readers(graph), {node.name: node for node in graph.nodes}
    position = {item.name: item.index for item in graph.inputs if item.kind == "tensor"}
    found = {}
    shapes: Mapping[str, Shape] | None = None
    for node in graph.nodes:
        if node.op != "aten.linear.default" or len(node.args) < 2:
            continue
        rows, weight = made.get(_first(node) or ""), node.args[1]
        if rows is None or not isinstance(weight, Ref) or weight.ref not in position:
            continue
        once = readers[rows.name] == readers[weight.ref] == 1
        if not once or base_name(rows) not in ROWS or not _is_channels_last(rows, made):
            continue
        shapes = _shapes(graph, network, compute) if shapes is None else shapes
        images, flat = shapes.get(_first(rows) or "", ()), shapes.get(rows.name, ())
        if len(images) == 4 and flat == (images[0], images[1] * images[2] * images[3]):
            found[position[weight.ref]] = _Rows(rows.name, images[1])
    return found


def _is_channels_last(rows: Node, made: Mapping[str, Node]) -> bool:
    """Whether what is made rows of comes from a convolution, by ways that keep its layout."""
    node = made.get(_first(rows) or "")
    while node is not None and base_name(node) in SETTLED:
        if base_name(node) == "conv2d":
            return True
        node = made.get(_first(node) or "")
    return False


def _channels_last(graph: Graph, rows: Sequence[str]) -> Graph:
    """The graph with these nodes reading their images channels last."""
    nodes: list[Node] = []
    for node in graph.nodes:
        if node.name in rows:
            turned = _unused(f"{node.name}.channels_last", graph)
            nodes.append(
                Node(
                    name=turned,
                    op="aten.permute.default",
                    args=[node.args[0], [0, 2, 3, 1]],
                    kwargs={},
                )
            )
            nodes.append(node.model_copy(update={"args": [Ref(ref=turned), *node.args[1:]]}))
        else:
            nodes.append(node)
    return graph.model_copy(update={"nodes": nodes})


def _shapes(graph: Graph, network: Network, compute: Compute) -> dict[str, Shape]:
    """The shape of each value for a batch of two images; of none where the network fails."""
    weights = network.weights[network.seeds[0]]
    own = {"tensor": weights, "constant": network.constants}
    values: dict[str, Any] = {
        item.name: torch.zeros(2, *network.input_shape)
        if item.kind == "input"
        else own[item.kind][item.index].clone()
        for item in graph.inputs
    }
    try:
        with torch.inference_mode(), torch.random.fork_rng(devices=[]):
            for node in graph.nodes:
                values[node.name] = compute(node, values)
    except (RuntimeError, ValueError, TypeError, IndexError):
        return {}
    return {
        name: tuple(value.shape)
        for name, value in values.items()
        if isinstance(value, torch.Tensor)
    }


def _unused(name: str, graph: Graph) -> str:
    while any(node.name == name for node in graph.nodes):
        name += "_"
    return name


def _readers(graph: Graph) -> Counter[str]:
    """How often each value is read, by nodes and as output."""
    return Counter(_all_references(graph))


def _all_references(graph: Graph) -> Iterator[str]:
    for node in graph.nodes:
        yield from references(node.args, node.kwargs)
    yield from references(graph.outputs, {})


def _first(node: Node) -> str | None:
    """Name of the value that a node reads first."""
    first = node.args[0] if node.args else None
    return first.ref if isinstance(first, Ref) else None
