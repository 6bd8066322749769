"""A captured network on the trusted side: plain data, already validated, ready to replay."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, get_args

from grader.errors import CaptureError
from grader.graphs import ops
from grader.graphs.graph import needed_names, reads
from grader.wire import DType, Failure, Forms, Graph, Ref, Reply, TensorInfo

if TYPE_CHECKING:
    import torch

MAX_ELEMENTS = 2 * 10**8
"""Parameters a network may have in all; a thousand times the sample's."""


MOST_COMPARED = 2**22
"""Numbers of a tensor that are compared between seeds, of each row the first; the sample's largest
has 117,600."""

LEAST_CORRELATION = 0.1
DEVIATIONS = 6.0
"""Correlations of drawn numbers spread by one over the root of their count: so many times that."""


@dataclass(frozen=True)
class Network:
    """The graph of one network in both modes, and its initial weights for each seed.

    `weights[seed][i]` belongs to `tensors[i]`; `constants` are tensors that the graph uses though
    they are registered nowhere, so that no optimiser would train them. `input_shape` is without
    the batch dimension.
    """

    name: str
    input_shape: tuple[int, ...]
    forms: Forms
    tensors: tuple[TensorInfo, ...]
    weights: Mapping[int, tuple["torch.Tensor", ...]] = field(repr=False)
    constants: tuple["torch.Tensor", ...] = field(repr=False)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds under which the network was built."""
        return tuple(self.weights)

    def used(self) -> frozenset[int]:
        """Positions of the tensors that either form's output depends on."""
        return frozenset(_reached(self.forms.train) | _reached(self.forms.eval))

    def parameters(self) -> list[int]:
        """Positions of the parameters, each tensor once whatever its names."""
        return [i for i, info in enumerate(self.tensors) if info.kind == "parameter"]

    def drawn_alike(self) -> list[int]:
        """Positions of used parameters that start with the same different numbers for each seed.

        Filling one with a constant is a choice; the same numbers under every seed were not drawn,
        or with a seed of the network's own.
        """
        first, *others = self.weights.values()
        if not others:
            return []
        used = self.used()
        return [
            i
            for i in self.parameters()
            if i in used
            and all(weights[i].equal(first[i]) for weights in others)
            and bool((first[i] != first[i].flatten()[:1]).any())
        ]

    def half_drawn(self) -> dict[int, float]:
        """Used parameters of which a part is the same for each seed, with the correlation, 0 to 1.

        It is that of the numbers under two seeds, the weakest of all pairs, in the whole tensor or
        in one of its rows. Numbers that were drawn have none beyond chance; it remains where drawn
        ones were added to something fixed. What is so small that chance would do it is left out.
        """
        used, found = self.used(), {}
        for i in sorted(set(self.parameters()) & used - set(self.drawn_alike())):
            draws = [weights[i] for weights in self.weights.values()]
            rows = len(draws[0]) if draws[0].dim() > 1 else 1
            shared = [_correlation(draws, 1), _correlation(draws, rows)]
            if any(shared):
                found[i] = max(shared)
        return found

    def count(self, positions: list[int]) -> int:
        """Number of elements of these tensors."""
        return sum(elements(self.tensors[i]) for i in positions)


def _correlation(draws: Sequence["torch.Tensor"], rows: int) -> float:
    """Pearson's, without its sign: the largest of all rows, 0 where chance would do it."""
    import torch

    columns = min(draws[0].numel(), MOST_COMPARED) // rows
    if columns <= DEVIATIONS**2:
        return 0.0
    table = torch.stack([draw.reshape(rows, -1)[:, :columns].double() for draw in draws])
    table = torch.nn.functional.normalize(table - table.mean(2, keepdim=True), dim=2)
    pairs = [(a * b).sum(1).abs() for a, b in combinations(table, 2)]
    found = torch.stack(pairs).amin(0).max().item() if pairs else 0.0
    chance = DEVIATIONS / math.sqrt(table.shape[2])
    return found if found > max(LEAST_CORRELATION, chance) else 0.0


