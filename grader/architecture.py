"""Questions that a check may ask about a network's architecture, each answered or refused in words.

They hold a network against what was asked for, not against one solution: any filters, windows and
pooling, in any spelling.
"""

from collections.abc import Sequence

from grader import ops
from grader.canonical import canonical
from grader.checking import CheckFailure, Ungraded
from grader.network import Network
from grader.oracle import diagnose
from grader.rewrite import Step
from grader.structure import WEIGHTED, activations, dimensions, sentence, structure
from reference.kuzu import build, parameter_count

_KIND_WORDS = {"conv2d": "convolutional", "linear": "fully connected"}
_OPTIONAL = {"dropout": ops.DROPOUTS, "norm": ops.NORMS}
_KNOWN = ops.ACTIVATIONS | ops.POOLS | ops.NORMS | ops.DROPOUTS | {"reshape", *WEIGHTED}


def require_log_probabilities(network: Network, classes: int) -> None:
    """The output is (N, classes), log softmax over the classes, straight from the last layer."""
    shape = structure(network)
    last = canonical(network).steps[-1] if canonical(network).steps else None
    if last is None or not last.batched or last.shape != (classes,):
        found = "(N)" if last is None else _shape(last)
        raise _failure(network, f"the output has the shape {found}", f"(N, {classes})")
    _judge_unknown(shape.head)
    ends = [step for step in shape.head if step.op != "reshape"]
    over_classes = all(step.setting("dim") == 1 for step in ends if "softmax" in step.op)
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
    if shape.kinds() != list(kinds):
        raise _failure(network, f"the network has {_layer_words(shape.kinds())}", asked)
    if not shape.chain:
        raise _failure(network, "the network branches and joins again", f"{asked}, in a row")
    first, size = shape.layers[0][0], network.input_shape
    if first.op == "linear" and network.tensors[first.tensors[0]].shape[_inputs(first)] != 784:
        raise _failure(network, "the first layer does not see all 784 pixels", "all pixels")
    for name, group in _OPTIONAL.items():
        used = {step.op for step in canonical(network, training=True).steps} & group
        if used and name not in allow:
            found = f"the network uses {sorted(used)[0].replace('_', ' ')}"
            raise _failure(network, found, f"{asked} and nothing else")
    if "conv2d" not in kinds and any(s.op in ops.POOLS for s in canonical(network).steps):
        raise _failure(network, "the network pools", f"{asked}, of the {size[1]}x{size[2]} pixels")
    _judge_unknown(canonical(network, training=True).steps)


def require_linear(network: Network) -> None:
    """Nothing non-linear happens before the last layer."""
    found = activations(structure(network).before)
    if found:
        raise _failure(network, f"{found[0]} is applied to the pixels", "the pixels themselves")


def require_activation(network: Network, name: str) -> None:
    """Each layer but the last is followed by exactly this activation."""
    shape = structure(network)
    wrong = []
    for number, (layer, after) in enumerate(shape.layers[:-1], start=1):
        found = activations(after)
        if found != [name]:
            what = " and ".join(found) or "no activation"
            wrong.append(f"{what} after layer {number} ({_KIND_WORDS[layer.op]})")
    if activations(shape.before):
        wrong.append(f"{activations(shape.before)[0]} before the first layer")
    if wrong:
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
    try:
        return parameter_count(build(network.name, dimensions(network))) + normed
    except ValueError:
        return normed + sum(_full_layer(network, layer) for layer, _ in structure(network).layers)


def _full_layer(network: Network, step: Step) -> int:
    """Weights, and one bias an output."""
    outputs = step.shape[0] if step.op == "conv2d" else step.shape[-1]
    return network.count([step.tensors[0]]) + outputs


def _count_reasons(network: Network) -> list[str]:
    used = network.used()
    unused = [i for i in network.parameters() if i not in used]
    reasons = [
        f"{network.tensors[i].names[0]} ({network.count([i])}) is never used" for i in unused
    ]
    frozen = [i for i in network.parameters() if not network.tensors[i].trainable]
    reasons += [f"{network.tensors[i].names[0]} is not trained" for i in frozen]
    for number, (layer, _) in enumerate(structure(network).layers, start=1):
        if len(layer.tensors) == 1:
            reasons.append(f"layer {number} ({_KIND_WORDS[layer.op]}) has no bias")
    if network.constants:
        reasons.append("weights are held in plain tensors, which no optimiser trains")
    return reasons


def _judge_unknown(steps: Sequence[Step]) -> None:
    """An operation that no rule speaks of is for a human to judge, not for a rule to fail."""
    strange = sorted({s.op for s in steps} - _KNOWN - {"log"})
    if strange:
        raise Ungraded(f"the network also uses {', '.join(strange)}, which a tutor should judge")


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
