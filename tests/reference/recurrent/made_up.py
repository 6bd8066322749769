"""Networks with large random weights: every term of every equation matters in them."""

import numpy as np

from reference.recurrent.networks import Kind, Networks, initial


def networks(kind: Kind, symbols: int, hidden: int, count: int = 1) -> Networks:
    rng = np.random.default_rng(7)
    made = initial(kind, symbols, hidden, [rng] * count)
    return Networks(
        kind, {name: rng.normal(0, 0.7, a.shape) for name, a in made.parameters.items()}
    )