def elements(info: TensorInfo) -> int:
    """Number of elements of a tensor of this shape."""
    count = 1
    for size in info.shape:
        count *= size
    return count


def network_from_reply(
    reply: Reply, tensors: Mapping[str, "torch.Tensor"], input_shape: tuple[int, ...]
) -> Network | Failure:
    """Join the two halves of a reply and check that they agree.

    Raises:
        CaptureError: an operation is not allowed, a reference leads nowhere, or the tensors are
            not the ones announced.
    """
    if reply.failure is not None:
        return reply.failure
    where = f"the capture of {reply.target}"
    if reply.forms is None:
        raise CaptureError(where, "holds no graph", "a graph in training and evaluation mode")
    if sum(elements(info) for info in reply.tensors) > MAX_ELEMENTS:
        raise CaptureError(where, "has too many parameters", f"at most {MAX_ELEMENTS}")
    if not reply.seeds:
        raise CaptureError(where, "holds no weights", "initial weights for each seed")
    for graph in (reply.forms.train, reply.forms.eval):
        _check_graph(graph, len(reply.tensors), reply.constants, where)
    weights = {
        seed: tuple(
            _tensor(tensors, f"s{seed}.{i}", info, where) for i, info in enumerate(reply.tensors)
        )
        for seed in reply.seeds
    }
    constants = tuple(_tensor(tensors, f"c{i}", None, where) for i in range(reply.constants))
    return Network(reply.target, input_shape, reply.forms, tuple(reply.tensors), weights, constants)


def _tensor(
    tensors: Mapping[str, "torch.Tensor"], key: str, info: TensorInfo | None, where: str
) -> "torch.Tensor":
    import torch

    tensor = tensors.get(key)
    if tensor is None:
        raise CaptureError(where, f"the tensor {key} is missing", "one tensor for each seed")
    if info is not None and (
        list(tensor.shape) != info.shape or str(tensor.dtype) != f"torch.{info.dtype}"
    ):
        raise CaptureError(where, f"the tensor {key} is {tuple(tensor.shape)}", f"{info.shape}")
    if str(tensor.dtype).removeprefix("torch.") not in get_args(DType):
        raise CaptureError(where, f"the tensor {key} is of {tensor.dtype}", "a usual data type")
    if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
        raise CaptureError(where, f"the tensor {key} holds NaN or infinity", "finite weights")
    return tensor


def _check_graph(graph: Graph, tensors: int, constants: int, where: str) -> None:
    known: set[str] = set()
    bounds = {"input": 1, "tensor": tensors, "constant": constants}
    for item in graph.inputs:
        if item.index >= bounds[item.kind] or item.name in known:
            raise CaptureError(where, f"the input {item.name} is malformed", "distinct inputs")
        known.add(item.name)
    for node in graph.nodes:
        if ops.resolve(node.op) is None:
            raise CaptureError(
                where,
                f"uses the operation {node.op}, which the grader does not know",
                "operations on the allow-list (grader/graphs/ops.py)",
                "a tutor should look at this network by hand",
            )
        for name in reads(node):
            if name not in known:
                raise CaptureError(where, f"{node.name} uses {name}, not yet computed", "order")
        if node.name in known:
            raise CaptureError(where, f"{node.name} is defined twice", "distinct names")
        known.add(node.name)
    outputs = [item.ref for item in graph.outputs if isinstance(item, Ref)]
    if len(outputs) != len(graph.outputs) or len(outputs) != 1 or outputs[0] not in known:
        raise CaptureError(where, f"has {len(graph.outputs)} outputs", "one tensor")


def _reached(graph: Graph) -> set[int]:
    needed = needed_names(graph)
    return {i.index for i in graph.inputs if i.kind == "tensor" and i.name in needed}
