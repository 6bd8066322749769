"""The perceptron of Part 2 as plain arithmetic, and weights for it that leave room for error.

`evaluate` is written in numpy, independent of `torch.nn`, so that it can contradict a student's
forward. `HAND_SET` is right with step, and with sigmoid once everything is multiplied by `SCALE`.

The idea: the middle of the grid lies inside four diagonal lines. A corner is outside one of
them, the middle of an edge outside two. Each hidden node watches one line; the output counts.
No net input, hidden or output, comes nearer to 0 than 0.5. With weights of at most 1 in size no
perceptron of four hidden nodes does better: neighbours on the grid are 1 apart and have opposite
targets, so a larger margin would need two lines between each of the 12 pairs of neighbours, and a
line passes between four pairs at most (it crosses two of the square's sides and two inner lines).
"""

from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt

Act = Literal["step", "sig"]
Floats = npt.NDArray[np.float32]

HIDDEN: Final = 4
SCALE: Final = 10.0  # the assignment's own example of a large number


@dataclass(frozen=True)
class Grid:
    """Nine points (x1, x2), row by row from the top as in a picture, and their targets 0 or 1."""

    name: str
    points: tuple[tuple[float, float], ...]
    targets: tuple[int, ...]


def _grid(name: str, values: tuple[int, int, int], target_of_even_sum: int) -> Grid:
    points = tuple((float(x1), float(x2)) for x2 in reversed(values) for x1 in values)
    odd = 1 - target_of_even_sum
    return Grid(name, points, tuple(odd if (x1 + x2) % 2 else 1 - odd for x1, x2 in points))


# 24T3 and 25T2 ask for {0, 1, 2} squared and T = (x1 + x2) mod 2; 23T3, 24T2 and 25T1 for
# {-1, 0, 1} squared and T = 1 where x1 + x2 is even.
GRIDS: Final = {"012": _grid("012", (0, 1, 2), 0), "-101": _grid("-101", (-1, 0, 1), 1)}


@dataclass(frozen=True)
class Weights:
    """All weights and biases: `in_hid` has a pair (for x1, x2) for each hidden node."""

    in_hid: tuple[tuple[float, float], ...]
    in_bias: tuple[float, ...]
    hid_out: tuple[float, ...]
    out_bias: float

    @classmethod
    def from_arrays(
        cls,
        in_hid: npt.ArrayLike,
        in_bias: npt.ArrayLike,
        hid_out: npt.ArrayLike,
        out_bias: npt.ArrayLike,
    ) -> Self:
        """Take arrays of shapes (h, 2), (h,), (1, h) or (h,), and (1,) or (), as float32.

        Raises:
            ValueError: the shapes do not belong together.
        """
        matrix, bias, out, last = (
            np.asarray(array, np.float32) for array in (in_hid, in_bias, hid_out, out_bias)
        )
        hidden = bias.size
        shapes = (matrix.shape, bias.shape, out.shape, last.shape)
        if (
            shapes[:2] != ((hidden, 2), (hidden,))
            or shapes[2] not in {(1, hidden), (hidden,)}
            or shapes[3] not in {(1,), ()}
        ):
            raise ValueError(
                f"shapes {shapes} are not (h, 2), (h,), (1, h), (1,) for one number h of nodes"
            )
        return cls(
            tuple((float(w1), float(w2)) for w1, w2 in matrix),
            tuple(map(float, bias)),
            tuple(map(float, out.ravel())),
            float(last.ravel()[0]),
        )

    def arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        """As float32 arrays of shapes (h, 2), (h,), (h,) and ()."""
        return (
            np.asarray(self.in_hid, np.float32).reshape(-1, 2),
            np.asarray(self.in_bias, np.float32),
            np.asarray(self.hid_out, np.float32),
            np.asarray(self.out_bias, np.float32),
        )

    def scaled(self, factor: float) -> Self:
        """Every weight and bias times `factor`, in float32."""
        return self.from_arrays(*(array * np.float32(factor) for array in self.arrays()))


@dataclass(frozen=True)
class Evaluation:
    """Net inputs and activations, float32: hidden (points, h), output (points,)."""

    net_hidden: Floats
    hidden: Floats
    net_output: Floats
    output: Floats

    def right(self, targets: tuple[int, ...]) -> tuple[bool, ...]:
        """Which points come out right; an output counts as 1 when it is at least 0.5."""
        return tuple(
            bool((out >= 0.5) == (t == 1)) for out, t in zip(self.output, targets, strict=True)
        )


def evaluate(weights: Weights, act: Act, points: tuple[tuple[float, float], ...]) -> Evaluation:
    """The perceptron's arithmetic in float32. step(0) = 1."""
    in_hid, in_bias, hid_out, out_bias = weights.arrays()
    x = np.asarray(points, np.float32)
    net_hidden = x[:, :1] * in_hid[:, 0] + x[:, 1:] * in_hid[:, 1] + in_bias
    hidden = _activation(act, net_hidden)
    net_output = (hidden * hid_out).sum(axis=1) + out_bias
    return Evaluation(net_hidden, hidden, net_output, _activation(act, net_output))


def _activation(act: Act, net: Floats) -> Floats:
    if act == "step":
        return (net >= 0).astype(np.float32)
    with np.errstate(over="ignore"):  # exp overflows to infinity, and 1 / infinity is right
        return np.asarray(1 / (1 + np.exp(-net)), np.float32)


_LINES = ((-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0))  # outside is where a node is 1

HAND_SET: Final = {
    "012": Weights(_LINES, (1.5, -2.5, -0.5, -0.5), (1.0, 1.0, 1.0, 1.0), -1.5),
    "-101": Weights(_LINES, (-0.5, -0.5, -0.5, -0.5), (-1.0, -1.0, -1.0, -1.0), 1.5),
}
