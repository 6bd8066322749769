"""The rewrite rules that make equal computations look equal.

Each rule takes one step and either names the value it merely hands on, or returns the step to put
in its place. Rules change how a computation is written, never what it computes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from grader.graphs import ops


@dataclass(frozen=True)
class Value:
    """What a step reads: another step, a tensor of the network, a constant, or the images."""

    kind: str
    index: int


IMAGES = Value("images", 0)


@dataclass(frozen=True)
class Step:
    """One canonical operation.

    `inputs` are read in order; `settings` are the arguments that are not tensors, defaults filled
    in; `shape` is the output's without the batch dimension, `batched` whether there is one.
    """

    op: str
    inputs: tuple[Value, ...]
    settings: tuple[tuple[str, Any], ...]
    shape: tuple[int, ...]
    batched: bool
    dtype: str

    def setting(self, name: str) -> Any:
        """The value of one setting, None where there is no such setting."""
        return dict(self.settings).get(name)

    @property
    def tensors(self) -> tuple[int, ...]:
        """Positions of the network's own tensors that the step reads."""
        return tuple(v.index for v in self.inputs if v.kind == "tensor")


_OWN = ("tensor", "constant")
_IMAGE_TYPE = "float32"
_KEEPING_SIGNS = ops.DROPOUTS - {"alpha_dropout"} | {"max_pool2d", "avg_pool2d", "reshape"}

Steps = dict[Value, Step]
Rule = Callable[[Step, Steps], Step | Value | None]


def simplify(named: list[tuple[Value, Step]]) -> list[tuple[Value, Step]]:
    """Apply every rule to every step in order, then drop what the output no longer needs."""
    steps: Steps = {}
    instead: dict[Value, Value] = {}
    last = IMAGES
    for value, step in named:
        current = replace(step, inputs=tuple(instead.get(v, v) for v in step.inputs))
        outcome = _rewritten(current, steps)
        if isinstance(outcome, Value):
            instead[value] = outcome
            last = outcome
        else:
            steps[value] = outcome
            last = value
    return _alive(steps, last)


def _rewritten(step: Step, steps: Steps) -> Step | Value:
    if not step.inputs:
        return step  # made from numbers alone: no rule speaks of it
    for rule in RULES:
        outcome = rule(step, steps)
        if isinstance(outcome, Value):
            return outcome
        step = outcome or step
    return step


def _alive(steps: Steps, last: Value) -> list[tuple[Value, Step]]:
    needed = {last}
    for value, step in reversed(steps.items()):
        if value in needed:
            needed.update(step.inputs)
    return [(value, step) for value, step in steps.items() if value in needed]


def hand_on(step: Step, steps: Steps) -> Value | None:
    """Operations that change nothing: contiguous, clone, a cast to the same type, idle dropout."""
    if step.op in ops.TRANSPARENT:
        return step.inputs[0]
    if step.op in ("to", "_to_copy"):
        source = steps.get(step.inputs[0])
        same = step.dtype == (source.dtype if source is not None else _IMAGE_TYPE)
        handed_on = source is not None or step.inputs[0] == IMAGES
        return step.inputs[0] if same and handed_on else None
    if step.op == "detach" and _without_gradient(step.inputs[0], steps):
        return step.inputs[0]
    if step.op in ops.DROPOUTS and (not step.setting("train") or step.setting("p") == 0):
        return step.inputs[0]
    return None


def _without_gradient(value: Value, steps: Steps) -> bool:
    """Whether a value depends on none of the network's own tensors, so that none learns by it."""
    seen: set[Value] = set()
    left = [value]
    while left:
        value = left.pop()
        if value.kind == "tensor":
            return False
        if value not in seen and value in steps:
            left.extend(steps[value].inputs)
        seen.add(value)
    return True


def one_reshape(step: Step, steps: Steps) -> Step | Value | None:
    """view, reshape, flatten, squeeze and unsqueeze are a reshape; two in a row are one."""
    if step.op not in ops.RESHAPES:
        return None
    source = step.inputs[0]
    before = steps.get(source)
    if before is not None and before.op == "reshape":
        source = before.inputs[0]
        before = steps.get(source)
    if before is not None and (before.shape, before.batched) == (step.shape, step.batched):
        return source
    return replace(step, op="reshape", inputs=(source,), settings=())


def one_relu(step: Step, steps: Steps) -> Step | None:
    """max(x, 0) in its other spellings, and the module nn.ReLU6."""
    del steps
    low, high = step.setting("min"), step.setting("max")
    clamps = step.op in ("clamp", "clamp_min") and low == 0 and high is None
    threshold = step.op == "threshold" and (step.setting("threshold"), step.setting("value")) == (
        0,
        0,
    )
    if step.op == "relu" or clamps or threshold:
        return replace(step, op="relu", settings=())
    if step.op == "hardtanh" and (step.setting("min_val"), step.setting("max_val")) == (0, 6):
        return replace(step, op="relu6", settings=())
    return None


def idle_relu(step: Step, steps: Steps) -> Value | None:
    """A relu of what no longer holds a negative number."""
    if step.op != "relu":
        return None
    before = steps.get(step.inputs[0])
    while before is not None and before.op in _KEEPING_SIGNS:
        before = steps.get(before.inputs[0])
    return step.inputs[0] if before is not None and before.op == "relu" else None


