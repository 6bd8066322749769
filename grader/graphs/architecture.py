"""Questions that a check may ask about a network's architecture, each answered or refused in words.

They hold a network against what was asked for, not against one solution: any filters, windows and
pooling, in any spelling.
"""

from collections.abc import Sequence
from math import prod

from grader.checking import CheckFailure, Ungraded
from grader.graphs import ops
from grader.graphs.canonical import canonical
from grader.graphs.network import Network
from grader.graphs.oracle import compare, diagnose
from grader.graphs.rewrite import Step
from grader.graphs.structure import (
    activations,
    dimensions,
    sentence,
    structure,
    unfamiliar,
    weight_shape,
)
from reference.kuzu import build, parameter_count

_KIND_WORDS = {"conv2d": "convolutional", "linear": "fully connected"}
_OPTIONAL = {"dropout": ops.DROPOUTS, "norm": ops.NORMS}


def require_log_probabilities(network: Network, classes: int) -> None:
    """The output is (N, classes), log softmax over the classes, straight from the last layer."""
    shape = structure(network)
    last = canonical(network).steps[-1] if canonical(network).steps else None
    if last is None or not last.batched or last.shape != (classes,):
        found = "(N)" if last is None else _shape(last)
        raise _failure(network, f"the output has the shape {found}", f"(N, {classes})")
    if _judge_unknown(network, shape.head):
        return
    ends = [step for step in shape.head if step.op != "reshape"]
    over_classes = all(_over(step, classes) for step in ends if "softmax" in step.op)
    if [step.op for step in ends] not in (["log_softmax"], ["softmax", "log"]) or not over_classes:
        raise _failure(
            network,
            f"after the last layer comes {sentence(tuple(ends))}",
            "log softmax over the classes (dim=1), and nothing else",
        )


def require_layers(network: Network, kinds: Sequence[str], allow: Sequence[str]) -> None:
    """Exactly these weighted layers in this order, one after the other; no extras but `allow`.

    Args:
        network: the captured network.
        kinds: "conv2d" or "linear", in order.
        allow: "dropout", "norm": what the assignment leaves free.
    """
    shape = structure(network)
    asked = _layer_words(kinds)
    steps = canonical(network, training=True).steps
    if shape.kinds() != list(kinds):
        _judge_unknown(network, [step for step in steps if step.tensors])
        raise _failure(network, f"the network has {_layer_words(shape.kinds())}", asked)
    if not shape.chain:
        raise _failure(network, "the network branches and joins again", f"{asked}, in a row")
    _judge_unknown(network, steps)
    first, size = shape.layers[0][0], network.input_shape
    if first.op == "linear" and _weight_sizes(network, first)[_inputs(first)] != prod(size):
        raise _failure(
            network, f"the first layer does not see all {prod(size)} pixels", "all pixels"
        )
    for name, group in _OPTIONAL.items():
        used = {step.op for step in steps} & group
        if used and name not in allow:
            found = f"the network uses {sorted(used)[0].replace('_', ' ')}"
            raise _failure(network, found, f"{asked} and nothing else")
    if "conv2d" not in kinds and any(s.op in ops.POOLS for s in canonical(network).steps):
        raise _failure(network, "the network pools", f"{asked}, of the {size[1]}x{size[2]} pixels")


def require_linear(network: Network) -> None:
    """Nothing non-linear happens before the last layer."""
    before = structure(network).before
    found = activations(before)
    if found and not _judge_unknown(network, before):
        raise _failure(network, f"{found[0]} is applied to the pixels", "the pixels themselves")


def require_activation(network: Network, name: str) -> None:
    """Each layer but the last is followed by exactly this activation."""
    shape = structure(network)
    wrong = []
    suspects = list(shape.before)
    for number, (layer, after) in enumerate(shape.layers[:-1], start=1):
        found = activations(after)
        if found != [name]:
            what = " and ".join(found) or "no activation"
            suspects += after
            wrong.append(f"{what} after layer {number} ({_KIND_WORDS[layer.op]})")
    if activations(shape.before):
        wrong.append(f"{activations(shape.before)[0]} before the first layer")
    if wrong and not _judge_unknown(network, suspects):
        many = "each hidden layer" if len(shape.layers) > 2 else "the hidden layer"
        raise _failure(network, "; ".join(wrong), f"{name} after {many}")


def hidden_size(network: Network) -> int:
    """Nodes of the first fully connected layer."""
    return structure(network).linears()[0][0].shape[-1]


