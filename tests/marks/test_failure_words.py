"""The messages are PyTorch's own, made by writing what students write."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from grader.marks.failure_words import explain_failure
from grader.wire import Failure
from grader.worker.load import failure_of

STAGES = get_args(Failure.model_fields["stage"].annotation)
IMAGES = torch.zeros(16, 1, 28, 28)


def failure(stage: Any, message: str, **others: Any) -> Failure:
    fields = {"type": "RuntimeError", "line": None, "source": ""} | others
    return Failure(stage=stage, message=message, **fields)


class NetLin(nn.Module):
    def __init__(self, hidden: int) -> None: ...


class MLP(nn.Module):
    def __init__(self) -> None: ...


class WithoutSuper(nn.Module):
    def __init__(self) -> None:
        self.fc = nn.Linear(2, 2)


class WithoutSelf(nn.Module):
    def forward(x: torch.Tensor) -> torch.Tensor:  # type: ignore[misc]
        return x


class WithoutLayer(nn.Module):
    def forward(self, x: torch.Tensor) -> object:
        return self.fc3(x)  # type: ignore[operator]


class TwoInputs(nn.Module):
    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return x + y


class Forwards(nn.Module):
    def forwards(self, x: torch.Tensor) -> torch.Tensor:
        return x


def undefined() -> object:
    return Func.relu(IMAGES)  # type: ignore[name-defined]  # noqa: F821


def set_to(name: str, value: Any) -> None:
    setattr(nn.Linear(2, 4), name, value)


def set_data(value: torch.Tensor) -> None:
    nn.Linear(2, 4).weight.data = value


MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    "flatten size": (
        lambda: nn.Linear(640, 10)(torch.zeros(16, 1960)),
        "gets 1960 inputs for each image but was made for 640: change its first argument to 1960",
    ),
    "view with a fixed batch": (lambda: IMAGES.view(64, 784), "x.view(x.size(0), -1)"),
    "channels": (
        lambda: nn.Conv2d(20, 40, 5)(torch.zeros(16, 10, 12, 12)),
        "gets 10 channels but was made for 20",
    ),
    "flattened too early": (
        lambda: nn.Conv2d(1, 20, 5)(torch.zeros(16, 784)),
        "flatten only after the last one",
    ),
    "kernel too large": (
        lambda: nn.Conv2d(1, 4, 5)(torch.zeros(16, 1, 2, 2)),
        "smaller than the kernel",
    ),
    "pooled away": (lambda: nn.MaxPool2d(2)(torch.zeros(16, 1, 1, 1)), "fewer pools"),
    "keyword": (
        lambda: nn.Conv2d(1, 4, kernal_size=5),  # type: ignore[call-arg]
        "spelling of 'kernal_size'",
    ),
    "layer without sizes": (
        lambda: nn.Linear(3),  # type: ignore[call-arg]
        "give Linear every argument",
    ),
    "network with arguments": (
        lambda: NetLin(),  # type: ignore[call-arg]  # noqa: PLW0108
        "builds NetLin without arguments",
    ),
    "perceptron without arguments": (
        lambda: MLP(4, "sig"),  # type: ignore[call-arg]
        "builds MLP(hid, act)",
    ),
    "no super": (WithoutSuper, "call super().__init__()"),
    "no self": (lambda: WithoutSelf()(IMAGES), "forward takes self and one tensor"),
    "two inputs": (lambda: TwoInputs()(IMAGES), "forward takes self and one tensor"),
    "no forward": (lambda: Forwards()(IMAGES), "write the method forward(self, x)"),
    "layer never made": (lambda: WithoutLayer()(IMAGES), "spelling of 'fc3'"),
    "name never imported": (undefined, "spelling of 'Func', or import it"),
    "whole numbers as weights": (
        lambda: set_data(torch.tensor([[1, 1]] * 4)),
        "write 1.0 for 1",
    ),
    "tensor as a parameter": (
        lambda: set_to("weight", torch.ones(4, 2)),
        "assign to weight.data",
    ),
    "doubles": (
        lambda: nn.Linear(2, 4)(torch.zeros(9, 2, dtype=torch.float64)),
        "weights are 32-bit floats",
    ),
    "weights filled in place": (lambda: nn.Linear(2, 2).weight.fill_(1), "torch.no_grad()"),
    "log softmax of one dimension": (lambda: F.log_softmax(torch.zeros(3), dim=1), "check the dim"),
    "a file": (lambda: torch.load("no-such.pth"), "must not open files"),
    "full-width comma": (lambda: compile("x = y，z", "k", "exec"), "English keyboard"),
    "tabs": (lambda: compile("if 1:\n\tx=1\n        y=2", "k", "exec"), "four spaces"),
    "another library": (lambda: __import__("tensorflow_addons_x"), "only torch and Python's own"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_common_mistake_is_given_its_cure(name: str) -> None:
    make, cure = MISTAKES[name]
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each mistake has its own
        make()
    explained = explain_failure(
        Failure(**failure_of("forward", caught.value, None)), "NetConv", "kuzu.py"
    )
    assert cure in explained.hint


@pytest.mark.parametrize(
    ("message", "cure"),
    [
        ("there is no class named NetConv", "must be called NetConv, exactly so"),
        ("forward returns NoneType, not a tensor", "does forward return its result?"),
        ("what nobody has seen before", "run the course's own program"),
    ],
)
def test_the_worker_s_own_messages_and_unknown_ones_have_a_cure(message: str, cure: str) -> None:
    assert cure in explain_failure(failure("build", message), "NetConv", "kuzu.py").hint


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_words(stage: str) -> None:
    explained = explain_failure(
        failure(stage, "no such thing\nand more", line=7, source="x = y"), "NetFull", "kuzu.py"
    )
    subject = "kuzu.py" if stage == "import" else "NetFull"
    assert explained.found.startswith(subject)
    assert explained.found.endswith(": RuntimeError: no such thing (line 7: x = y)")
    assert explained.expected
    assert explained.hint


def test_a_student_is_told_of_images_or_of_points_never_of_both() -> None:
    expected = [
        explain_failure(failure("forward", "x"), name, module).expected
        for name, module in (("NetConv", "kuzu.py"), ("MLP", "check.py"))
    ]
    assert ["images" in text for text in expected] == [True, False]
    assert ["points" in text for text in expected] == [False, True]


HOSTILE = ("{0}", "{stage}", "{word!r:>{found}}", "%s %(x)s", "{", "}", "", " \n ", "\\")


@given(st.sampled_from(STAGES), st.sampled_from(HOSTILE) | st.text(), st.text(max_size=50))
def test_no_message_can_break_the_words(stage: str, message: str, source: str) -> None:
    explained = explain_failure(
        failure(stage, message, type="{Error}", line=1, source=source), "NetLin", "kuzu.py"
    )
    assert "{Error}" in explained.found
    assert source in explained.found
    assert len(explained.found) < 600


def test_braces_in_a_captured_word_stay_as_they_are() -> None:
    message = "unexpected keyword argument 'kernal' {word}"
    assert "'kernal'" in explain_failure(failure("build", message), "NetLin", "kuzu.py").hint
