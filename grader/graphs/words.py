"""Says in words what a step of a canonical graph does."""

from collections.abc import Callable
from math import prod

from grader.graphs.rewrite import Step


def operation(step: Step) -> str:
    """A step in words, with the sizes that matter: "max pooling 2 x 2", "dropout 0.2"."""
    say = _SAY.get(step.op)
    return say(step) if say else step.op.replace("_", " ")


def _convolution(step: Step) -> str:
    text = f"convolution, {step.shape[0]} filters"
    if step.setting("stride") != (1, 1):
        text += f", stride {step.setting('stride')[0]}"
    padding = step.setting("padding")
    if padding != (0, 0):
        text += f", padding {padding if isinstance(padding, str) else padding[0]}"
    return text


def _reshape(step: Step) -> str:
    return f"flatten to {prod(step.shape)}" if len(step.shape) == 1 else "reshape"


def _pooling(step: Step) -> str:
    rows, columns = step.setting("kernel_size")
    word = "max" if step.op == "max_pool2d" else "average"
    return f"{word} pooling {rows} x {columns}"


def _softmax(step: Step) -> str:
    word = step.op.replace("_", " ")
    last = step.setting("dim") == len(step.shape)
    return word if last else f"{word} over dimension {step.setting('dim')}"


_SAY: dict[str, Callable[[Step], str]] = {
    "conv2d": _convolution,
    "linear": lambda step: f"fully connected, {step.shape[-1]} nodes",
    "reshape": _reshape,
    "max_pool2d": _pooling,
    "avg_pool2d": _pooling,
    "dropout": lambda step: f"dropout {step.setting('p'):g}",
    "softmax": _softmax,
    "log_softmax": _softmax,
}