def one_transpose(step: Step, steps: Steps) -> Step | None:
    """t, .T, transpose(0, 1) and permute(1, 0) of a matrix."""
    del steps
    swaps = {
        "t": True,
        "numpy_T": True,
        "transpose": {step.setting("dim0"), step.setting("dim1")} <= {0, 1, -1, -2},
        "permute": step.setting("dims") in ((1, 0), (-1, -2)),
    }
    if swaps.get(step.op) and len(step.shape) + step.batched == 2:
        return replace(step, op="transpose", settings=())
    return None


def one_linear(step: Step, steps: Steps) -> Step | None:
    """linear, addmm and matmul with a weight of the network's own.

    `weight` says how the weight is stored: "out x in" as in nn.Linear, or "in x out".
    """
    match step.op, step.inputs:
        case "linear", (x, weight, *bias):
            return _linear(step, x, weight, bias, "out x in")
        case "addmm", (bias, x, weight) if step.setting("beta") == step.setting("alpha") == 1:
            return _weighted(step, x, weight, [bias], steps)
        case "mm" | "matmul", (x, weight) if len(step.shape) == 1 and step.batched:
            return _weighted(step, x, weight, [], steps)
    return None


def _weighted(step: Step, x: Value, weight: Value, bias: list[Value], steps: Steps) -> Step | None:
    turned = steps.get(weight)
    if turned is not None and turned.op == "transpose" and turned.inputs[0].kind in _OWN:
        return _linear(step, x, turned.inputs[0], bias, "out x in")
    return _linear(step, x, weight, bias, "in x out") if weight.kind in _OWN else None


def _linear(step: Step, x: Value, weight: Value, bias: Iterable[Value], stored: str) -> Step:
    return replace(step, op="linear", inputs=(x, weight, *bias), settings=(("weight", stored),))


def bias_added(step: Step, steps: Steps) -> Step | None:
    """A linear step without bias followed by the addition of a vector of the network's own."""
    if step.op != "add" or step.setting("alpha") != 1 or len(step.inputs) != 2:
        return None
    for x, bias in (step.inputs, step.inputs[::-1]):
        source = steps.get(x)
        if bias.kind not in _OWN or source is None or source.op != "linear":
            continue
        if len(source.inputs) == 2 and source.shape == step.shape:
            return replace(source, inputs=(*source.inputs, bias))
    return None


def paired_windows(step: Step, steps: Steps) -> Step | None:
    """Kernel, stride, padding and dilation as (rows, columns), with defaults filled in."""
    del steps
    if step.op == "conv2d":
        return replace(step, settings=tuple(_conv_settings(step)))
    if step.op not in ("max_pool2d", "avg_pool2d"):
        return None
    kernel = _pair(step.setting("kernel_size"))
    settings = dict(step.settings) | {
        "kernel_size": kernel,
        "stride": _pair(step.setting("stride") or kernel),
        "padding": _pair(step.setting("padding")),
    }
    if "dilation" in settings:
        settings["dilation"] = _pair(settings["dilation"])
    return replace(step, settings=tuple(settings.items()))


def _conv_settings(step: Step) -> Iterable[tuple[str, Any]]:
    yield "stride", _pair(step.setting("stride"))
    padding = step.setting("padding")
    yield (
        "padding",
        padding
        if isinstance(padding, str) and padding != "valid"
        else ((0, 0) if padding == "valid" else _pair(padding)),
    )
    yield "dilation", _pair(step.setting("dilation"))
    yield "groups", step.setting("groups")


def padding_in_convolution(step: Step, steps: Steps) -> Step | None:
    """Zeros put around the images just before a convolution are the convolution's padding."""
    pad = steps.get(step.inputs[0]) if step.op == "conv2d" else None
    if pad is None or pad.op not in ("pad", "constant_pad_nd"):
        return None
    zeros = pad.setting("mode") in (None, "constant") and not pad.setting("value")
    sizes, own = pad.setting("pad"), step.setting("padding")
    if not zeros or len(sizes) != 4 or min(sizes) < 0 or isinstance(own, str):
        return None
    left, right, top, bottom = sizes
    if (left, top) != (right, bottom):
        return None
    settings = dict(step.settings) | {"padding": (own[0] + top, own[1] + left)}
    return replace(step, inputs=(*pad.inputs, *step.inputs[1:]), settings=tuple(settings.items()))


def _pair(value: Any) -> tuple[int, int]:
    values = tuple(value) if isinstance(value, tuple | list) else (value,)
    return (values[0], values[-1])


def plain_softmax(step: Step, steps: Steps) -> Step | None:
    """Only the dimension of a softmax matters."""
    del steps
    if step.op not in ("softmax", "log_softmax"):
        return None
    return replace(step, settings=(("dim", step.setting("dim")),))


RULES: tuple[Rule, ...] = (
    hand_on,
    one_reshape,
    one_relu,
    idle_relu,
    one_transpose,
    one_linear,
    bias_added,
    paired_windows,
    padding_in_convolution,
    plain_softmax,
)
"""Tried in this order on every step."""