def require_parameters(network: Network) -> None:
    """The independent parameters are those of the right network with these sizes."""
    expected = _expected_count(network)
    found = sum(network.count([i]) for i in network.parameters() if network.tensors[i].trainable)
    if found != expected:
        reasons = _count_reasons(network) or [f"{found - expected:+d} parameters"]
        raise _failure(
            network,
            f"{found} independent parameters: {'; '.join(reasons)}",
            f"{expected} for a network with these layers",
        )


def _expected_count(network: Network) -> int:
    """Counted on the reference where it has these sizes, otherwise layer by layer."""
    norms = [s for s in canonical(network, training=True).steps if s.op in ops.NORMS]
    normed = network.count(
        [i for s in norms for i in s.tensors if network.tensors[i].kind == "parameter"]
    )
    normed -= sum(
        layer.shape[0]
        for layer, after in structure(network).layers
        if len(layer.inputs) == 2 and after and after[0].op in ops.NORMS
    )  # a norm takes the mean away, so a bias before it would do nothing
    try:
        return parameter_count(build(network.name, dimensions(network))) + normed
    except ValueError:
        return normed + sum(_full_layer(network, layer) for layer, _ in structure(network).layers)


def _full_layer(network: Network, step: Step) -> int:
    """Weights, and one bias an output."""
    outputs = step.shape[0] if step.op == "conv2d" else step.shape[-1]
    return prod(_weight_sizes(network, step)) + outputs


def _count_reasons(network: Network) -> list[str]:
    used = network.used()
    unused = [i for i in network.parameters() if i not in used]
    reasons = [
        f"{network.tensors[i].names[0]} ({network.count([i])}) is never used" for i in unused
    ]
    frozen = [i for i in network.parameters() if not network.tensors[i].trainable]
    reasons += [f"{network.tensors[i].names[0]} is not trained" for i in frozen]
    for number, (layer, _) in enumerate(structure(network).layers, start=1):
        if len(layer.inputs) == 2:
            reasons.append(f"layer {number} ({_KIND_WORDS[layer.op]}) has no bias")
    if network.constants:
        reasons.append("weights are held in plain tensors, which no optimiser trains")
    return reasons


def _over(step: Step, classes: int) -> bool:
    """Whether a softmax is taken over the classes of one image, and nothing else."""
    dim = step.setting("dim")
    return bool(dim > 0 and step.shape[dim - 1] == classes == prod(step.shape))


def _judge_unknown(network: Network, steps: Sequence[Step]) -> bool:
    """Whether operations that no rule speaks of come, all in all, to what the reference computes.

    False where there are no such operations.

    Raises:
        Ungraded: they come to something else; that is for a human to judge, not for a rule to fail.
    """
    strange = sorted(unfamiliar(steps))
    if not strange:
        return False
    if "detach" in strange or not _same_in_both_modes(network) or not compare(network).equal:
        raise Ungraded(f"the network also uses {', '.join(strange)}, which a tutor should judge")
    return True


def _same_in_both_modes(network: Network) -> bool:
    """Whether training does nothing, dropout aside, that evaluation does not do."""
    training, evaluation = (canonical(network, training=mode).steps for mode in (True, False))
    kept = [step.op for step in training if step.op not in ops.DROPOUTS]
    return kept == [step.op for step in evaluation]


def _weight_sizes(network: Network, step: Step) -> list[int]:
    sizes = weight_shape(step, network)
    if sizes is None:
        raise Ungraded("a layer's weights are computed on the way, which a tutor should judge")
    return sizes


def _inputs(step: Step) -> int:
    return 0 if step.setting("weight") == "in x out" else 1


def _layer_words(kinds: Sequence[str]) -> str:
    if not kinds:
        return "no layer with weights"
    parts = []
    for op, word in _KIND_WORDS.items():
        if count := list(kinds).count(op):
            parts.append(f"{count} {word} layer{'s' if count > 1 else ''}")
    ordered = list(kinds) == sorted(kinds)
    return " and ".join(parts) + ("" if ordered else ", in another order")


def _shape(step: Step) -> str:
    sizes = (["N"] if step.batched else []) + [str(size) for size in step.shape]
    return f"({', '.join(sizes)})"


def _failure(network: Network, found: str, expected: str) -> CheckFailure:
    known = diagnose(network)
    return CheckFailure(found, expected, known.sentence if known else "")
