"""The recurrence of one small network as plain numbers: no array, no loop over units.

One numpy operation takes a microsecond, a product of two numbers a fortieth of that. A network of
two or three units is therefore written out: a function is generated for each number of hidden
units, with one line for each unit and gate. It computes what `reference.recurrent.recurrence`
computes and is tested against it.
"""

from collections.abc import Callable
from functools import cache
from math import tanh
from typing import Any, Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.networks import Kind
from reference.recurrent.recurrence import Recurrence, States, local_slopes

Rows = list[list[float]]
GATES: Final = 4
FORWARD, BACKWARD = "forward", "backward"


class UnrolledSRN:
    """See `reference.recurrent.recurrence.Recurrence`; N and B must be 1."""

    def __init__(self, hidden: int) -> None:
        self._forward = _function(_srn_forward(hidden), FORWARD)
        self._backward = _function(_srn_backward(hidden), BACKWARD)

    def forward(self, drive: Floats, weights: Floats, start: Floats) -> States:
        """States for one network and one sequence."""
        rows = self._forward(_rows(drive), _numbers(weights), _numbers(start))
        return States(_array(rows, drive.shape))

    def backward(
        self, states: States, slopes: Floats, weights: Floats, start: Floats
    ) -> tuple[Floats, Floats]:
        """Gradients at the net inputs and at the start."""
        steep = 1 - states.hidden**2
        rows, into_start = self._backward(_rows(slopes), _rows(steep), _numbers(weights))
        return _array(rows[::-1], slopes.shape), _array([into_start], start.shape)


