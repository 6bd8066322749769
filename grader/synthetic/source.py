"""Puts a network into words, as different students would: the same layers, another spelling.

Layers with weights are created in the order in which they compute, so that equal networks get
equal weights from equal seeds, unless the hand is one that `creates_backwards`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from grader.synthetic.layers import (
    Activation,
    Conv,
    Draft,
    End,
    Flatten,
    Layer,
    Linear,
    Pool,
)

Style = Literal["functions", "modules", "sequential", "halves"]

FLATTENS: Final = (
    "{x}.view({x}.size(0), -1)",
    "{x}.view(-1, {size})",
    "{x}.view({x}.shape[0], {size})",
    "{x}.reshape({x}.shape[0], -1)",
    "torch.flatten({x}, 1)",
    "torch.flatten({x}, start_dim=1)",
    "{x}.flatten(1)",
)
ACTIVATIONS: Final = ("F.{name}({x})", "torch.{name}({x})", "{x}.{name}()")
POOLS: Final = ("F.max_pool2d({x}, 2)", "F.max_pool2d({x}, kernel_size=2, stride=2)")
ENDS: Final = ("F.{name}({x}, dim={dim})", "torch.{name}({x}, {dim})", "{x}.{name}(dim={dim})")
NAMES: Final[tuple[Callable[[str, int], str], ...]] = (
    lambda kind, number: f"{'conv' if kind == 'Conv' else 'fc'}{number}",
    lambda kind, number: f"{'convolution' if kind == 'Conv' else 'linear'}_{number}",
    lambda kind, number: f"{'c' if kind == 'Conv' else 'w'}{number}",
    lambda kind, number: (
        f"{'filters' if kind == 'Conv' else 'dense'}{'' if number == 1 else number}"
    ),
    lambda kind, number: f"layer_{'abcd'[number - 1]}_{kind.lower()}",
)
ONES: Final = ("x", "input", "images", "out", "t")
CLASSES: Final = {"tanh": "Tanh", "relu": "ReLU", "sigmoid": "Sigmoid"}
ENDING_CLASSES: Final = {"log_softmax": "LogSoftmax", "softmax": "Softmax"}


@dataclass(frozen=True)
class Hand:
    """How one student writes."""

    style: Style
    one: str
    flatten: str
    activation: str
    pool: str
    end: str
    naming: int
    keywords: bool
    fused: bool
    long_super: bool
    documented: bool
    creates_backwards: bool = False


def any_hand(rng: Random) -> Hand:
    """A hand of one's own."""
    styles: tuple[Style, ...] = ("functions", "functions", "modules", "sequential", "halves")
    return Hand(
        style=rng.choice(styles),
        one=rng.choice(ONES),
        flatten=rng.choice(FLATTENS),
        activation=rng.choice(ACTIVATIONS),
        pool=rng.choice(POOLS),
        end=rng.choice(ENDS),
        naming=rng.randrange(len(NAMES)),
        keywords=rng.random() < 0.3,
        fused=rng.random() < 0.6,
        long_super=rng.random() < 0.6,
        documented=rng.random() < 0.4,
    )


def module_source(drafts: Sequence[Draft], hand: Hand, title: str) -> str:
    """The text of a kuzu.py with these networks; `title` is a comment in its first line."""
    head = f"# {title}\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
    return "\n\n".join([head, *(_class_source(draft, hand) for draft in drafts)])


