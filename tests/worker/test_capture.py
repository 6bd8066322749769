"""A class becomes a graph and weights; whatever goes wrong becomes a failure with its stage."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from grader.worker.capture import Reply, Tensors, capture_target
from grader.worker.load import load_module

HEAD = """
import torch
from torch import nn
from torch.nn import functional as F

calls = 0

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        {forward}
"""


def target(**changes: Any) -> dict[str, Any]:
    usual = {"id": "NetLin", "class": "Net", "args": [], "setup": None, "input": [1, 28, 28]}
    return usual | {"batches": [64, 32, 16], "seeds": [0]} | changes


def module_of(folder: Path, text: str) -> ModuleType:
    (folder / "kuzu.py").write_text(text, encoding="utf-8")
    module, failure = load_module(folder / "kuzu.py", "student_kuzu")
    assert module is not None, failure
    return module


def capture(folder: Path, forward: str, **changes: Any) -> tuple[Reply, Tensors]:
    return capture_target(module_of(folder, HEAD.format(forward=forward)), target(**changes))


def failure(folder: Path, text: str, **changes: Any) -> dict[str, Any]:
    reply, tensors = capture_target(module_of(folder, text), target(**changes))
    assert tensors == {}
    found: dict[str, Any] = reply["failure"]
    return found


def test_a_network_is_captured_with_the_weights_of_every_seed(tmp_path: Path) -> None:
    reply, tensors = capture(tmp_path, "return self.fc(x.flatten(1))", seeds=[0, 3])
    assert reply["failure"] is None
    assert [t["names"] for t in reply["tensors"]] == [["fc.weight"], ["fc.bias"]]
    assert tensors.keys() == {"s0.0", "s0.1", "s3.0", "s3.1"}
    torch.manual_seed(3)
    assert tensors["s3.0"].equal(torch.nn.Linear(784, 10).weight)


def test_weights_that_a_student_draws_otherwise_follow_the_seed_too(tmp_path: Path) -> None:
    draw = (
        "self.fc.weight.data[0, 0], self.fc.weight.data[0, 1] = random.random(), np.random.rand()"
    )
    text = "import random\nimport numpy as np\n" + HEAD.format(
        forward="return self.fc(x.flatten(1))"
    )
    module = module_of(tmp_path, text.replace("784, 10)", f"784, 10)\n        {draw}"))
    first, second = (capture_target(module, target(seeds=[0, 1]))[1] for _ in range(2))
    assert all(tensor.equal(second[name]) for name, tensor in first.items())
    assert not first["s0.0"][0, :2].equal(first["s1.0"][0, :2])


@pytest.mark.parametrize(
    "forward",
    [
        "return self.fc(x.view(len(x), -1))",
        "return self.fc(x.view(x.shape[0], x.numel() // x.shape[0]))",
        "return self.fc(x.view(int(x.size(0)), -1))",
        "return self.fc(x.view(1, -1) if x.shape[0] == 1 else x.flatten(1))",
        "self.seen = x.flatten(1); return self.fc(self.seen)",
    ],
)
def test_ways_of_keeping_the_batch_size_free(tmp_path: Path, forward: str) -> None:
    assert capture(tmp_path, forward)[0]["failure"] is None


def test_lazy_layers_get_their_sizes_from_the_images(tmp_path: Path) -> None:
    text = HEAD.format(forward="return self.fc(x.flatten(1))")
    reply, tensors = capture_target(
        module_of(tmp_path, text.replace("nn.Linear(784, 10)", "nn.LazyLinear(10)")), target()
    )
    assert reply["failure"] is None
    assert tensors["s0.0"].shape == (10, 784)


def test_running_the_network_leaves_its_statistics_as_built(tmp_path: Path) -> None:
    text = HEAD.format(forward="return self.fc(x.flatten(1))")
    text = text.replace("nn.Linear(784, 10)", "nn.BatchNorm1d(784)")
    _, tensors = capture_target(module_of(tmp_path, text), target())
    assert any(t.shape == (784,) and t.eq(0).all() for t in tensors.values())
    assert all(t.eq(0).all() or t.eq(1).all() for t in tensors.values())


FAULTS = [
    (target(**{"class": "NetLin"}), "", "build", "there is no class named NetLin"),
    (target(**{"class": "torch"}), "", "build", "not callable"),
    (target(**{"class": "calls"}), "", "build", "not callable"),
    (target(**{"class": "dict"}), "dict = dict", "build", "dict is not a torch.nn.Module"),
    (target(args=[4]), "", "build", "takes 1 positional argument but 2 were given"),
    (target(setup="set_weights"), "", "build", "has no attribute 'set_weights'"),
]


@pytest.mark.parametrize(("asked", "extra", "stage", "message"), FAULTS)
def test_a_network_that_cannot_be_built_is_explained(
    tmp_path: Path, asked: dict[str, Any], extra: str, stage: str, message: str
) -> None:
    text = HEAD.format(forward="return self.fc(x.flatten(1))") + extra
    found = failure(tmp_path, text, **asked)
    assert found["stage"] == stage
    assert message in found["message"]


@pytest.mark.parametrize(
    ("forward", "stage", "message"),
    [
        ("return self.fc(x)", "forward", "mat1 and mat2 shapes cannot be multiplied"),
        ("return self.fc(x.view(64, -1))", "forward", "mat1 and mat2 shapes|is invalid for input"),
        ("return self.fc(x.flatten(1)), x", "forward", "forward returns tuple, not a tensor"),
        ("self.fc(x.flatten(1))", "forward", "forward returns NoneType, not a tensor"),
        ("raise SystemExit(1)", "forward", "1"),
        (
            "return self.fc(x.flatten(1)) if x.sum() > 0 else self.fc(x.flatten(1)) * 2",
            "export",
            "",
        ),
    ],
)
def test_a_forward_that_fails_is_named_with_its_stage(
    tmp_path: Path, forward: str, stage: str, message: str
) -> None:
    found = failure(tmp_path, HEAD.format(forward=forward))
    assert found["stage"] == stage
    assert any(part in found["message"] for part in message.split("|"))


def test_the_line_of_the_students_file_is_given(tmp_path: Path) -> None:
    found = failure(tmp_path, HEAD.format(forward="return self.fc(x)"))
    assert found["line"] == 14
    assert found["source"] == "return self.fc(x)"


def test_other_parameters_each_time_are_refused(tmp_path: Path) -> None:
    text = HEAD.format(forward="return self.fc(x.flatten(1))").replace(
        "self.fc = nn.Linear(784, 10)",
        "global calls; calls += 1; self.fc = nn.Linear(784, 10, bias=calls == 1)",
    )
    found = failure(tmp_path, text, seeds=[0, 1])
    assert found["message"] == "the network has other parameters each time it is built"


def test_a_students_own_train_method_does_not_end_the_worker(tmp_path: Path) -> None:
    text = HEAD.format(forward="return self.fc(x.flatten(1))") + "    def train(self): pass\n"
    found = failure(tmp_path, text)
    assert (found["stage"], found["type"]) == ("export", "TypeError")


def test_reading_a_tensors_data_while_traced_is_refused(tmp_path: Path) -> None:
    forward = "h = self.fc(x.flatten(1)); h.data.relu_(); return h"
    found = failure(tmp_path, HEAD.format(forward=forward))
    assert found["stage"] == "export"
    assert found["message"]
