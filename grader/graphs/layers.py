"""The table of layers in a report: output shapes, parameters, and the arithmetic behind them."""

from collections.abc import Sequence
from typing import Literal

from grader.graphs import ops
from grader.graphs.canonical import canonical
from grader.graphs.network import Network
from grader.graphs.rewrite import Step
from grader.graphs.structure import weight_shape
from grader.graphs.words import operation
from grader.results import Layer

Kind = Literal[
    "input", "conv", "linear", "activation", "pool", "norm", "dropout", "reshape", "other"
]


def layer_table(network: Network) -> list[Layer]:
    """One row a canonical step of the training form, with output shape and parameter formula.

    A tensor that two steps share is counted in the first of them.
    """
    rows = []
    counted: set[int] = set()
    for step in canonical(network, training=True).steps:
        own = [i for i in step.tensors if network.tensors[i].kind == "parameter"]
        fresh = [i for i in own if i not in counted]
        counted.update(fresh)
        rows.append(
            Layer(
                name=_name(step, network),
                op=step.op,
                kind=_kind(step),
                description=_description(step, network),
                shape=list(step.shape),
                parameters=network.count(fresh),
                formula=_formula(step, network, fresh) if fresh else _shared(own),
            )
        )
    return rows


def _name(step: Step, network: Network) -> str:
    if not step.tensors:
        return ""
    first = network.tensors[step.tensors[0]].names[0]
    return first.rpartition(".")[0] or first


def _kind(step: Step) -> Kind:
    groups: dict[Kind, frozenset[str]] = {
        "conv": frozenset({"conv2d"}),
        "linear": frozenset({"linear"}),
        "activation": ops.ACTIVATIONS,
        "pool": ops.POOLS,
        "norm": ops.NORMS,
        "dropout": ops.DROPOUTS,
        "reshape": frozenset({"reshape"}),
    }
    return next((kind for kind, names in groups.items() if step.op in names), "other")


def _description(step: Step, network: Network) -> str:
    text = operation(step)
    shape = weight_shape(step, network) if step.op == "conv2d" else None
    if shape is not None:
        rows, columns = shape[2:]
        text = text.replace("filters", f"filters of {rows} x {columns}", 1)
    return text


def _formula(step: Step, network: Network, fresh: Sequence[int]) -> str:
    """ "1 x 20 x 5 x 5 + 20 = 520": inputs, outputs, window; then the biases."""
    terms = []
    for index in fresh:
        sizes = list(network.tensors[index].shape)
        stored_out_first = step.op == "conv2d" or step.setting("weight") == "out x in"
        if len(sizes) > 1 and stored_out_first:
            sizes[:2] = sizes[1], sizes[0]
        terms.append(" x ".join(map(str, sizes)) or "1")
    return f"{' + '.join(terms)} = {network.count(list(fresh))}"


def _shared(own: Sequence[int]) -> str:
    return "counted above: shared with an earlier layer" if own else ""