def _class_source(draft: Draft, hand: Hand) -> str:
    """One class. What only separate layers can show is written by all hands in that style."""
    separate = draft.registered_twice or hand.creates_backwards
    style: Style = "functions" if separate else hand.style
    names = _names(draft.layers, hand)
    body = _BODIES[style](draft, hand, names)
    parent = f"super({draft.name}, self)" if hand.long_super else "super()"
    constructor = [f"{parent}.__init__()", *body.constructor]
    if draft.registered_twice:
        constructor.append(f"self.everything = nn.ModuleList([{', '.join(map(_own, names))}])")
    if draft.unused is not None:
        constructor.append(f"self.spare = {_module(draft.unused, hand)}")
    constructor += draft.at_construction
    forward = [line.replace("{x}", hand.one) for line in draft.at_forward] + body.forward
    lines = [f"class {draft.name}(nn.Module):"]
    if hand.documented:
        lines.append(f'    """Layers with weights: {len(names)}."""')
    lines += [f"    def __init__(self{draft.parameters}):", *_indented(constructor), ""]
    lines += [f"    def forward(self, {hand.one}):", *_indented(forward)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Body:
    constructor: list[str]
    forward: list[str]


def _separate(draft: Draft, hand: Hand, names: Sequence[str]) -> _Body:
    """A line for each layer with weights, functions for everything else."""
    weighted = [layer for layer in draft.layers if isinstance(layer, Conv | Linear)]
    made = [
        f"self.{name} = {_module(layer, hand, draft.misspelt and layer is _last_conv(weighted))}"
        for name, layer in zip(names, weighted, strict=True)
    ]
    if hand.creates_backwards:
        made.reverse()
    return _Body(made, _statements(draft, hand, names, lambda layer, x: _call(layer, hand, x)))


def _modules(draft: Draft, hand: Hand, names: Sequence[str]) -> _Body:
    """As before, but what has no weights is kept as a module too."""
    body = _separate(draft, hand, names)
    kept: dict[str, str] = {}

    def use(layer: Layer, x: str) -> str:
        name = "flat" if isinstance(layer, Flatten) else type(layer).__name__.lower()
        name = layer.name if isinstance(layer, Activation | End) else name
        kept[name] = _module(layer, hand)
        return f"self.{name}({x})"

    forward = _statements(draft, hand, names, use)
    return _Body([*body.constructor, *(f"self.{n} = {made}" for n, made in kept.items())], forward)


def _sequential(draft: Draft, hand: Hand, names: Sequence[str]) -> _Body:
    """Everything in one nn.Sequential."""
    return _Body(_chain("net", draft.layers, draft, hand), [f"return self.net({hand.one})"])


def _halves(draft: Draft, hand: Hand, names: Sequence[str]) -> _Body:
    """Convolutions in one nn.Sequential, the rest in another, log softmax as a function."""
    *layers, end = draft.layers
    flat = next(i for i, layer in enumerate(layers) if isinstance(layer, Flatten))
    constructor = _chain("classifier", layers[flat:], draft, hand)
    x = hand.one
    if flat:
        constructor = _chain("features", layers[:flat], draft, hand) + constructor
        x = f"self.features({x})"
    return _Body(constructor, [f"return {_call(end, hand, f'self.classifier({x})')}"])


_BODIES: Final[dict[Style, Callable[[Draft, Hand, Sequence[str]], _Body]]] = {
    "functions": _separate,
    "modules": _modules,
    "sequential": _sequential,
    "halves": _halves,
}


def _chain(name: str, layers: Sequence[Layer], draft: Draft, hand: Hand) -> list[str]:
    last = _last_conv(draft.layers)
    inner = [f"    {_module(y, hand, draft.misspelt and y is last)}," for y in layers]
    return [f"self.{name} = nn.Sequential(", *inner, ")"]


def _statements(
    draft: Draft, hand: Hand, names: Sequence[str], use: Callable[[Layer, str], str]
) -> list[str]:
    """Forward, one statement a layer; a fused hand writes an activation around its layer."""
    x, left, lines = hand.one, list(names), []
    for layer in draft.layers:
        if isinstance(layer, Conv | Linear):
            lines.append(f"{x} = self.{left.pop(0)}({x})")
        elif isinstance(layer, Activation) and hand.fused and lines:
            lines[-1] = f"{x} = {use(layer, lines[-1].removeprefix(f'{x} = '))}"
        elif isinstance(layer, End):
            lines.append(f"return {use(layer, x)}")
        else:
            lines.append(f"{x} = {use(layer, x)}")
    return lines


def _call(layer: Layer, hand: Hand, x: str) -> str:
    """A layer without weights, as a function of the expression `x`."""
    if isinstance(layer, Flatten):
        return hand.flatten.format(x=x, size=layer.size)
    if isinstance(layer, Activation):
        return hand.activation.format(x=x, name=layer.name)
    if isinstance(layer, End):
        return hand.end.format(x=x, name=layer.name, dim=layer.dim)
    return hand.pool.format(x=x)


def _module(layer: Layer, hand: Hand, misspelt: bool = False) -> str:
    """Any layer as torch's module."""
    match layer:
        case Conv():
            return _conv_module(layer, hand, misspelt)
        case Linear(inputs, outputs, bias):
            given = f"in_features={inputs}, out_features={outputs}"
            sizes = given if hand.keywords else f"{inputs}, {outputs}"
            return f"nn.Linear({sizes}{'' if bias else ', bias=False'})"
        case Activation(name):
            return f"nn.{CLASSES[name]}()"
        case Flatten():
            return "nn.Flatten()"
        case End(name, dim):
            return f"nn.{ENDING_CLASSES[name]}(dim={dim})"
        case Pool():
            return "nn.MaxPool2d(2)"


def _conv_module(layer: Conv, hand: Hand, misspelt: bool) -> str:
    sizes = f"{layer.inputs}, {layer.outputs}"
    if hand.keywords:
        sizes = f"in_channels={layer.inputs}, out_channels={layer.outputs}"
    keyword = "kernal_size" if misspelt else "kernel_size"
    text = f"{sizes}, {keyword}={layer.kernel}"
    text += f", stride={layer.stride}" if layer.stride > 1 else ""
    text += f", padding={layer.padding}" if layer.padding else ""
    return f"nn.Conv2d({text})"


def _names(layers: Sequence[Layer], hand: Hand) -> list[str]:
    counts: dict[str, int] = {}
    names = []
    for layer in layers:
        if isinstance(layer, Conv | Linear):
            kind = type(layer).__name__
            counts[kind] = counts.get(kind, 0) + 1
            names.append(NAMES[hand.naming](kind, counts[kind]))
    return names


def _last_conv(layers: Sequence[Layer]) -> Layer | None:
    return next((layer for layer in reversed(layers) if isinstance(layer, Conv)), None)


def _own(name: str) -> str:
    return f"self.{name}"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"        {line}" for line in lines]
