"""Trains any number of networks side by side, each from a seed of its own, by the course's rules.

One generated sequence a step, stochastic gradient descent without momentum or clipping. A seed
draws the same initial weights and the same sequences whatever other seeds are trained with it.
"""

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Several
from typing import Final

import numpy as np

from reference.languages import Language, Sequence
from reference.recurrent.descent import LEARNING_RATE, WEIGHT_DECAY, Batch, descend
from reference.recurrent.networks import Kind, Networks, initial
from reference.recurrent.recurrence import Recurrence, batched
from reference.recurrent.unrolled import unrolled

EVERY: Final = 10_000  # steps between two checkpoints of the course's program
BLOCK: Final = 1_000  # sequences drawn at once


def train(
    language: Language,
    kind: Kind,
    hidden: int,
    seeds: Several[int],
    steps: int,
    *,
    rate: float = LEARNING_RATE,
    decay: float = WEIGHT_DECAY,
    on_checkpoint: Callable[[int, Networks], None] = lambda _step, _networks: None,
) -> Networks:
    """Train one network a seed.

    Args:
        language: what to predict.
        kind: srn or lstm.
        hidden: number of hidden units.
        seeds: one for each network.
        steps: sequences that each network learns from.
        rate: learning rate.
        decay: weight decay.
        on_checkpoint: told every 10,000 steps, the last one included, what the networks are by
            then; they go on changing.
    """
    generators = [np.random.default_rng(seed) for seed in seeds]
    networks = initial(kind, len(language.alphabet), hidden, generators)
    recurrence = recurrence_for(networks)
    for step, drawn in enumerate(_draws(language, generators, steps), start=1):
        descend(networks, Batch.of(drawn), recurrence, rate, decay)
        if step % EVERY == 0 or step == steps:
            on_checkpoint(step, networks)
    return networks


def recurrence_for(networks: Networks) -> Recurrence:
    """The fastest way: plain numbers for one network, arrays for many."""
    if networks.count == 1:
        return unrolled(networks.kind, networks.hidden)
    return batched(networks.kind)


def _draws(
    language: Language, generators: list[np.random.Generator], steps: int
) -> Iterator[list[Sequence]]:
    """One sequence a generator, again and again."""
    for begin in range(0, steps, BLOCK):
        block = [language.draws(rng, min(BLOCK, steps - begin)) for rng in generators]
        yield from map(list, zip(*block, strict=True))
