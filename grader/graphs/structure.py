"""Reads a canonical graph as a sequence of layers, which is what checks and the oracle ask for.

A layer is a step with weights (convolution or linear) and everything up to the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.graphs import ops
from grader.graphs.canonical import Canonical, canonical
from grader.graphs.network import Network
from grader.graphs.rewrite import Step
from grader.graphs.words import operation
from reference.dimensions import Conv, Dimensions, Pool

WEIGHTED = ("conv2d", "linear")
_FAMILIAR = ops.ACTIVATIONS | ops.POOLS | ops.NORMS | ops.DROPOUTS | {"reshape", "log", *WEIGHTED}


@dataclass(frozen=True)
class Structure:
    """A network as its layers.

    `before` are the steps ahead of the first weighted one; `layers[i]` is a weighted step and
    the steps that follow it; `chain` is False where a layer is skipped or joined with another,
    and then the layers are only a reading in order.
    """

    name: str
    before: tuple[Step, ...]
    layers: tuple[tuple[Step, tuple[Step, ...]], ...]
    chain: bool

    def kinds(self) -> list[str]:
        """ "conv2d" or "linear" for each weighted step."""
        return [step.op for step, _ in self.layers]

    def convs(self) -> list[tuple[Step, tuple[Step, ...]]]:
        """The convolutional layers."""
        return [layer for layer in self.layers if layer[0].op == "conv2d"]

    def linears(self) -> list[tuple[Step, tuple[Step, ...]]]:
        """The fully connected layers."""
        return [layer for layer in self.layers if layer[0].op == "linear"]

    @property
    def head(self) -> tuple[Step, ...]:
        """What happens to the logits: the steps after the last weighted one."""
        return self.layers[-1][1] if self.layers else self.before


def structure(network: Network) -> Structure:
    """Read the evaluation form of a network as layers."""
    form = canonical(network)
    before: list[Step] = []
    layers: list[tuple[Step, tuple[Step, ...]]] = []
    for step in form.steps:
        if step.op in WEIGHTED:
            layers.append((step, ()))
        elif layers:
            layers[-1] = (layers[-1][0], (*layers[-1][1], step))
        else:
            before.append(step)
    return Structure(network.name, tuple(before), tuple(layers), _in_a_row(form))


def _in_a_row(form: Canonical) -> bool:
    """Whether each layer reads the one before it, and every other step its own layer alone."""
    layer_of: list[int] = []
    for step in form.steps:
        here = layer_of[-1] if layer_of else 0
        asked = {
            layer_of[v.index] if v.kind == "step" else 0
            for v in step.inputs
            if v.kind in ("step", "images")
        }
        if asked and asked != {here}:
            return False
        layer_of.append(here + (step.op in WEIGHTED))
    return True


def weight_shape(step: Step, network: Network) -> list[int] | None:
    """Sizes of a weighted step's weights as stored; None where they are computed on the way."""
    weight = step.inputs[1]
    if weight.kind == "tensor":
        return list(network.tensors[weight.index].shape)
    return list(network.constants[weight.index].shape) if weight.kind == "constant" else None


def unfamiliar(steps: Iterable[Step]) -> set[str]:
    """Operations among these steps that no check and no reference network knows."""
    return {step.op for step in steps} - _FAMILIAR


def activations(steps: tuple[Step, ...]) -> list[str]:
    """Names of the non-linear functions among these steps."""
    return [step.op for step in steps if step.op in ops.ACTIVATIONS]


def sentence(steps: tuple[Step, ...]) -> str:
    """The steps in words: "tanh, then dropout"; "nothing" when there are none."""
    shown = [operation(step) for step in steps if step.op != "reshape"]
    return ", then ".join(shown) or "nothing"


def dimensions(network: Network) -> Dimensions:
    """The sizes that the student chose, for the oracle to build the right network with.

    Raises:
        ValueError: the network is not a plain sequence of convolutions, pools and linear layers.
    """
    shape = structure(network)
    if not shape.chain or "conv2d" in shape.kinds()[len(shape.convs()) :]:
        raise ValueError("the network is not a sequence of convolutions, then linear layers")
    sizes = [layer[0].shape[-1] for layer in shape.linears()]
    if not sizes:
        raise ValueError("the network has no linear layer")
    convs = tuple(_conv(step, after, network) for step, after in shape.convs())
    return Dimensions(convs, tuple(sizes[:-1]), sizes[-1])


def _conv(step: Step, after: tuple[Step, ...], network: Network) -> Conv:
    shape = weight_shape(step, network)
    if shape is None:
        raise ValueError("the weights of a convolution are computed on the way")
    filters, _, *kernel = shape
    pools = [s for s in after if s.op in ops.POOLS]
    if len(pools) > 1 or any(p.op not in ("max_pool2d", "avg_pool2d") for p in pools):
        raise ValueError("the network pools in a way that the reference does not")
    if isinstance(step.setting("padding"), str):
        raise ValueError("the convolution's padding is given as a word")
    pool = _pool(pools[0], after) if pools else None
    return Conv(
        filters,
        (kernel[0], kernel[1]),
        step.setting("stride"),
        step.setting("padding"),
        step.setting("dilation"),
        step.setting("groups"),
        pool,
    )


def _pool(step: Step, after: tuple[Step, ...]) -> Pool:
    before_activation = any(s.op in ops.ACTIVATIONS for s in after[after.index(step) + 1 :])
    if step.op == "avg_pool2d" and step.setting("divisor_override") is not None:
        raise ValueError("the average pool has a divisor of its own")
    return Pool(
        "max" if step.op == "max_pool2d" else "avg",
        step.setting("kernel_size"),
        step.setting("stride"),
        step.setting("padding"),
        step.setting("dilation") or (1, 1),
        step.setting("ceil_mode"),
        True if step.setting("count_include_pad") is None else step.setting("count_include_pad"),
        before_activation,
    )
