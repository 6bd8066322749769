"""Where an SRN would come to rest if one symbol came for ever, and how it goes there.

At such a point h = tanh(W x + U h + bias). The eigenvalues of the Jacobian there tell the motion
nearby: of size below 1 it comes nearer with every symbol, above 1 it leaves; a negative one changes
sides with every symbol.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from reference.languages import Floats
from reference.recurrent.networks import Networks

STARTS: Final = 15  # along each unit, from -1 to 1
ROUNDS: Final = 60
NEAR: Final = 1e-4
DIGITS: Final = 3


@dataclass(frozen=True)
class FixedPoint:
    """A point of rest for one symbol: the hidden units there, and eigenvalues (real, imaginary),
    largest first."""

    symbol: str
    hidden: tuple[float, ...]
    eigenvalues: tuple[tuple[float, float], ...]

    @property
    def attracts(self) -> bool:
        """Whether the units come nearer from all sides."""
        return all(np.hypot(*value) < 1 for value in self.eigenvalues)


def fixed_points(networks: Networks, alphabet: str) -> tuple[FixedPoint, ...]:
    """Those of the one SRN of the batch, of two or three units; none is looked for in an LSTM."""
    if networks.kind != "srn" or networks.hidden > 3:
        return ()
    return tuple(
        _described(point, weights, symbol)
        for index, symbol in enumerate(alphabet)
        for weights in [networks.parameters["U"][0]]
        for point in _found(networks, index)
    )


def _found(networks: Networks, symbol: int) -> list[Floats]:
    """Newton's method from a grid of starts; a point counts once."""
    p = {name: array[0] for name, array in networks.parameters.items()}
    net, weights = p["W"][symbol] + p["hid_bias"], p["U"]
    size = networks.hidden
    axis = np.linspace(-1, 1, STARTS)
    points = np.stack(np.meshgrid(*[axis] * size, indexing="ij"), axis=-1).reshape(-1, size)
    for _ in range(ROUNDS):
        after = np.tanh(net + points @ weights)
        slopes = (1 - after**2)[:, :, None] * weights.T
        step = np.linalg.solve(slopes - np.eye(size) - 1e-12, (points - after)[..., None])[..., 0]
        points = np.clip(points + step, -1, 1)
    at_rest = np.abs(np.tanh(net + points @ weights) - points).max(axis=1) < NEAR / 10
    kept: list[Floats] = []
    for point in points[at_rest]:
        if all(np.abs(point - other).max() > NEAR for other in kept):
            kept.append(point)
    return sorted(kept, key=lambda point: point.tolist())


def _described(point: Floats, weights: Floats, symbol: str) -> FixedPoint:
    values = np.linalg.eigvals((1 - point**2)[:, None] * weights.T)
    ordered = sorted(values, key=lambda value: (-abs(value), value.real, value.imag))
    return FixedPoint(
        symbol,
        tuple(round(float(unit), DIGITS) + 0.0 for unit in point),
        tuple((_rounded(value.real), _rounded(value.imag)) for value in ordered),
    )


def _rounded(value: float) -> float:
    return round(float(value), DIGITS) + 0.0
