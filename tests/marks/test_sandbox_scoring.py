from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from grader.capturing.capture import Target, capture_module
from grader.capturing.sandbox import Limits
from grader.errors import CaptureError
from grader.marks.sandbox_scoring import (
    _scored,
    _time_for,
    _without_test_labels,
    train_uncaptured,
)
from grader.wire import Failure
from tests.sandboxes import LIMITS, bubblewrap, module, needs_bubblewrap
from tests.tiny import tiny_dataset, tiny_settings

pytestmark = pytest.mark.usefixtures("forked_workers")

UNREADABLE = """
import os, random, torch
from torch import nn

class NetLin(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        if x.sum().item() > 1e9:      # depends on the data: no graph
            x = x / 2
        {attack}
        return torch.log_softmax(self.layer(x.flatten(1)), dim=1)
"""
TARGET = Target("NetLin", "NetLin", (1, 28, 28), (16,), (0, 1, 2))
EPOCHS = 2


def outputs(choices: torch.Tensor, classes: int = 10) -> torch.Tensor:
    return torch.log_softmax(5 * torch.nn.functional.one_hot(choices, classes).float(), dim=2)


def scored(**changed: torch.Tensor | None) -> object:
    labels = torch.tensor(tiny_dataset().test_labels)
    sent: dict[str, torch.Tensor | None] = {
        "outputs": outputs(torch.stack([labels] * (EPOCHS + 1))),
        "losses": torch.zeros(EPOCHS),
    }
    sent.update(changed)
    kept = {name: tensor for name, tensor in sent.items() if tensor is not None}
    return _scored(kept, 0, tiny_dataset(), tiny_settings(epochs=EPOCHS).protocol)


def test_the_trusted_side_counts() -> None:
    labels = torch.tensor(tiny_dataset().test_labels)
    wrong = labels.clone()
    wrong[:16] = (wrong[:16] + 1) % 10
    choices = torch.stack([(labels + 1) % 10, wrong, labels])
    sent = {"outputs": outputs(choices), "losses": torch.tensor([1.5, 0.5])}
    run = _scored(sent, 7, tiny_dataset(), tiny_settings(epochs=EPOCHS).protocol)
    assert (run.seed, run.initial_accuracy, run.accuracies) == (7, 0.0, (75.0, 100.0))
    assert (run.losses, run.last_loss) == ((1.5, 0.5), 0.5)
    assert [run.confusion[i][i] for i in range(10)] == [sum(row) for row in run.confusion]


ROWS = len(tiny_dataset().test_labels)


@pytest.mark.parametrize(
    "changed",
    [
        {"outputs": None},
        {"losses": None},
        {"outputs": torch.zeros(EPOCHS, ROWS, 10)},
        {"outputs": torch.zeros(EPOCHS + 1, ROWS - 1, 10)},
        {"outputs": torch.zeros(EPOCHS + 1, ROWS, 9)},
        {"outputs": torch.zeros(EPOCHS + 1, ROWS)},
        {"outputs": torch.zeros(EPOCHS + 1, ROWS, 10, dtype=torch.int64)},
        {"outputs": torch.zeros(EPOCHS + 1, ROWS, 10, dtype=torch.complex64)},
        {"outputs": torch.full((EPOCHS + 1, ROWS, 10), torch.nan)},
        {"losses": torch.tensor(0.0)},
        {"losses": torch.zeros(EPOCHS + 1)},
        {"losses": torch.full((EPOCHS,), torch.inf)},
    ],
)
def test_outputs_that_are_no_scores_are_refused(changed: dict[str, torch.Tensor | None]) -> None:
    scored()
    with pytest.raises(CaptureError, match="sent no usable outputs"):
        scored(**changed)


def test_the_sandbox_is_given_no_test_labels(tmp_path: Path) -> None:
    file = _without_test_labels(tiny_dataset(), tmp_path)
    with safe_open(file, "pt") as tensors:
        assert set(tensors.keys()) == {"images", "labels", "test_images"}
        assert len(tensors.get_tensor("labels")) == 200
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@needs_bubblewrap
def test_a_network_without_a_graph_is_trained_where_no_label_is_seen(tmp_path: Path) -> None:
    attack = 'assert sorted(os.listdir("/")) and not os.path.exists("/etc")'
    source = module(tmp_path, "", networks=UNREADABLE.format(attack=attack))
    captured = capture_module(bubblewrap(), source, [TARGET], LIMITS).networks["NetLin"]
    assert isinstance(captured, Failure)
    assert captured.stage == "export"
    training = train_uncaptured(tiny_settings(epochs=3), source, [TARGET])["NetLin"]
    assert training.where == "sandbox"
    (run,) = training.runs
    assert run.right == round(training.accuracy * run.total / 100)
    assert run.losses[-1] < run.losses[0]
    assert training.accuracy > 50  # the rows are easily told apart


@needs_bubblewrap
@pytest.mark.parametrize(
    "attack",
    [
        "raise ValueError('not today')",
        "os._exit(0)",
        "os.symlink('/etc/passwd', '/out/reply0.json'); os._exit(0)",
    ],
)
def test_training_that_sends_nothing_usable_gives_no_accuracy(attack: str, tmp_path: Path) -> None:
    source = module(tmp_path, "", networks=UNREADABLE.format(attack=attack))
    assert train_uncaptured(tiny_settings(), source, [TARGET]) == {}


@needs_bubblewrap
def test_networks_of_one_module_are_trained_one_after_another(tmp_path: Path) -> None:
    """The second ends its process each time it is run; the third must not suffer from that."""
    first = UNREADABLE.format(attack="pass")
    second = UNREADABLE.format(attack="os._exit(0)").replace("NetLin", "NetFull")
    third = first.replace("NetLin", "NetConv")
    source = module(tmp_path, "", networks=first + second + third)
    targets = [replace(TARGET, id=name, cls=name) for name in ("NetLin", "NetFull", "NetConv")]
    trainings = train_uncaptured(tiny_settings(), source, targets)
    assert list(trainings) == ["NetLin", "NetConv"]
    assert all(training.accuracy > 50 for training in trainings.values())


def test_time_to_train_grows_with_what_there_is_to_train_on() -> None:
    limits = Limits()
    assert _time_for(10 * 60_000, limits).silence_seconds == 3600
    assert _time_for(800, limits) == limits
    assert _time_for(800, limits, 3) == replace(limits, cpu_seconds=3 * limits.cpu_seconds)
