"""Which machines and which networks faster arithmetic suits."""

from pathlib import Path

import pytest
import torch
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.errors import UsageError
from grader.graphs.network import Network
from grader.graphs.numerics import (
    LEAST_WORK,
    described,
    described_device,
    require_usable,
    suited_device,
    suited_precision,
)
from grader.train.trainer import cost
from reference.kuzu import NetConv, NetFull, NetLin

HAVING = "processor : 0\nflags\t\t: fpu avx512f avx512_bf16 sse\n"
LACKING = "processor : 0\nflags\t\t: fpu avx512f sse\n"


class Shifted(nn.Module):
    """Changes its images by an operation that no rule was made for."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = NetConv()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.inner(torch.where(x > 0, x, x / 2))
        return out


class Made(nn.Module):
    """Makes a tensor in forward, on the processor."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = NetLin()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.inner(x + torch.ones(1, 1, 28, 28, device="cpu"))
        return out


@pytest.fixture(scope="module")
def conv() -> Network:
    return captured(NetConv, "NetConv")


def test_fp32_on_the_processor_is_always_to_be_had(tmp_path: Path) -> None:
    require_usable("fp32", "cpu", cpu_info=tmp_path / "missing")


@pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16"])
def test_bf16_needs_a_processor_that_multiplies_it(flag: str, tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text(HAVING.replace("avx512_bf16", flag))
    require_usable("bf16", "cpu", cpu_info=info)


@pytest.mark.parametrize("text", [LACKING, "", "Features : fp asimd\n"])
def test_bf16_elsewhere_is_refused_with_the_way_out(text: str, tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text(text)
    with pytest.raises(UsageError, match=r"--precision bf16: .*\n.*avx512_bf16.*\n.*leave the opt"):
        require_usable("bf16", "cpu", cpu_info=info)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_said() -> None:
    with pytest.raises(UsageError, match=r"--device cuda: PyTorch finds no GPU"):
        require_usable("fp32", "cuda")


def test_large_convolutions_are_trained_in_bf16(conv: Network) -> None:
    assert suited_precision(conv, cost(conv), "fast", "bf16") == "bf16"
    assert suited_precision(conv, cost(conv), "fast", "fp32") == "fp32"
    assert suited_precision(conv, cost(conv), "course", "bf16") == "fp32"
    assert suited_precision(conv, LEAST_WORK - 1, "fast", "bf16") == "fp32"


@pytest.mark.parametrize("build", [NetLin, NetFull, Shifted])
def test_others_stay_in_fp32(build: type[nn.Module]) -> None:
    network = captured(build, "Net")
    assert suited_precision(network, 10 * LEAST_WORK, "fast", "bf16") == "fp32"


def test_a_small_network_and_one_that_names_the_processor_stay_there(conv: Network) -> None:
    assert suited_device(conv, cost(conv), "cuda") == "cuda"
    assert suited_device(conv, cost(conv), "cpu") == "cpu"
    assert suited_device(conv, LEAST_WORK - 1, "cuda") == "cpu"
    assert suited_device(captured(Made, "Net"), LEAST_WORK, "cuda") == "cpu"


def test_the_rule_is_told() -> None:
    assert described("fp32") == "fp32"
    assert described("bf16") == "bf16 where convolutions are large, else fp32"
    assert described_device("cpu") == "cpu"
    assert described_device("cuda") == "cuda for large networks, else cpu"
