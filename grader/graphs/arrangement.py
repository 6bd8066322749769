"""Puts images and weights where, and as, a training step computes with them."""

import ctypes
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from grader.graphs.numerics import Device, Layout, Precision

Batch = tuple[Tensor, Tensor]

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h of glibc
DEFAULT_MMAP_MAX: Final = 65536
KEPT_BYTES: Final = 512 * 2**20


def normalise(images: npt.NDArray[np.uint8]) -> Tensor:
    """Grey images (N, 28, 28), uint8, as float32 (N, 1, 28, 28) from -1 (black) to 1 (white).

    The same operations in the same order as torchvision's ToTensor and Normalize((0.5,), (0.5,)),
    hence the same bits.
    """
    return torch.tensor(images).unsqueeze(1).to(torch.float32).div_(255).sub_(0.5).div_(0.5)


def arrange(module: nn.Module, layout: Layout, device: Device) -> torch.memory_format:
    """Move the weights to `device`, those of convolutions channels last if `layout` asks for it."""
    module.to(device)
    weights = [parameter for parameter in module.parameters() if parameter.dim() == 4]
    fast = layout == "fast" and bool(weights)
    memory_format = torch.channels_last if fast else torch.contiguous_format
    for weight in weights:
        # `contiguous` would keep the strides of a single channel, which fit both orders
        weight.data = weight.data.clone(memory_format=memory_format)
    return memory_format


def split(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    size: int,
    memory_format: torch.memory_format,
    device: Device,
) -> Sequence[Batch]:
    """Views of consecutive images with their labels, all on `device`.

    One size serves training and testing: on one core larger test batches were no faster for any
    of the three networks (they leave the cache).
    """
    inputs = normalise(images).contiguous(memory_format=memory_format).to(device)
    targets = torch.tensor(labels).to(device)
    return list(zip(torch.split(inputs, size), torch.split(targets, size), strict=True))


def training_step(
    module: nn.Module, precision: Precision, device: Device
) -> Callable[[Tensor], Any]:
    """What a step of training, or of a test, computes of its images.

    In bf16 the context is entered for each step, since it keeps the converted weights until it
    ends. A softmax inside `module` must compute in float32 by itself, as `Replay` has it.
    """
    if precision == "fp32":
        return module

    def forward(images: Tensor) -> Any:
        with torch.autocast(device, torch.bfloat16):
            output = module(images)
        return output.float() if isinstance(output, Tensor) else output

    return forward


@contextmanager
def repeatable(device: Device) -> Iterator[None]:
    """On a GPU: kernels that always add in the same order, and products of full precision.

    Where an operation has no such kernel, torch would warn; the figures then vary as with a seed.
    """
    if device == "cpu":
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled()
    flags = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    with flags, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*deterministic.*")
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before)


@contextmanager
def reused_memory() -> Iterator[None]:
    """Let one step compute where the step before did.

    By default glibc hands each large array back to the kernel once it is freed, so that every step
    waits for new, empty pages: up to a sixth of its time for large convolutions, and for linear
    layers of millions of weights. What is kept is handed back at the end. Other C libraries are
    left alone.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt") or not hasattr(libc, "malloc_trim"):
        yield
        return
    libc.mallopt(M_MMAP_MAX, 0)
    libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    try:
        yield
    finally:
        libc.mallopt(M_MMAP_MAX, DEFAULT_MMAP_MAX)
        libc.malloc_trim(0)
