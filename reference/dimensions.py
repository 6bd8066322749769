"""The sizes that each network leaves to the student, as plain data.

The grader reads them off a captured graph; the oracle builds the right network, or a known
mistake, with exactly these sizes, so that the student's own weights fit it.
"""

from dataclasses import dataclass
from typing import Final, Literal

NETWORKS: Final = ("NetLin", "NetFull", "NetConv")

Pair = tuple[int, int]


@dataclass(frozen=True)
class Pool:
    """Pooling over windows of `kernel` pixels (rows, columns), as in `torch.nn.functional`.

    `dilation` belongs to max pooling and `count_include_pad` to average pooling. Average pooling
    gives another result before the relu than after it, so the order is a free size too; max
    pooling gives the same in both orders.
    """

    kind: Literal["max", "avg"] = "max"
    kernel: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil_mode: bool = False
    count_include_pad: bool = True
    before_relu: bool = False


@dataclass(frozen=True)
class Conv:
    """One convolution with bias, `filters` output channels, and the pooling that belongs to it."""

    filters: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    pool: Pool | None = None


@dataclass(frozen=True)
class Dimensions:
    """All free sizes of one network: convolutions, hidden layers in order, number of outputs."""

    convs: tuple[Conv, ...] = ()
    hidden: tuple[int, ...] = ()
    outputs: int = 10
