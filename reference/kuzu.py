"""The three networks of Part 1, as the assignment asks for them.

On kuzushiji-kanji-10 (30,000 training images in 10 classes, about as hard as KMNIST), trained the
course's way for 10 epochs with seeds 0, 1, 2, they name 70.2 to 70.5%, 85.5 to 85.8% and 93.6 to
94.6% of the 5,000 test images; `python -m reference.kuzu_main` prints these figures.

Each network is a sequence of named layers, so that a known mistake is one small edit of it (see
`reference.mistakes`), and `parameters()` yields weight, bias, weight, bias ... in the order in
which the layers are used, so that weights read off a student's graph can be loaded by position.
"""

from collections import OrderedDict
from functools import cache
from typing import Final

import torch
from torch import nn

from reference.dimensions import NETWORKS, Conv, Dimensions, Pool

SIDE: Final = 28  # pixels; KMNIST images are 28 x 28, one channel
PIXELS: Final = SIDE * SIDE
CLASSES: Final = 10

HIDDEN_FULL: Final = 150
HIDDEN_CONV: Final = 64
CONVS: Final = (Conv(20, (5, 5), pool=Pool()), Conv(40, (5, 5), pool=Pool()))

Layers = OrderedDict[str, nn.Module]


class NetLin(nn.Sequential):
    """A linear function of the 784 pixels, then log softmax: (N, 1, 28, 28) -> (N, 10)."""

    def __init__(self) -> None:
        super().__init__(dense_layers(PIXELS, (), CLASSES))


class NetFull(nn.Sequential):
    """One tanh hidden layer, an output layer, log softmax: (N, 1, 28, 28) -> (N, 10)."""

    def __init__(self, hidden: int = HIDDEN_FULL) -> None:
        super().__init__(dense_layers(PIXELS, (hidden,), CLASSES, nn.Tanh))


class NetConv(nn.Sequential):
    """Two convolutions and one fully connected layer, all relu, an output layer, log softmax.

    (N, 1, 28, 28) -> (N, 10). The number of inputs of the fully connected layer follows from
    the convolutions: 40 x 4 x 4 = 640 for the default sizes.

    Raises:
        ValueError: the image is too small for these convolutions.
    """

    def __init__(self, convs: tuple[Conv, ...] = CONVS, hidden: int = HIDDEN_CONV) -> None:
        super().__init__(conv_layers(convs, (hidden,), CLASSES))


def build(name: str, dims: Dimensions) -> nn.Sequential:
    """The right network of that name with the student's free sizes.

    Raises:
        ValueError: no right network of this name has these sizes (a NetLin with a hidden layer,
            a NetConv with three convolutions, 26 outputs, convolutions too large for the image).
    """
    if dims.outputs != CLASSES:
        raise ValueError(f"{name} has {CLASSES} outputs, one a character; not {dims.outputs}")
    match name, dims.convs, dims.hidden:
        case "NetLin", (), ():
            return NetLin()
        case "NetFull", (), (hidden,):
            return NetFull(hidden)
        case "NetConv", (_, _), (hidden,):
            return NetConv(dims.convs, hidden)
    if name not in NETWORKS:
        raise ValueError(f"no network is called {name}; there are {', '.join(NETWORKS)}")
    raise ValueError(
        f"{name} cannot have {len(dims.convs)} convolutions and {len(dims.hidden)} hidden layers"
    )


def parameter_count(module: nn.Module) -> int:
    """Number of independent parameters; a tensor registered under two names counts once."""
    return sum(parameter.numel() for parameter in module.parameters())


def dense_layers(
    inputs: int,
    hidden: tuple[int, ...],
    outputs: int,
    activation: type[nn.Module] = nn.Identity,
) -> Layers:
    """Flatten, fully connected hidden layers with an activation each, output layer, log softmax."""
    layers: Layers = OrderedDict(flatten=nn.Flatten())
    for number, size in enumerate(hidden, start=1):
        layers[f"hidden{number}"] = nn.Linear(inputs, size)
        layers[f"activation{number}"] = activation()
        inputs = size
    layers["output"] = nn.Linear(inputs, outputs)
    layers["log_softmax"] = nn.LogSoftmax(dim=1)
    return layers


def conv_layers(convs: tuple[Conv, ...], hidden: tuple[int, ...], outputs: int) -> Layers:
    """Convolutions with relu and pooling, then `dense_layers` with relu.

    Raises:
        ValueError: the image is too small for these convolutions.
    """
    features = _feature_layers(convs)
    return OrderedDict(features | dense_layers(_flat_size(convs), hidden, outputs, nn.ReLU))


def _feature_layers(convs: tuple[Conv, ...]) -> Layers:
    layers: Layers = OrderedDict()
    channels = 1
    for number, conv in enumerate(convs, start=1):
        layers[f"conv{number}"] = nn.Conv2d(
            channels,
            conv.filters,
            conv.kernel,
            stride=conv.stride,
            padding=conv.padding,
            dilation=conv.dilation,
            groups=conv.groups,
        )
        after: Layers = OrderedDict({f"relu{number}": nn.ReLU()})
        if conv.pool is not None:
            after[f"pool{number}"] = _pool_layer(conv.pool)
            after.move_to_end(f"relu{number}", last=conv.pool.before_relu)
        layers |= after
        channels = conv.filters
    return layers


def _pool_layer(pool: Pool) -> nn.Module:
    if pool.kind == "max":
        return nn.MaxPool2d(
            pool.kernel, pool.stride, pool.padding, pool.dilation, ceil_mode=pool.ceil_mode
        )
    return nn.AvgPool2d(
        pool.kernel, pool.stride, pool.padding, pool.ceil_mode, pool.count_include_pad
    )


@cache
def _flat_size(convs: tuple[Conv, ...]) -> int:
    """Inputs of the layer after the convolutions, found without memory or random numbers."""
    with torch.device("meta"):
        try:
            features = nn.Sequential(_feature_layers(convs))
            return int(features(torch.empty(1, 1, SIDE, SIDE)).numel())
        except RuntimeError as error:
            raise ValueError(f"a {SIDE} x {SIDE} image does not fit {convs}: {error}") from error
