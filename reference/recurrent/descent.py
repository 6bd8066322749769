"""One step of stochastic gradient descent for many networks, each on a sequence of its own."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from reference.languages import Floats, Integers, Sequence
from reference.recurrent.networks import Networks
from reference.recurrent.recurrence import Recurrence, States

LEARNING_RATE: Final = 0.005
WEIGHT_DECAY: Final = 1e-4


@dataclass(frozen=True, eq=False)
class Batch:
    """One sequence a network, padded to the longest: `read`, `following`, `share`, each (N, T).

    `share` is what a symbol counts in the mean of its sequence: 1 / length, 0 where padded.
    """

    read: Integers
    following: Integers
    share: Floats

    @classmethod
    def of(cls, sequences: list[Sequence]) -> Self:
        """Pad with whatever symbol has index 0."""
        lengths = [len(sequence.read) for sequence in sequences]
        shape = (len(sequences), max(lengths))
        read, following, share = np.zeros(shape, int), np.zeros(shape, int), np.zeros(shape)
        for row, (sequence, length) in enumerate(zip(sequences, lengths, strict=True)):
            read[row, :length] = sequence.read
            following[row, :length] = sequence.following
            share[row, :length] = 1 / length
        return cls(read, following, share)


def gradients(networks: Networks, batch: Batch, recurrence: Recurrence) -> dict[str, Floats]:
    """Gradients of the mean negative log likelihood of the symbols that followed."""
    p = networks.parameters
    start = start_of(networks)
    rows = np.arange(networks.count)[:, None]
    drive = _time_first((p["W"] + p["hid_bias"][:, None])[rows, batch.read])
    weights = np.ascontiguousarray(p["U"].transpose(1, 2, 0))
    states = recurrence.forward(drive, weights, start)
    hidden = _network_first(states.hidden)
    errors = _output_errors(hidden @ p["V"] + p["out_bias"][:, None], batch)
    slopes = _time_first(errors @ p["V"].swapaxes(1, 2))
    nets, into_start = recurrence.backward(states, slopes, weights, start)
    net = _network_first(nets)
    before = np.concatenate([_network_first(start[None]), hidden[:, :-1]], axis=1)
    one_hot = np.eye(networks.symbols)[batch.read]
    found = {
        "W": one_hot.swapaxes(1, 2) @ net,
        "U": before.swapaxes(1, 2) @ net,
        "hid_bias": net.sum(axis=1),
        "V": hidden.swapaxes(1, 2) @ errors,
        "out_bias": errors.sum(axis=1),
    }
    if networks.kind == "srn":
        found["H0"] = (into_start * (1 - start**2))[..., 0].T
    return found


def descend(
    networks: Networks,
    batch: Batch,
    recurrence: Recurrence,
    rate: float = LEARNING_RATE,
    decay: float = WEIGHT_DECAY,
) -> None:
    """Take one step in place, as torch.optim.SGD does: the decay is added to the gradient."""
    for name, gradient in gradients(networks, batch, recurrence).items():
        parameter = networks.parameters[name]
        parameter -= rate * (gradient + decay * parameter)


def run(networks: Networks, read: Integers, recurrence: Recurrence) -> tuple[States, Floats]:
    """Run all networks over the sequences `read` (B, T): states, and what each one expects next.

    Returns:
        the states, (T, H, N, B), and probabilities (N, B, T, K).
    """
    p = networks.parameters
    sequences, times = read.shape
    start = np.repeat(start_of(networks), sequences, axis=2)
    drive = (p["W"] + p["hid_bias"][:, None])[:, read.ravel()]
    drive = drive.reshape(networks.count, sequences, times, -1).transpose(2, 3, 0, 1)
    states = recurrence.forward(
        np.ascontiguousarray(drive), np.ascontiguousarray(p["U"].transpose(1, 2, 0)), start
    )
    hidden = states.hidden.transpose(2, 3, 0, 1)
    return states, softmax(hidden @ p["V"][:, None] + p["out_bias"][:, None, None])


def softmax(nets: Floats) -> Floats:
    """Probabilities over the last axis."""
    powers = np.exp(nets - nets.max(axis=-1, keepdims=True))
    probabilities: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def start_of(networks: Networks) -> Floats:
    """The hidden units before the first symbol, (H, N, 1)."""
    if networks.kind == "lstm":
        return np.zeros((networks.hidden, networks.count, 1))
    return np.tanh(networks.parameters["H0"]).T[..., None]


def _output_errors(nets: Floats, batch: Batch) -> Floats:
    errors = softmax(nets)
    count, times = batch.read.shape
    errors[np.arange(count)[:, None], np.arange(times), batch.following] -= 1
    errors *= batch.share[..., None]
    return errors


def _time_first(values: Floats) -> Floats:
    """(N, T, units) as (T, units, N, 1)."""
    return np.ascontiguousarray(values.transpose(1, 2, 0))[..., None]


def _network_first(values: Floats) -> Floats:
    """(T, units, N, 1) as (N, T, units)."""
    return values[..., 0].transpose(2, 0, 1)
