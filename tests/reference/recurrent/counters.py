"""LSTMs set by hand to count perfectly: one unit for each symbol after the first.

A unit's context is STEP times the number of its symbols still to come: each A adds the multiple,
each symbol of its own takes 1 away, and any other leaves it, through gates that are 0 or 1 to the
last digit. The output of the first symbol is 0; that of any other is far above 0 while some of it
are to come, and farther the earlier the symbol. A last unit tells the As from what comes after.
"""

import numpy as np

from reference.languages import Counting
from reference.recurrent.networks import Networks

STEP = 0.02
OPEN = 40.0  # sigmoid(40) is 1 and sigmoid(-40) is 0 in float64, but for 1e-17
SHARP = (4e7, 4e3)  # how much an earlier and a later symbol weigh in the output


def perfect(language: Counting) -> Networks:
    symbols = len(language.multiples)
    stage = symbols - 1
    entry, new = np.full((symbols, symbols), -OPEN), np.zeros((symbols, symbols))
    forget = np.full((symbols, symbols), OPEN)
    output, bias = np.zeros((symbols, symbols)), np.zeros(symbols)
    for unit, multiple in enumerate(language.multiples[1:]):
        entry[[0, unit + 1], unit] = OPEN
        new[0, unit] = np.arctanh(STEP * multiple)
        new[unit + 1, unit] = np.arctanh(-STEP)
        weight = SHARP[-1] if unit == stage - 1 else SHARP[0]
        output[unit, unit + 1] = weight
        bias[unit + 1] = -weight * np.tanh(STEP / 2)
    entry[:, stage], forget[:, stage], new[:, stage] = OPEN, -OPEN, -1
    new[0, stage] = 1
    return _networks(
        W=np.concatenate([entry, forget, new, np.full_like(forget, OPEN)], axis=1),
        U=np.zeros((symbols, 4 * symbols)),
        hid_bias=np.zeros(4 * symbols),
        V=output,
        out_bias=bias,
    )


def saturating(language: Counting, ceiling: int) -> Networks:
    """As `perfect`, but it says A after each B at which more were to come than n = ceiling has.

    One more unit, with gates for this moment only, tells whether the first counter was too high.
    """
    parameters = {n: a[0] for n, a in perfect(language).parameters.items()}
    size, symbols = parameters["V"].shape
    gates = {name: parameters[name].reshape(-1, 4, size) for name in ("W", "U", "hid_bias")}
    wide = {name: np.pad(gate, ((0, 0), (0, 0), (0, 1))) for name, gate in gates.items()}
    wide["U"] = np.pad(wide["U"], ((0, 1), (0, 0), (0, 0)))
    wide["hid_bias"][0, :, size] = (OPEN, -OPEN, 0, OPEN)
    wide["U"][0, 2, size] = SHARP[0]
    too_many = np.tanh(STEP * (ceiling * language.multiples[1] + 0.5))
    wide["hid_bias"][0, 2, size] = -SHARP[0] * too_many
    output, bias = np.zeros((size + 1, symbols)), parameters["out_bias"].copy()
    output[:size], output[size, 0] = parameters["V"], 100 * SHARP[0]
    bias[0] = 100 * SHARP[0] * np.tanh(1)
    return _networks(
        W=wide["W"].reshape(symbols, -1),
        U=wide["U"].reshape(size + 1, -1),
        hid_bias=wide["hid_bias"].reshape(-1),
        V=output,
        out_bias=bias,
    )


def _networks(**parameters: np.ndarray) -> Networks:
    return Networks("lstm", {name: array[None] for name, array in parameters.items()})