class UnrolledLSTM:
    """See `reference.recurrent.recurrence.Recurrence`; N and B must be 1."""

    def __init__(self, hidden: int) -> None:
        self._hidden = hidden
        self._forward = _function(_lstm_forward(hidden), FORWARD)
        self._backward = _function(_lstm_backward(hidden), BACKWARD)

    def forward(self, drive: Floats, weights: Floats, start: Floats) -> States:
        """States for one network and one sequence."""
        size, times = self._hidden, len(drive)
        half = np.where(np.arange(GATES * size) // size == 2, 1, 0.5)[:, None]
        rows = self._forward(
            _rows(drive * half[..., None]), _numbers(weights * half), _numbers(start)
        )
        found = np.array(rows).reshape(times, GATES + 3, size, 1, 1)
        return States(found[:, 6], found[:, 4], found[:, :GATES], found[:, 5])

    def backward(
        self, states: States, slopes: Floats, weights: Floats, start: Floats
    ) -> tuple[Floats, Floats]:
        """Gradients at the net inputs and at the start."""
        assert states.gates is not None
        into_context, into_gates, out_gate = local_slopes(states)
        times = len(slopes)
        parts = (slopes, into_context, into_gates, out_gate, states.gates[:, 1])
        known = np.concatenate([part.reshape(times, -1) for part in parts], axis=1)
        rows, into_start = self._backward(known.tolist(), _numbers(weights))
        shape = (times, GATES * self._hidden, 1, 1)
        return _array(rows[::-1], shape), _array([into_start], start.shape)


@cache
def unrolled(kind: Kind, hidden: int) -> Recurrence:
    """The recurrence for one network of this size."""
    return UnrolledSRN(hidden) if kind == "srn" else UnrolledLSTM(hidden)


def _srn_forward(hidden: int) -> list[str]:
    nets = _units("z", hidden)
    return [
        "def forward(drive, weights, start):",
        f" {_tuple(_matrix(hidden, hidden))} = weights",
        f" {_tuple(_units('h', hidden))} = start",
        " rows = []",
        f" for {_tuple(nets)} in drive:",
        f"  {_tuple(_units('h', hidden))} = {_tuple(_squashed(nets, hidden))}",
        f"  rows.append({_tuple(_units('h', hidden))})",
        " return rows",
    ]


def _srn_backward(hidden: int) -> list[str]:
    slopes, steep, back = (_units(letter, hidden) for letter in "gsc")
    nets = [f"({g} + {c}) * {s}" for g, c, s in zip(slopes, back, steep, strict=True)]
    return [
        "def backward(slopes, steep, weights):",
        f" {_tuple(_matrix(hidden, hidden))} = weights",
        f" {' = '.join(back)} = 0.0",
        " rows = []",
        f" for {_tuple(slopes)}, {_tuple(steep)} in zip(reversed(slopes), reversed(steep)):",
        f"  {_tuple(_units('z', hidden))} = {_tuple(nets)}",
        f"  rows.append({_tuple(_units('z', hidden))})",
        f"  {_tuple(back)} = {_tuple(_carried(hidden, hidden))}",
        f" return rows, {_tuple(back)}",
    ]


def _lstm_forward(hidden: int) -> list[str]:
    nets = _units("z", GATES * hidden)
    gates = _units("g", GATES * hidden)
    inner, squash, units = (_units(letter, hidden) for letter in "cqh")
    entry, forget, new, output = (gates[k * hidden : (k + 1) * hidden] for k in range(GATES))
    values = [
        text if at // hidden == 2 else f"0.5 + 0.5 * {text}"
        for at, text in enumerate(_squashed(nets, hidden))
    ]
    contexts = [
        f"{f} * {c} + {i} * {n}" for f, c, i, n in zip(forget, inner, entry, new, strict=True)
    ]
    return [
        "def forward(drive, weights, start):",
        f" {_tuple(_matrix(hidden, GATES * hidden))} = weights",
        f" {_tuple(units)} = start",
        f" {' = '.join(inner)} = 0.0",
        " rows = []",
        f" for {_tuple(nets)} in drive:",
        *(f"  {gate} = {value}" for gate, value in zip(gates, values, strict=True)),
        *(f"  {c} = {value}" for c, value in zip(inner, contexts, strict=True)),
        *(f"  {q} = tanh({c})" for q, c in zip(squash, inner, strict=True)),
        *(f"  {h} = {o} * {q}" for h, o, q in zip(units, output, squash, strict=True)),
        f"  rows.append({_tuple([*gates, *inner, *squash, *units])})",
        " return rows",
    ]


def _lstm_backward(hidden: int) -> list[str]:
    slopes, into, steep, forget, back, inner = (_units(letter, hidden) for letter in "gpofcd")
    local = _units("q", 3 * hidden)
    nets = _units("z", GATES * hidden)
    return [
        "def backward(known, weights):",
        f" {_tuple(_matrix(hidden, GATES * hidden))} = weights",
        f" {' = '.join([*back, *inner])} = 0.0",
        " rows = []",
        f" for {_tuple([*slopes, *into, *local, *steep, *forget])} in reversed(known):",
        *(f"  {c} += {g}" for c, g in zip(back, slopes, strict=True)),
        *(f"  {d} += {c} * {p}" for d, c, p in zip(inner, back, into, strict=True)),
        *(f"  {nets[k]} = {q} * {inner[k % hidden]}" for k, q in enumerate(local)),
        *(f"  {z} = {o} * {c}" for z, o, c in zip(nets[-hidden:], steep, back, strict=True)),
        f"  rows.append({_tuple(nets)})",
        *(f"  {d} *= {f}" for d, f in zip(inner, forget, strict=True)),
        *(f"  {c} = {v}" for c, v in zip(back, _carried(hidden, len(nets)), strict=True)),
        f" return rows, {_tuple(back)}",
    ]


def _function(lines: list[str], name: str) -> Callable[..., Any]:
    space: dict[str, Any] = {"tanh": tanh}
    exec("\n".join(lines), space)
    made: Callable[..., Any] = space[name]
    return made


def _units(letter: str, count: int) -> list[str]:
    return [f"{letter}{unit}" for unit in range(count)]


def _matrix(hidden: int, nets: int) -> list[str]:
    """Names of the weights from each unit to each net input, in the order of U."""
    return [f"u{source}_{net}" for source in range(hidden) for net in range(nets)]


def _squashed(nets: list[str], hidden: int) -> list[str]:
    return [
        f"tanh({net} + " + " + ".join(f"u{j}_{k} * h{j}" for j in range(hidden)) + ")"
        for k, net in enumerate(nets)
    ]


def _carried(hidden: int, nets: int) -> list[str]:
    return [" + ".join(f"u{j}_{k} * z{k}" for k in range(nets)) for j in range(hidden)]


def _tuple(names: list[str]) -> str:
    return "(" + ", ".join(names) + ",)"


def _rows(values: Floats) -> Rows:
    rows: Rows = values.reshape(len(values), -1).tolist()
    return rows


def _numbers(values: Floats) -> list[float]:
    numbers: list[float] = values.ravel().tolist()
    return numbers


def _array(rows: Any, shape: tuple[int, ...]) -> Floats:
    return np.array(rows, np.float64).reshape(shape)
