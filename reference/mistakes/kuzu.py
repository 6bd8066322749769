"""Mistakes of one network of Part 1: its layers, its activations, its hidden size."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from torch import nn

from reference.dimensions import Conv, Dimensions, Pool
from reference.kuzu import CONVS, PIXELS, build, conv_layers, dense_layers
from reference.mistakes.mistake import DEFAULTS, Mistake, replaced, without


def _lin_hidden(activation: type[nn.Module], dims: Dimensions) -> nn.Module:
    _require(not dims.convs and len(dims.hidden) == 1, "one hidden layer")
    return nn.Sequential(dense_layers(PIXELS, dims.hidden, dims.outputs, activation))


def _full_activation(activation: type[nn.Module], dims: Dimensions) -> nn.Module:
    return replaced(build("NetFull", dims), activation1=activation())


def _full_hidden_layers(count: int, dims: Dimensions) -> nn.Module:
    _require(not dims.convs and len(dims.hidden) == count, f"{count} hidden layers")
    return nn.Sequential(dense_layers(PIXELS, dims.hidden, dims.outputs, nn.Tanh))


def _full_odd_hidden(dims: Dimensions) -> nn.Module:
    right = build("NetFull", dims)
    _require(dims.hidden[0] % 10 != 0, "a hidden size that is no multiple of 10")
    return right


def _conv_sizes(convs: int, hidden: int, dims: Dimensions) -> nn.Module:
    found = (len(dims.convs), len(dims.hidden))
    _require(found == (convs, hidden), f"{convs} convolutions and {hidden} hidden layers")
    return nn.Sequential(conv_layers(dims.convs, dims.hidden, dims.outputs))


def _conv_without(name: str, dims: Dimensions) -> nn.Module:
    return without(build("NetConv", dims), name)


def _conv_activation(activation: type[nn.Module], dims: Dimensions) -> nn.Module:
    names = ("relu1", "relu2", "activation1")
    return replaced(build("NetConv", dims), **{name: activation() for name in names})


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"this mistake has {what}")


Build = Callable[[Dimensions], nn.Module]
_HIDDEN = Dimensions(hidden=(100,))

_LIN: tuple[tuple[str, Build, Dimensions, str], ...] = tuple(
    (
        f"hidden-layer-{name}",
        partial(_lin_hidden, activation),
        _HIDDEN,
        f"NetLin has a hidden layer {with_what}. One linear layer from the 784 pixels to the ten"
        " outputs was asked for. Remove the hidden layer.",
    )
    for name, activation, with_what in (
        ("linear", nn.Identity, "without activation"),
        ("tanh", nn.Tanh, "with tanh"),
        ("relu", nn.ReLU, "with relu"),
    )
)

_FULL: tuple[tuple[str, Build, Dimensions, str, str], ...] = (
    (
        "relu-for-tanh",
        partial(_full_activation, nn.ReLU),
        DEFAULTS["NetFull"],
        "activation",
        "NetFull uses relu on its hidden layer. Tanh was asked for. Replace relu by tanh.",
    ),
    (
        "sigmoid-for-tanh",
        partial(_full_activation, nn.Sigmoid),
        DEFAULTS["NetFull"],
        "activation",
        "NetFull uses a sigmoid on its hidden layer. Tanh was asked for. Replace the sigmoid by"
        " tanh.",
    ),
    (
        "no-activation",
        partial(_full_activation, nn.Identity),
        DEFAULTS["NetFull"],
        "activation",
        "NetFull has no activation on its hidden layer, so its two layers compute no more than"
        " one linear layer. Tanh was asked for. Apply tanh to the hidden layer.",
    ),
    (
        "two-hidden-layers",
        partial(_full_hidden_layers, 2),
        Dimensions(hidden=(150, 50)),
        "layers",
        "NetFull has two hidden layers. One was asked for, followed by the output layer. Remove"
        " one of the hidden layers.",
    ),
    (
        "no-hidden-layer",
        partial(_full_hidden_layers, 0),
        Dimensions(),
        "layers",
        "NetFull has no hidden layer: it is NetLin again. One tanh hidden layer was asked for."
        " Add it before the output layer.",
    ),
    (
        "hidden-not-multiple-of-10",
        _full_odd_hidden,
        Dimensions(hidden=(155,)),
        "hidden",
        "NetFull's hidden layer has a size that is no multiple of 10. Multiples of 10 were to be"
        " tried. Choose one, such as 100 or 150.",
    ),
)

_CONV: tuple[tuple[str, Build, Dimensions, str, str], ...] = (
    (
        "no-hidden-layer",
        partial(_conv_sizes, 2, 0),
        replace(DEFAULTS["NetConv"], hidden=()),
        "layers",
        "NetConv goes from the second convolution straight to the output layer. A fully connected"
        " layer with relu was asked for in between. Add it.",
    ),
    (
        "two-hidden-layers",
        partial(_conv_sizes, 2, 2),
        replace(DEFAULTS["NetConv"], hidden=(128, 64)),
        "layers",
        "NetConv has two fully connected layers before the output layer. One was asked for."
        " Remove one of them.",
    ),
    (
        "one-convolution",
        partial(_conv_sizes, 1, 1),
        replace(DEFAULTS["NetConv"], convs=CONVS[:1]),
        "layers",
        "NetConv has one convolutional layer. Two were asked for. Add another after the first.",
    ),
    (
        "three-convolutions",
        partial(_conv_sizes, 3, 1),
        replace(DEFAULTS["NetConv"], convs=(*CONVS, Conv(64, (3, 3), pool=Pool()))),
        "layers",
        "NetConv has three convolutional layers. Two were asked for. Remove one of them.",
    ),
    (
        "no-relu-conv1",
        partial(_conv_without, "relu1"),
        DEFAULTS["NetConv"],
        "activation",
        "NetConv has no relu after its first convolution. Relu was asked for after both"
        " convolutions and the fully connected layer. Add it after the first convolution.",
    ),
    (
        "no-relu-conv2",
        partial(_conv_without, "relu2"),
        DEFAULTS["NetConv"],
        "activation",
        "NetConv has no relu after its second convolution. Relu was asked for after both"
        " convolutions and the fully connected layer. Add it after the second convolution.",
    ),
    (
        "no-relu-hidden",
        partial(_conv_without, "activation1"),
        DEFAULTS["NetConv"],
        "activation",
        "NetConv has no relu after its fully connected layer, which then adds nothing to the"
        " output layer. Relu was asked for there too. Add it.",
    ),
    (
        "tanh-for-relu",
        partial(_conv_activation, nn.Tanh),
        DEFAULTS["NetConv"],
        "activation",
        "NetConv uses tanh in its hidden layers. Relu was asked for after both convolutions and"
        " the fully connected layer. Replace each tanh by relu.",
    ),
    (
        "sigmoid-for-relu",
        partial(_conv_activation, nn.Sigmoid),
        DEFAULTS["NetConv"],
        "activation",
        "NetConv uses sigmoids in its hidden layers. Relu was asked for after both convolutions"
        " and the fully connected layer. Replace each sigmoid by relu.",
    ),
)

PARTICULAR: tuple[Mistake, ...] = (
    *(
        Mistake(f"netlin-{name}", "NetLin", text, make, dims, ("netlin_layers",))
        for name, make, dims, text in _LIN
    ),
    *(
        Mistake(f"netfull-{name}", "NetFull", text, make, dims, (f"netfull_{check}",))
        for name, make, dims, check, text in _FULL
    ),
    *(
        Mistake(f"netconv-{name}", "NetConv", text, make, dims, (f"netconv_{check}",))
        for name, make, dims, check, text in _CONV
    ),
)
