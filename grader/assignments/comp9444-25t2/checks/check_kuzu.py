"""Part 1: the three networks that read Japanese characters.

Each check speaks of one thing, so that one mistake costs one check. Accuracy is only held against
a network of the kind that was asked for.
"""

from grader.checking import CheckFailure, Ungraded, check
from grader.graphs.architecture import (
    hidden_size,
    require_activation,
    require_layers,
    require_linear,
    require_log_probabilities,
    require_parameters,
)
from grader.marks.flags import CHANCE_FACTOR
from grader.subject import Subject

CLASSES = 10
FREE_SETTINGS = ("NetConv",)
"""Networks whose learning rate and momentum the question leaves to the student."""


def _allowed(subject: Subject, name: str) -> list[str]:
    return list(subject.assignment.table.networks[name].allow)


def _reaches_threshold(subject: Subject, name: str, hint: str) -> None:
    training = subject.training(name)
    if not training.decides:
        raise Ungraded(
            f"{training.accuracy:.2f}% after {len(training.runs[0].accuracies)} epochs;"
            " only the full protocol decides"
        )
    initial = max((run.initial_accuracy for run in training.runs), default=0.0)
    if initial > CHANCE_FACTOR * 100 / CLASSES:
        raise Ungraded(
            f"{name} names {initial:.1f}% of the test images before any training, which random"
            " weights do not; a tutor will look where its weights come from"
        )
    if subject.network(name).half_drawn():
        raise Ungraded(
            f"the initial weights of {name} are not drawn as a whole: under two seeds they"
            " correlate; a tutor will look where they come from"
        )
    if not training.met and name in subject.stated:
        settings, stated = subject.stated[name]
        if stated.met and name in FREE_SETTINGS:
            return
        if stated.met:
            raise Ungraded(
                f"{training.accuracy:.2f}% by the course's protocol, {stated.accuracy:.2f}% with"
                f" {settings}, as the report states"
            )
    if not training.met:
        high = training.threshold.high
        asked = f"at least {training.threshold.low:g}%"
        if high is not None:
            asked = f"between {training.threshold.low:g}% and {high:g}%"
        raise CheckFailure(training.decided_at, f"{asked} of the test images", hint)


@check()
def check_netlin_builds(subject: Subject) -> None:
    """NetLin can be imported, built without arguments and run on a batch of images."""
    subject.network("NetLin")


@check(needs=("netlin_builds",))
def check_netlin_output(subject: Subject) -> None:
    """NetLin returns ten log probabilities for each image: log softmax of the linear layer."""
    require_log_probabilities(subject.network("NetLin"), CLASSES)


@check(needs=("netlin_builds",))
def check_netlin_layers(subject: Subject) -> None:
    """NetLin is one linear layer from the 784 pixels to the outputs, and nothing else."""
    require_layers(subject.network("NetLin"), ["linear"], _allowed(subject, "NetLin"))
    require_linear(subject.network("NetLin"))


@check(needs=("netlin_layers",))
def check_netlin_parameters(subject: Subject) -> None:
    """NetLin has a weight for each pixel and output, a bias for each output, and no more."""
    require_parameters(subject.network("NetLin"))


@check(needs=("netlin_builds", "netlin_output", "netlin_layers"))
def check_netlin_accuracy(subject: Subject) -> None:
    """NetLin reaches about 70% on the test set after ten epochs."""
    _reaches_threshold(
        subject,
        "NetLin",
        "let PyTorch choose the initial weights, and give the pixels to the layer as they come",
    )


@check()
def check_netfull_builds(subject: Subject) -> None:
    """NetFull can be imported, built without arguments and run on a batch of images."""
    subject.network("NetFull")


@check(needs=("netfull_builds",))
def check_netfull_output(subject: Subject) -> None:
    """NetFull returns ten log probabilities for each image: log softmax of the output layer."""
    require_log_probabilities(subject.network("NetFull"), CLASSES)


@check(needs=("netfull_builds",))
def check_netfull_layers(subject: Subject) -> None:
    """NetFull is one hidden layer and an output layer, both fully connected."""
    allowed = _allowed(subject, "NetFull")
    require_layers(subject.network("NetFull"), ["linear", "linear"], allowed)


@check(needs=("netfull_builds",))
def check_netfull_activation(subject: Subject) -> None:
    """NetFull applies tanh to its hidden layer."""
    require_activation(subject.network("NetFull"), "tanh")


@check(needs=("netfull_layers",))
def check_netfull_hidden(subject: Subject) -> None:
    """The size of NetFull's hidden layer is a multiple of 10."""
    size = hidden_size(subject.network("NetFull"))
    if size % 10:
        below, above = size // 10 * 10, size // 10 * 10 + 10
        near = f"{below} or {above}" if below else f"{above}"
        raise CheckFailure(f"{size} hidden nodes", "a multiple of 10", f"choose {near}")


@check(needs=("netfull_layers",))
def check_netfull_parameters(subject: Subject) -> None:
    """Both layers of NetFull have their biases, and no parameter is left over or frozen."""
    require_parameters(subject.network("NetFull"))


@check(needs=("netfull_builds", "netfull_output", "netfull_layers"))
def check_netfull_accuracy(subject: Subject) -> None:
    """NetFull reaches the accuracy that is asked for on the test set after ten epochs."""
    _reaches_threshold(
        subject,
        "NetFull",
        "try more hidden nodes, in steps of 10, and stop where the accuracy no longer rises",
    )


@check()
def check_netconv_builds(subject: Subject) -> None:
    """NetConv can be imported, built without arguments and run on a batch of images."""
    subject.network("NetConv")


@check(needs=("netconv_builds",))
def check_netconv_output(subject: Subject) -> None:
    """NetConv returns ten log probabilities for each image: log softmax of the output layer."""
    require_log_probabilities(subject.network("NetConv"), CLASSES)


@check(needs=("netconv_builds",))
def check_netconv_layers(subject: Subject) -> None:
    """NetConv is two convolutional layers, one fully connected layer and an output layer."""
    kinds = ["conv2d", "conv2d", "linear", "linear"]
    require_layers(subject.network("NetConv"), kinds, _allowed(subject, "NetConv"))


@check(needs=("netconv_builds",))
def check_netconv_activation(subject: Subject) -> None:
    """NetConv applies relu after both convolutions and after the fully connected layer."""
    require_activation(subject.network("NetConv"), "relu")


@check(needs=("netconv_layers",))
def check_netconv_parameters(subject: Subject) -> None:
    """All layers of NetConv have their biases, and no parameter is left over or frozen."""
    require_parameters(subject.network("NetConv"))


@check(needs=("netconv_builds", "netconv_output", "netconv_layers"))
def check_netconv_accuracy(subject: Subject) -> None:
    """NetConv reaches the accuracy that is asked for on the test set after ten epochs."""
    _reaches_threshold(
        subject,
        "NetConv",
        "try more filters, other kernel sizes or max pooling; if you trained with another learning"
        " rate or momentum, state them in your report, so that a tutor can judge by them",
    )
