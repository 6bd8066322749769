"""Faster arithmetic: what is computed in which numbers, and that the figures hardly move."""

import warnings
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from grader.capturing.trusted_capture import captured
from grader.errors import UsageError
from grader.graphs.arrangement import repeatable, training_step
from grader.graphs.numerics import require_usable
from grader.graphs.replay import Replay
from grader.train.protocol import KUZU
from grader.train.training import train
from grader.train.training_run import TrainingRun
from reference.dimensions import Conv, Pool
from reference.kuzu import NetConv
from tests.tiny import tiny_dataset

DATASET = tiny_dataset()
PROTOCOL = replace(KUZU, epochs=4)


def has(precision: str, device: str) -> bool:
    try:
        require_usable(precision, device)
    except UsageError:
        return False
    return True


needs_bf16 = pytest.mark.skipif(not has("bf16", "cpu"), reason="no bf16 in this processor")
needs_gpu = pytest.mark.skipif(not has("fp32", "cuda"), reason="no GPU")


def small() -> nn.Module:
    return NetConv((Conv(6, (5, 5), pool=Pool()), Conv(8, (5, 5), pool=Pool())), 16)


def run(precision: str = "fp32", device: str = "cpu") -> TrainingRun:
    torch.set_num_threads(1)
    return train(
        Replay(captured(small, "NetConv"), 0),
        DATASET,
        PROTOCOL,
        seed=0,
        precision=precision,  # type: ignore[arg-type]
        device=device,  # type: ignore[arg-type]
    )


def test_layers_multiply_16_bit_numbers_and_the_log_softmax_32() -> None:
    replay = Replay(captured(small, "NetConv"), 0)
    seen: list[torch.dtype] = []
    weights = [p for p in replay.parameters() if p.dim() == 4]
    output = training_step(replay, "bf16", "cpu")(torch.randn(4, 1, 28, 28))
    assert output.dtype is torch.float32
    assert torch.allclose(output.exp().sum(dim=1), torch.ones(4), atol=1e-6)  # not so in bf16
    output.sum().backward()
    seen = [weight.grad.dtype for weight in weights if weight.grad is not None]
    assert seen == [torch.float32] * 2
    assert not torch.equal(output, replay(torch.randn(4, 1, 28, 28)))


def test_the_context_ends_with_each_step() -> None:
    class Asks(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            asked.append(torch.is_autocast_enabled("cpu"))
            return images

    asked: list[bool] = []
    training_step(Asks(), "bf16", "cpu")(torch.zeros(1))
    training_step(Asks(), "fp32", "cpu")(torch.zeros(1))
    assert asked == [True, False]
    assert not torch.is_autocast_enabled("cpu")


@needs_bf16
def test_bf16_differs_from_fp32_as_a_seed_would_and_is_the_same_every_time() -> None:
    fast, exact = run("bf16"), run()
    assert fast == run("bf16")
    assert fast.losses != exact.losses
    assert fast.losses == pytest.approx(exact.losses, rel=0.02)
    assert fast.initial_accuracy == exact.initial_accuracy  # tests are computed in fp32


def test_the_processor_needs_no_flags() -> None:
    before = torch.are_deterministic_algorithms_enabled()
    with repeatable("cpu"):
        assert torch.are_deterministic_algorithms_enabled() == before


def test_a_gpu_gets_repeatable_kernels_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    with repeatable("cuda"):
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
        assert torch.backends.cudnn.deterministic
        assert not torch.backends.cudnn.allow_tf32
        with warnings.catch_warnings(record=True) as heard:
            warnings.warn("x does not have a deterministic implementation", stacklevel=1)
    assert not torch.are_deterministic_algorithms_enabled()
    assert heard == []


@needs_gpu
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_gpu_differs_by_rounding_and_is_the_same_every_time(precision: str) -> None:
    there, here = run(precision, "cuda"), run()
    assert there == run(precision, "cuda")
    assert there.losses == pytest.approx(here.losses, rel=0.02)
