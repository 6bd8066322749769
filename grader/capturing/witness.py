"""Holds a captured graph against what the network itself computed when it was run once more.

A graph is what the sandbox says about a network. Run by itself, in another process and under
another environment, on inputs that nobody knew before, the network must give what its graph gives.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import CaptureError
from grader.graphs.graph import base_name
from grader.graphs.network import Network
from grader.wire import MAX_TENSOR_BYTES, parse_tensors, read_untrusted

TOLERANCE = 1e-3
"""Difference, for each 1 of the largest output, beyond that of a sum in another order."""

RANDOM = frozenset("dropout dropout_ feature_dropout feature_dropout_ alpha_dropout".split())

OTHER_WEIGHTS = (
    "has other weights when it is built again with the same seed: they depend on the time, the"
    " process or its environment"
)
OTHER_NUMBERS = (
    "computes other numbers than its graph when it is run again, in another process and without"
    " being traced"
)


@dataclass(frozen=True)
class Account:
    """What speaks `against` the graph, or "", and a `remark` for a person, or ""."""

    against: str = ""
    remark: str = ""


def account_of(out: Path, stem: str, network: Network, probe: int) -> Account | None:
    """Compare a network with its graph; None where it left nothing to compare.

    Args:
        out: the folder for replies.
        stem: name of the network's reply.
        network: as it was captured.
        probe: seed of the inputs.
    """
    file = out / f"{stem}.witness"
    if not file.is_symlink() and not file.exists():
        return None
    try:
        return _compared(file, network, probe)
    except CaptureError as error:
        return Account(against=f"{error.where}: {error.found}")


def _compared(file: Path, network: Network, probe: int) -> Account:
    import torch

    tensors = parse_tensors(
        read_untrusted(file, MAX_TENSOR_BYTES), f"the witness of {network.name}"
    )
    seed = network.seeds[0]
    weights = tuple(tensors.get(f"{i}", torch.empty(0)) for i in range(len(network.tensors)))
    kinds = [(list(w.shape), str(w.dtype)) for w in weights]
    if "output" not in tensors or kinds != [
        (info.shape, f"torch.{info.dtype}") for info in network.tensors
    ]:
        return Account(against="is another network when it is built again")
    same = all(map(torch.equal, weights, network.weights[seed]))
    remark = "" if same else OTHER_WEIGHTS
    if any(base_name(node) in RANDOM for node in network.forms.eval.nodes):
        return Account(remark=remark)
    expected = _replayed(replace(network, weights={seed: weights}), seed, probe)
    return Account("" if _close(tensors["output"], expected) else OTHER_NUMBERS, remark)


def _replayed(network: Network, seed: int, probe: int) -> object:
    """What the graph gives for the inputs of the witness (see grader.worker.witness.probe)."""
    import torch

    from grader.graphs.replay import Replay
    from grader.worker.witness import probe as inputs

    module = Replay(network, seed).eval()
    try:
        with torch.no_grad():
            return module(inputs(probe, list(network.input_shape)))
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise CaptureError(network.name, f"its graph does not run: {error}") from None


def _close(found: object, expected: object) -> bool:
    import torch

    if not isinstance(found, torch.Tensor) or not isinstance(expected, torch.Tensor):
        return False
    if found.shape != expected.shape:
        return False
    found, expected = found.double(), expected.double()
    finite = expected[torch.isfinite(expected)]
    size = max(1.0, float(finite.abs().max())) if finite.numel() else 1.0
    return torch.allclose(found, expected, rtol=0, atol=TOLERANCE * size, equal_nan=True)
