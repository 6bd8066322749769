"""Asks the oracle about a student's network, under the student's own weights.

The right network, and every known mistake, is built with the sizes the student chose and given
the student's weights. Whichever then computes the same on random images, the student wrote.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Final

import torch
from torch import nn

from grader.graphs import ops
from grader.graphs.canonical import canonical
from grader.graphs.network import Network
from grader.graphs.replay import Replay
from grader.graphs.structure import dimensions, unfamiliar
from grader.results import Diagnosis, Equivalence
from reference.kuzu import build
from reference.mistakes import mistakes_of

IMAGES: Final = 16
TOLERANCE: Final = 1e-4
"""Of the largest output: float32 sums in another order differ by a tenth of this at most."""


def compare(network: Network) -> Equivalence:
    """Whether the network in evaluation mode is the reference of its name."""
    normed = sorted({s.op for s in canonical(network).steps} & ops.NORMS)
    if normed:
        reason = f"the network uses {normed[0].replace('_', ' ')}, which the reference does not"
        return Equivalence(equal=None, max_difference=None, reason=reason)
    try:
        right = build(network.name, dimensions(network))
    except ValueError as error:
        return Equivalence(equal=None, max_difference=None, reason=str(error))
    difference = _difference(network, right, partial(_outputs, network))
    strange = sorted(unfamiliar(canonical(network).steps))
    if difference is None and strange:
        reason = f"the network uses {', '.join(strange)}, which the reference does not"
        return Equivalence(equal=None, max_difference=None, reason=reason)
    if difference is None:
        reason = "its parameters do not fit the reference's"
        return Equivalence(equal=False, max_difference=None, reason=reason)
    equal = difference <= TOLERANCE
    reason = "computes the same as the reference" if equal else "computes something else"
    return Equivalence(equal=equal, max_difference=difference, reason=reason)


def diagnose(network: Network) -> Diagnosis | None:
    """The known mistake that computes the same as the network, None where there is none."""
    try:
        dims = dimensions(network)
    except ValueError:
        return None
    outputs = cache(partial(_outputs, network))
    for mistake in mistakes_of(network.name):
        try:
            wrong = mistake.build(dims)
        except ValueError:
            continue  # this mistake has other sizes
        difference = _difference(network, wrong, outputs)
        if difference is not None and difference <= TOLERANCE:
            return Diagnosis(mistake=mistake.id, sentence=mistake.sentence)
    return None


def _difference(
    network: Network, other: nn.Module, outputs: Callable[[], torch.Tensor]
) -> float | None:
    """Largest difference of the outputs over the largest output; None where shapes differ."""
    if not _load_weights(other, network):
        return None
    with torch.no_grad():
        expected = other.eval()(_images(network))
    found = outputs()
    if found.shape != expected.shape:
        return None
    scale = max(1.0, float(expected.abs().max()))
    return float((found - expected).abs().max()) / scale


def _outputs(network: Network) -> torch.Tensor:
    """What the network returns for the random images."""
    with torch.no_grad():
        outputs: torch.Tensor = Replay(network, network.seeds[0]).eval()(_images(network))
    return outputs


def _images(network: Network) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(IMAGES, *network.input_shape, generator=generator)


def _load_weights(module: nn.Module, network: Network) -> bool:
    """Give `module` the student's weights in order of use; False where a shape does not fit."""
    values = _weights_in_order(network)
    parameters = list(module.parameters())
    if [p.shape for p in parameters] != [v.shape for v in values]:
        return False
    with torch.no_grad():
        for parameter, value in zip(parameters, values, strict=True):
            parameter.copy_(value)
    return True


def _weights_in_order(network: Network) -> list[torch.Tensor]:
    weights = network.weights[network.seeds[0]]
    values: dict[int, torch.Tensor] = {}
    for step in canonical(network).steps:
        turned = step.setting("weight") == "in x out"
        for index in step.tensors:
            if network.tensors[index].kind == "parameter":
                value = weights[index]
                values.setdefault(index, value.T if turned and value.dim() == 2 else value)
    return list(values.values())
