"""The networks of Part 3: a simple recurrent network and an LSTM, many of them in one batch.

    SRN   h[t] = tanh(W x[t] + U h[t-1] + bias),  h[0] = tanh(H0)
    LSTM  gates in the order input, forget, new, output, from W x[t] + U h[t-1] + bias;
          c[t] = forget c[t-1] + input new,  h[t] = output tanh(c[t]),  h[0] = c[0] = 0
    both  output = V h[t] + out_bias

Every array has the number N of networks in front, so seeds are trained and analysed together. With
K symbols, H hidden units and G = H (SRN) or 4 H (LSTM): W (N, K, G), U (N, H, G),
hid_bias (N, G), V (N, H, K), out_bias (N, K), and for SRN H0 (N, H). All is float64.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np

from reference.languages import Floats

Kind = Literal["srn", "lstm"]
KINDS: Final[tuple[Kind, ...]] = ("srn", "lstm")
GATES: Final = ("input", "forget", "new", "output")
SRN_SPREAD: Final = 0.001  # standard deviation of an SRN's initial parameters


@dataclass(frozen=True, eq=False)
class Networks:
    """Parameters of N networks of one kind and size, by the names above."""

    kind: Kind
    parameters: Mapping[str, Floats]

    @property
    def count(self) -> int:
        """N."""
        return len(self.parameters["V"])

    @property
    def hidden(self) -> int:
        """H."""
        return int(self.parameters["V"].shape[1])

    @property
    def symbols(self) -> int:
        """K."""
        return int(self.parameters["V"].shape[2])

    def __getitem__(self, index: int) -> Self:
        """One of the networks, alone in its batch."""
        return type(self)(
            self.kind, {name: array[[index]] for name, array in self.parameters.items()}
        )


def shapes(kind: Kind, symbols: int, hidden: int) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter of one network."""
    gates = hidden if kind == "srn" else hidden * len(GATES)
    start = {"H0": (hidden,)} if kind == "srn" else {}
    return start | {
        "W": (symbols, gates),
        "U": (hidden, gates),
        "hid_bias": (gates,),
        "V": (hidden, symbols),
        "out_bias": (symbols,),
    }


def initial(
    kind: Kind, symbols: int, hidden: int, generators: list[np.random.Generator]
) -> Networks:
    """Networks as the course starts them, one for each generator.

    Every parameter of an SRN is drawn from N(0, 0.001), those of an LSTM from
    uniform(-1/sqrt(H), 1/sqrt(H)).
    """
    bound = hidden**-0.5

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        if kind == "srn":
            return rng.normal(0, SRN_SPREAD, shape)
        return rng.uniform(-bound, bound, shape)

    wanted = shapes(kind, symbols, hidden)
    drawn = [{name: draw(rng, shape) for name, shape in wanted.items()} for rng in generators]
    return Networks(kind, {name: np.stack([one[name] for one in drawn]) for name in wanted})
