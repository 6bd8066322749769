"""Networks as lists of layers, before anyone has put them into words.

What a made-up student meant (`Draft`) is kept apart from how it is written down
(`grader.synthetic.source`), so that equal networks can be spelled in many ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PIXELS = 28
CLASSES = 10


@dataclass(frozen=True)
class Conv:
    """A convolution with square kernels."""

    inputs: int
    outputs: int
    kernel: int
    padding: int = 0
    stride: int = 1


@dataclass(frozen=True)
class Linear:
    """A fully connected layer."""

    inputs: int
    outputs: int
    bias: bool = True


@dataclass(frozen=True)
class Activation:
    """An activation function by torch's name for it: "tanh", "relu", "sigmoid"."""

    name: str


@dataclass(frozen=True)
class Pool:
    """Max pooling over windows of 2 by 2."""


@dataclass(frozen=True)
class Flatten:
    """All that an image has become, in one row of `size` numbers."""

    size: int


@dataclass(frozen=True)
class End:
    """The last operation, by torch's name for it, over dimension `dim`."""

    name: str = "log_softmax"
    dim: int = 1


Layer = Conv | Linear | Activation | Pool | Flatten | End


@dataclass(frozen=True)
class ConvForm:
    """The sizes of a NetConv that are free: filters, kernels, padding, stride, pooling, hidden.

    `stride` is that of the first convolution; `pools` says after which one there is pooling.
    """

    filters: tuple[int, int]
    kernel: int
    padding: int
    stride: int
    pools: tuple[bool, bool]
    hidden: int

    @property
    def sides(self) -> tuple[int, int, int]:
        """Width of the image after the first convolution, the second, and the last pooling."""
        first = (PIXELS + 2 * self.padding - self.kernel) // self.stride + 1
        second = _pooled(first, self.pools[0]) + 2 * self.padding - self.kernel + 1
        return first, second, _pooled(second, self.pools[1])

    @property
    def features(self) -> int:
        """Numbers that the fully connected layer is given for an image."""
        return self.filters[1] * self.sides[2] ** 2

    @property
    def multiply_adds(self) -> int:
        """Multiplications and additions of one image's forward pass, counted in pairs."""
        first, second, _ = self.sides
        window = self.kernel**2
        return (
            first**2 * window * self.filters[0]
            + second**2 * window * self.filters[0] * self.filters[1]
            + self.features * self.hidden
            + self.hidden * CLASSES
        )

    @property
    def activations(self) -> int:
        """Numbers that both convolutions give for an image."""
        first, second, _ = self.sides
        return first**2 * self.filters[0] + second**2 * self.filters[1]


@dataclass(frozen=True)
class Draft:
    """One network as its author meant it, slips included.

    Args:
        name: of the class.
        layers: in the order in which they compute.
        parameters: what the constructor wants besides self, as Python.
        unused: a layer that is made last and never used.
        registered_twice: whether a list holds the layers again.
        misspelt: whether a keyword of the last convolution is misspelt.
        at_construction: lines of Python that the constructor ends with.
        at_forward: lines of Python that forward begins with; `x` are the images.
    """

    name: str
    layers: tuple[Layer, ...]
    parameters: str = ""
    unused: Linear | None = None
    registered_twice: bool = False
    misspelt: bool = False
    at_construction: tuple[str, ...] = ()
    at_forward: tuple[str, ...] = ()


def net_lin() -> Draft:
    """The network of question 1.1."""
    size = PIXELS**2
    return Draft("NetLin", (Flatten(size), Linear(size, CLASSES), End()))


def net_full(hidden: int) -> Draft:
    """The network of question 1.2 with so many hidden nodes."""
    return Draft("NetFull", dense(PIXELS**2, (hidden,), "tanh"))


def net_conv(form: ConvForm) -> Draft:
    """The network of question 1.3 with these sizes."""
    first, second = form.filters
    layers: list[Layer] = [
        Conv(1, first, form.kernel, form.padding, form.stride),
        Activation("relu"),
        *[Pool()] * form.pools[0],
        Conv(first, second, form.kernel, form.padding),
        Activation("relu"),
        *[Pool()] * form.pools[1],
    ]
    return Draft("NetConv", (*layers, *dense(form.features, (form.hidden,), "relu")))


def dense(inputs: int, hidden: Sequence[int], activation: str) -> tuple[Layer, ...]:
    """Fully connected layers from `inputs` numbers to the logarithms of ten probabilities."""
    layers: list[Layer] = [Flatten(inputs)]
    for size in hidden:
        layers += [Linear(inputs, size), Activation(activation)]
        inputs = size
    return (*layers, Linear(inputs, CLASSES), End())


def _pooled(side: int, pool: bool) -> int:
    return side // 2 if pool else side
