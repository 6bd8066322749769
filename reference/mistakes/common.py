"""Mistakes that can happen to all three networks alike: at the output, and in the parameters."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from torch import nn

from reference.dimensions import NETWORKS, Dimensions
from reference.kuzu import CLASSES, build
from reference.mistakes.mistake import (
    DEFAULTS,
    Mistake,
    UnusedLayer,
    before_log_softmax,
    replaced,
    without,
    without_bias,
)

Edit = Callable[[nn.Sequential], nn.Sequential]

# (id, edit of the right network, sentence, checks that fail)
EDITS: tuple[tuple[str, Edit, str, tuple[str, ...]], ...] = (
    (
        "softmax",
        lambda right: replaced(right, log_softmax=nn.Softmax(dim=1)),
        "ends in softmax, so it returns probabilities. Log probabilities were asked for, and"
        " nll_loss needs them. Replace softmax by log_softmax over dimension 1.",
        ("output",),
    ),
    (
        "dim-0",
        lambda right: replaced(right, log_softmax=nn.LogSoftmax(dim=0)),
        "takes log softmax over dimension 0, so the images of a batch compete with each other."
        " The ten classes of one image should. Write dim=1.",
        ("output",),
    ),
    (
        "raw-logits",
        lambda right: without(right, "log_softmax"),
        "returns the output layer's values as they are. Log probabilities were asked for. Apply"
        " log_softmax over dimension 1 to them at the end of forward.",
        ("output",),
    ),
    (
        "sigmoid-output",
        lambda right: replaced(right, log_softmax=nn.Sigmoid()),
        "ends in a sigmoid on each output. The outputs should be the log probabilities of ten"
        " classes that exclude each other. Replace the sigmoid by log_softmax over dimension 1.",
        ("output",),
    ),
    (
        "softmax-twice",
        lambda right: before_log_softmax(right, nn.Softmax(dim=1)),
        "applies softmax and then log_softmax, which flattens the probabilities and slows"
        " learning. One log softmax was asked for. Remove the softmax.",
        ("output",),
    ),
    (
        "relu-on-logits",
        lambda right: before_log_softmax(right, nn.ReLU()),
        "applies relu to the output layer, so no class can be voted down below 0. Log softmax"
        " should get the output layer's values as they are. Remove this last relu.",
        ("output",),
    ),
    (
        "tanh-on-logits",
        lambda right: before_log_softmax(right, nn.Tanh()),
        "applies tanh to the output layer, so no class gets a probability above 0.46. Log"
        " softmax should get the output layer's values as they are. Remove this last tanh.",
        ("output",),
    ),
    (
        "sigmoid-on-logits",
        lambda right: before_log_softmax(right, nn.Sigmoid()),
        "applies a sigmoid to the output layer, so no class gets a probability above 0.24. Log"
        " softmax should get the output layer's values as they are. Remove this last sigmoid.",
        ("output",),
    ),
    (
        "no-bias",
        without_bias,
        "has layers without bias. Every layer was to have one bias for each of its outputs."
        " Remove bias=False.",
        ("parameters",),
    ),
    (
        "unused-layer",
        lambda right: nn.Sequential(*right, UnusedLayer()),
        "creates a layer that forward never uses. Its parameters are counted and saved but never"
        " trained. Use the layer where it was meant to be, or delete it.",
        ("parameters",),
    ),
)


def _edited(network: str, edit: Edit, dims: Dimensions) -> nn.Module:
    return edit(build(network, dims))


def _other_outputs(network: str, dims: Dimensions) -> nn.Module:
    """The right network but for the number of outputs."""
    if dims.outputs == CLASSES:
        raise ValueError(f"{CLASSES} outputs are right")
    right = build(network, replace(dims, outputs=CLASSES))
    inputs = right.get_submodule("output").in_features
    assert isinstance(inputs, int)
    return replaced(right, output=nn.Linear(inputs, dims.outputs))


def _mistakes(network: str) -> tuple[Mistake, ...]:
    prefix = network.lower()
    edits = tuple(
        Mistake(
            id=f"{prefix}-{name}",
            network=network,
            sentence=f"{network} {sentence}",
            build=partial(_edited, network, edit),
            default=DEFAULTS[network],
            fails=tuple(f"{prefix}_{check}" for check in checks),
        )
        for name, edit, sentence, checks in EDITS
    )
    outputs = Mistake(
        id=f"{prefix}-wrong-outputs",
        network=network,
        sentence=f"{network} has another number of outputs than there are characters. Ten were"
        " asked for, one for each. Give the last layer 10 outputs.",
        build=partial(_other_outputs, network),
        default=replace(DEFAULTS[network], outputs=26),
        fails=(f"{prefix}_output",),
    )
    return (*edits, outputs)


COMMON: tuple[Mistake, ...] = tuple(
    mistake for network in NETWORKS for mistake in _mistakes(network)
)
