"""Which unit counts: how each one moves when a symbol is read, and how it goes with the count.

The count is the course's colour: how many As so far while As are read, and how much of the string
is still to come afterwards. A unit that counts moves by about the same with every symbol and goes
up or down with the count; one that is saturated or marks a stage hardly moves.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from reference.recurrent.observation import NOTHING, Observation

DIGITS: Final = 3
STILL: Final = 1e-9  # what moves less than this moves by rounding alone
Layer = Literal["hidden", "context"]


@dataclass(frozen=True)
class Movement:
    """One unit, counted from 1, while one symbol is read after one like it.

    `mean` and `spread` (standard deviation) are of the change by the symbol; `correlation` is that
    of the unit with the count, 0 where the unit does not move at all.
    """

    layer: Layer
    unit: int
    symbol: str
    mean: float
    spread: float
    correlation: float


def movements(seen: Observation, alphabet: str) -> tuple[Movement, ...]:
    """Every unit with every symbol that can follow itself."""
    layers: list[tuple[Layer, np.ndarray]] = [("hidden", seen.hidden)]
    if seen.context is not None:
        layers.insert(0, ("context", seen.context))
    tree = seen.beginnings
    found = []
    for layer, values in layers:
        for unit, column in enumerate(values.T, start=1):
            for index, symbol in enumerate(alphabet):
                before = tree.parents
                here = (tree.symbols == index) & (before != NOTHING)
                here &= tree.symbols[before] == index
                if not here.any():
                    continue
                change = column[here] - column[before[here]]
                together = _correlation(column[here], tree.states[here])
                found.append(
                    Movement(
                        layer,
                        unit,
                        symbol,
                        round(float(change.mean()), DIGITS) + 0.0,
                        round(float(change.std()), DIGITS) + 0.0,
                        round(together, DIGITS) + 0.0,
                    )
                )
    return tuple(found)


def counters(found: tuple[Movement, ...], symbol: str) -> tuple[Movement, ...]:
    """Movements with this symbol, those that go best with the count first."""
    here = [movement for movement in found if movement.symbol == symbol]
    return tuple(sorted(here, key=lambda movement: -abs(movement.correlation)))


def _correlation(values: np.ndarray, counts: np.ndarray) -> float:
    if np.ptp(values) < STILL or np.ptp(counts) < STILL:
        return 0.0
    return float(np.corrcoef(values, counts)[0, 1])
