"""Runs a captured graph as an ordinary torch module, without a line of the student's code."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import fx, nn

from grader.graphs import ops
from grader.graphs.graph import changes_images, is_in_place, reads, shares_memory
from grader.graphs.network import Network
from grader.graphs.numerics import Layout
from grader.graphs.rearrangement import rearrange, regrouped
from grader.wire import DTypeArg, Graph, Node, Ref, Setting

EXACT = frozenset(("aten.log_softmax.int",))
"""What eight significant bits are too few for; see `grader.graphs.numerics.Precision`."""


class Replay(nn.Module):
    """The network with its weights for one seed: (N, *input_shape) to whatever it returns.

    Losses and gradients are bit-identical to the student's own module in the layout "course"; in
    "fast" the graph is rearranged. `view` is replayed as `reshape`, which is the same on contiguous
    tensors and also works in other memory layouts.
    """

    def __init__(self, network: Network, seed: int, layout: Layout = "course") -> None:
        super().__init__()
        columns: Mapping[int, int] = {}
        if layout == "fast":
            rearranged = rearrange(network, _computed)
            network, columns = rearranged.network, rearranged.columns
        for i, (info, value) in enumerate(zip(network.tensors, network.weights[seed], strict=True)):
            start = regrouped(value, columns[i]) if i in columns else value.clone()
            if info.kind == "parameter":
                trains = info.trainable and value.is_floating_point()
                self.register_parameter(f"t{i}", nn.Parameter(start, requires_grad=trains))
            else:
                self.register_buffer(f"t{i}", start)
        for i, value in enumerate(network.constants):
            self.register_buffer(f"c{i}", value.clone(), persistent=False)
        self._order = [f"t{i}" for i in range(len(network.tensors))]
        self._order += [f"c{i}" for i in range(len(network.constants))]
        self._changes_images = changes_images(network.forms.train) or changes_images(
            network.forms.eval
        )
        self._training_form = _compiled(network.forms.train, self._order)
        same = network.forms.train == network.forms.eval
        self._eval_form = (
            self._training_form if same else _compiled(network.forms.eval, self._order)
        )

    def forward(self, images: torch.Tensor) -> Any:
        """The training form while `self.training`, the evaluation form otherwise."""
        form = self._training_form if self.training else self._eval_form
        if self._changes_images:  # the course loads each batch anew; here batches are used again
            images = images.clone()
        return form(images, *(getattr(self, name) for name in self._order))


def layout_matters(network: Network) -> bool:
    """Whether an in-place operation could be seen through another view of the same memory.

    Such a graph is replayed in the course's own memory layout only, where reshaped tensors share
    memory exactly as in the student's run.
    """
    return any(_mutates_a_view(g) for g in (network.forms.train, network.forms.eval))


def _mutates_a_view(graph: Graph) -> bool:
    made = {node.name: node for node in graph.nodes}
    viewed: set[str] = set()
    for node in graph.nodes:
        if is_in_place(node) and reads(node):
            target = reads(node)[0]
            if target in viewed or _base_is_shared(target, made, graph):
                return True
        if shares_memory(node):
            viewed.update(reads(node))
    return False


def _base_is_shared(name: str, made: Mapping[str, Node], graph: Graph) -> bool:
    """Whether `name` is a view of something that others read as well."""
    while name in made and shares_memory(made[name]) and reads(made[name]):
        name = reads(made[name])[0]
        readers = [n for n in graph.nodes if name in reads(n)]
        if len(readers) > 1 or name not in made:
            return True
    return False


def _compiled(graph: Graph, order: list[str]) -> Callable[..., Any]:
    """A function of the images and of the tensors in `order`.

    Every name in it is ours, so that no text of the student's is ever compiled.
    """
    built = fx.Graph()
    images = built.placeholder("images")
    tensors = {name: built.placeholder(name) for name in order}
    prefix = {"tensor": "t", "constant": "c"}
    values = {
        item.name: images if item.kind == "input" else tensors[f"{prefix[item.kind]}{item.index}"]
        for item in graph.inputs
    }
    for node in graph.nodes:
        if node.op == "aten._assert_tensor_metadata.default":
            continue
        args = tuple(argument_value(a, values) for a in node.args)
        kwargs = {key: argument_value(a, values) for key, a in node.kwargs.items()}
        function = replay_function(node.op)
        if node.op in EXACT:
            function = _in_float32(function)
        values[node.name] = built.call_function(function, args, kwargs)
    built.output(argument_value(graph.outputs[0], values))
    compiled: Callable[..., Any] = fx.GraphModule(nn.Module(), built).forward
    return compiled


def _in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, of 16-bit numbers computed in float32."""

    def exact(values: Any, *args: Any, **kwargs: Any) -> Any:
        if values.dtype is torch.bfloat16:
            values = values.float()
        return function(values, *args, **kwargs)

    return exact


def _computed(node: Node, values: Mapping[str, Any]) -> Any:
    """What a node gives for these values."""
    if node.op == "aten._assert_tensor_metadata.default":
        return None
    args = [argument_value(a, values) for a in node.args]
    kwargs = {key: argument_value(a, values) for key, a in node.kwargs.items()}
    return replay_function(node.op)(*args, **kwargs)


def replay_function(op: str) -> Callable[..., Any]:
    """The callable that replays an allowed operation."""
    if op in ("aten.view.default", "aten._unsafe_view.default"):
        op = "aten.reshape.default"
    found = ops.resolve(op)
    assert found is not None, op  # network_from_reply refused everything else
    return found


def argument_value(value: object, values: Mapping[str, Any]) -> Any:
    """An argument as torch takes it: references looked up in `values`, types and settings named."""
    if isinstance(value, Ref):
        return values[value.ref]
    if isinstance(value, DTypeArg):
        return getattr(torch, value.dtype)
    if isinstance(value, Setting):
        return _setting(value.setting)
    if isinstance(value, list):
        return [argument_value(item, values) for item in value]
    return value


def _setting(name: str) -> Any:
    known = {
        "cpu": torch.device("cpu"),
        "torch.strided": torch.strided,
        "torch.contiguous_format": torch.contiguous_format,
        "torch.preserve_format": torch.preserve_format,
        "torch.channels_last": torch.preserve_format,
    }
    return known.get(name)
