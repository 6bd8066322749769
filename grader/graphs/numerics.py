"""How training computes: memory layout, precision, device; and which networks they suit.

Faster arithmetic is used where it was seen to be faster and is sure to work, by a rule on the
graph alone, so that the same network is always computed the same way. Nothing here needs torch
unless a GPU is asked for.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from grader.errors import UsageError
from grader.graphs.graph import base_name
from grader.wire import Node, Setting

if TYPE_CHECKING:
    from grader.graphs.network import Network

Layout = Literal["course", "fast"]
"""How a network lies in memory.

"course": arrays and optimiser as in the course's program, so every loss is the same to the bit.
"fast": convolutions in channels-last order and one fused optimiser step: the same mathematics,
rounded differently, so an accuracy moves as much as it does with another seed.
"""
Precision = Literal["fp32", "bf16"]
"""Numbers that layers multiply, while training and while testing.

"bf16": numbers of 8 significant bits. Weights, their updates, the log softmax and the loss stay in
32-bit numbers.
"""
Device = Literal["cpu", "cuda"]

CPU_INFO: Final = Path("/proc/cpuinfo")
BF16_FLAGS: Final = frozenset(("avx512_bf16", "amx_bf16"))

LEAST_WORK: Final = 200_000
"""Multiplications an image from which bf16 was faster: two convolutions of 8 and 16 filters. A GPU
(H200) trained NetLin and NetFull, which make fewer, at half to a third of one core's speed."""
IN_BF16: Final = frozenset(
    "conv2d linear addmm mm t relu relu_ tanh tanh_ sigmoid sigmoid_ leaky_relu leaky_relu_ "
    "max_pool2d avg_pool2d batch_norm dropout dropout_ feature_dropout log_softmax "
    "view reshape _unsafe_view flatten unflatten squeeze unsqueeze contiguous sym_size "
    "_assert_tensor_metadata".split()
)
"""Operations that take the 16-bit numbers which a layer before them gives."""


def require_usable(precision: str, device: str, *, cpu_info: Path = CPU_INFO) -> None:
    """Make sure that this machine can train like that.

    Raises:
        UsageError: it has no such device, or its processor no such arithmetic.
    """
    if device == "cuda":
        _require_gpu(precision)
    elif precision == "bf16":
        _require_processor(cpu_info)


def _require_processor(cpu_info: Path) -> None:
    text = cpu_info.read_text() if cpu_info.exists() else ""
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    if flags is None or not BF16_FLAGS & set(flags[1].split()):
        raise UsageError(
            "--precision bf16",
            "this processor does not multiply 16-bit numbers, so they would be slower",
            f"one with {' or '.join(sorted(BF16_FLAGS))}",
            "leave the option away; marks are the same",
        )


def _require_gpu(precision: str) -> None:
    import torch

    if not torch.cuda.is_available():
        raise UsageError(
            "--device cuda",
            "PyTorch finds no GPU on this machine",
            "an NVIDIA GPU, its driver, and PyTorch built for it",
            "leave the option away, or try python -c 'import torch; torch.cuda.init()'",
        )
    if precision == "bf16" and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise UsageError(
            "--precision bf16",
            f"{torch.cuda.get_device_name()} does not multiply such numbers",
            "a GPU of the Ampere generation or later",
            "leave the option away; marks are the same",
        )


def suited_precision(network: "Network", work: int, layout: Layout, asked: Precision) -> Precision:
    """The precision to train this network in.

    bf16 pays for convolutions of some size; a small network spends more on converting than it
    saves. It is used in the fast layout alone, for graphs of `IN_BF16`.

    Args:
        network: the one to train.
        work: multiplications that one image makes in it, see `grader.train.trainer.cost`.
        layout: that it is trained in.
        asked: the precision that the user would have.
    """
    names = {base_name(node) for node in _nodes(network) if node.op.startswith("aten.")}
    large = "conv2d" in names and work >= LEAST_WORK
    return asked if large and layout == "fast" and names <= IN_BF16 else "fp32"


def suited_device(network: "Network", work: int, asked: Device) -> Device:
    """The device to train this network on; `work` as for `suited_precision`.

    A small network, and one whose graph names the processor, stays on the processor.
    """
    named = any(_names_processor(node) for node in _nodes(network))
    return "cpu" if named or work < LEAST_WORK else asked


def _names_processor(node: Node) -> bool:
    arguments = (*node.args, *node.kwargs.values())
    return base_name(node) != "_assert_tensor_metadata" and any(
        isinstance(argument, Setting) and argument.setting == "cpu" for argument in arguments
    )


def _nodes(network: "Network") -> Iterator[Node]:
    yield from network.forms.train.nodes
    yield from network.forms.eval.nodes


def described(precision: Precision) -> str:
    """The precision as a report says it."""
    return precision if precision == "fp32" else "bf16 where convolutions are large, else fp32"


def described_device(device: Device) -> str:
    """The device as a report says it."""
    return device if device == "cpu" else "cuda for large networks, else cpu"
