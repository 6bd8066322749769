"""The part of a recurrent network that cannot be done for all times at once, forwards and back.

Arrays here have time first and the networks last, (T, units, N, B) for B sequences a network, so
that one numpy operation serves all networks and sequences. Whatever does not depend on the state
before (inputs, outputs, gradients of weights) is left to whoever calls, as products over all times.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reference.languages import Floats
from reference.recurrent.networks import Kind


@dataclass(frozen=True, eq=False)
class States:
    """What a forward pass leaves, each (T, H, N, B): for an SRN `hidden` alone.

    `gates` (T, 4, H, N, B) in the order input, forget, new, output; `squashed` is tanh(context).
    """

    hidden: Floats
    context: Floats | None = None
    gates: Floats | None = None
    squashed: Floats | None = None


class Recurrence(Protocol):
    """Forward and backward pass through time, for one way of computing them."""

    def forward(self, drive: Floats, weights: Floats, start: Floats) -> States:
        """States for inputs `drive` (T, G, N, B), `weights` U (H, G, N), `start` h (H, N, B)."""

    def backward(
        self, states: States, slopes: Floats, weights: Floats, start: Floats
    ) -> tuple[Floats, Floats]:
        """Gradients at the net inputs (T, G, N, B) and at the start (H, N, B).

        `slopes` (T, H, N, B) is the loss's gradient at the hidden units by way of the outputs.
        """


class BatchedSRN:
    """Every operation covers all networks and sequences of one time."""

    def forward(self, drive: Floats, weights: Floats, start: Floats) -> States:
        """See `Recurrence`."""
        hidden = np.empty_like(drive)
        columns, state = weights[..., None], start
        part = np.empty_like(start)
        for net, units in zip(drive, hidden, strict=True):
            np.add(net, np.multiply(columns[0], state[0], out=part), out=units)
            for column, unit in zip(columns[1:], state[1:], strict=True):
                np.add(units, np.multiply(column, unit, out=part), out=units)
            state = np.tanh(units, out=units)
        return States(hidden)

    def backward(
        self, states: States, slopes: Floats, weights: Floats, start: Floats
    ) -> tuple[Floats, Floats]:
        """See `Recurrence`."""
        local = 1 - states.hidden**2
        rows = np.ascontiguousarray(weights.swapaxes(0, 1))[..., None]
        nets = np.empty_like(slopes)
        carried, part = np.zeros_like(start), np.empty_like(start)
        for slope, steep, net in zip(slopes[::-1], local[::-1], nets[::-1], strict=True):
            np.multiply(np.add(slope, carried, out=carried), steep, out=net)
            np.multiply(rows[0], net[0], out=carried)
            for row, unit in zip(rows[1:], net[1:], strict=True):
                carried += np.multiply(row, unit, out=part)
        return nets, carried


class BatchedLSTM:
    """As `BatchedSRN`. A gate's sigmoid is computed as (1 + tanh(z / 2)) / 2: one tanh for all."""

    def forward(self, drive: Floats, weights: Floats, start: Floats) -> States:
        """See `Recurrence`."""
        times, _, *rest = drive.shape
        size = len(weights)
        half = np.where(np.arange(4 * size) // size == 2, 1, 0.5)[:, None, None]
        offset = 1 - half
        gates = drive * half
        columns = weights[..., None] * half
        context = np.empty((times, size, *rest))
        squashed, hidden = np.empty_like(context), np.empty_like(context)
        state, inner = start, np.zeros_like(start)
        part, new = np.empty_like(gates[0]), np.empty_like(start)
        shaped = gates.reshape(times, 4, size, *rest)
        for nets, gate, c, squash, h in zip(gates, shaped, context, squashed, hidden, strict=True):
            for column, unit in zip(columns, state, strict=True):
                np.add(nets, np.multiply(column, unit, out=part), out=nets)
            np.add(np.multiply(np.tanh(nets, out=nets), half, out=nets), offset, out=nets)
            np.multiply(gate[1], inner, out=c)
            np.add(c, np.multiply(gate[0], gate[2], out=new), out=c)
            np.multiply(gate[3], np.tanh(c, out=squash), out=h)
            state, inner = h, c
        return States(hidden, context, shaped, squashed)

    def backward(
        self, states: States, slopes: Floats, weights: Floats, start: Floats
    ) -> tuple[Floats, Floats]:
        """See `Recurrence`."""
        into_context, into_gates, out_gate = local_slopes(states)
        assert states.gates is not None
        times, _, size, *rest = states.gates.shape
        nets = np.empty((times, 4 * size, *rest))
        shaped = nets.reshape(times, 4, size, *rest)
        rows = np.ascontiguousarray(weights)[..., None]
        carried, inner = np.zeros_like(start), np.zeros_like(start)
        part, slope_c = np.empty_like(rows[0] * start[:1]), np.empty_like(start)
        for at in range(times - 1, -1, -1):
            carried += slopes[at]
            np.multiply(carried, into_context[at], out=slope_c)
            slope_c += inner
            np.multiply(into_gates[at], slope_c, out=shaped[at, :3])
            np.multiply(out_gate[at], carried, out=shaped[at, 3])
            np.multiply(slope_c, states.gates[at, 1], out=inner)
            for unit, row in enumerate(rows):
                np.add.reduce(np.multiply(row, nets[at], out=part), axis=0, out=carried[unit])
        return nets, carried


def local_slopes(states: States) -> tuple[Floats, Floats, Floats]:
    """What the chain rule of an LSTM needs at each time, whatever comes back from later times.

    Returns:
        d h / d c (T, H, N, B); d c / d net inputs of the first three gates (T, 3, H, N, B);
        d h / d net input of the output gate (T, H, N, B).
    """
    assert states.gates is not None
    assert states.context is not None
    assert states.squashed is not None
    entry, forget, new, output = states.gates.swapaxes(0, 1)
    before = np.concatenate([np.zeros_like(states.context[:1]), states.context[:-1]])
    first = (new * entry * (1 - entry), before * forget * (1 - forget), entry * (1 - new**2))
    return (
        output * (1 - states.squashed**2),
        np.stack(first, axis=1),
        states.squashed * output * (1 - output),
    )


def batched(kind: Kind) -> Recurrence:
    """The recurrence for any number of networks."""
    return BatchedSRN() if kind == "srn" else BatchedLSTM()
