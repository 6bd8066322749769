"""The loop in `course_way` is written as a student would run it; `train` must agree with it."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import transforms

from grader.data import ClassName, Dataset
from grader.data.dataset import Images, Labels
from grader.errors import TrainingError
from grader.graphs.arrangement import normalise
from grader.graphs.numerics import Layout
from grader.train.deciding import Settled, StopRule, calibrated
from grader.train.protocol import KUZU
from grader.train.training import train
from grader.train.training_run import TrainingRun

CLASSES = 4
TRAIN, TEST = 150, 70  # the last batches of 64 hold 22 and 6 images
PROTOCOL = replace(KUZU, epochs=2)
COURSE_TRANSFORM = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Noisy copies of four random images, in classes of unequal size."""
    generator = np.random.default_rng(7)
    prototypes = generator.integers(0, 256, (CLASSES, 28, 28))
    labels = generator.choice(CLASSES, TRAIN + TEST, p=(0.4, 0.3, 0.2, 0.1))
    noise = generator.normal(0, 90, (TRAIN + TEST, 28, 28))
    images = np.clip(prototypes[labels] + noise, 0, 255).astype(np.uint8)
    return Dataset(
        name="noise",
        title="Noisy copies of four images",
        official=False,
        digest="",
        classes=tuple(ClassName(label, str(label), "") for label in range(CLASSES)),
        train_images=images[:TRAIN],
        train_labels=labels[:TRAIN],
        test_images=images[TRAIN:],
        test_labels=labels[TRAIN:],
        thresholds=None,
        calibration=None,
    )


def linear(outputs: int = CLASSES) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, outputs), nn.LogSoftmax(dim=1))


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 8, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(128, 16), nn.ReLU(), nn.Linear(16, CLASSES)),
        nn.LogSoftmax(dim=1),
    )


def with_dropout() -> nn.Sequential:
    return nn.Sequential(
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(784, CLASSES), nn.LogSoftmax(dim=1)
    )


def with_batch_norm() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(2304, CLASSES)
    ).append(nn.LogSoftmax(dim=1))


def run(build: Any, dataset: Dataset, layout: Layout = "course", seed: int = 0) -> TrainingRun:
    torch.manual_seed(3)
    return train(build(), dataset, PROTOCOL, seed=seed, layout=layout)


def course_loader(images: Images, labels: Labels) -> Any:
    samples = [
        (COURSE_TRANSFORM(Image.fromarray(image)), int(label))
        for image, label in zip(images, labels, strict=True)
    ]
    return DataLoader(samples, batch_size=64, shuffle=False)  # type: ignore[arg-type]


def course_way(net: nn.Module, dataset: Dataset) -> list[tuple[float, float, float]]:
    """For each epoch: loss of the last batch, mean test loss, test accuracy in percent."""
    train_loader = course_loader(dataset.train_images, dataset.train_labels)
    test_loader = course_loader(dataset.test_images, dataset.test_labels)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.5)
    epochs = []
    for _ in range(PROTOCOL.epochs):
        net.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = F.nll_loss(net(images), labels)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        net.eval()
        test_loss, right = 0.0, 0
        with torch.no_grad():
            for images, labels in test_loader:
                output = net(images)
                test_loss += F.nll_loss(output, labels, reduction="sum").item()
                right += int((output.max(dim=1).indices == labels).sum())
        epochs.append((loss.item(), test_loss / TEST, 100 * right / TEST))
    return epochs


@pytest.mark.parametrize("build", [linear, convolutional, with_batch_norm])
def test_course_layout_gives_the_courses_figures_to_the_bit(build: Any, dataset: Dataset) -> None:
    torch.manual_seed(3)
    expected = course_way(build(), dataset)
    found = run(build, dataset, "course")
    assert found.last_loss == expected[-1][0]
    assert found.test_losses == tuple(test_loss for _, test_loss, _ in expected)
    assert found.accuracies == tuple(accuracy for _, _, accuracy in expected)


@pytest.mark.parametrize("build", [linear, convolutional, with_batch_norm])
def test_fast_layout_differs_by_rounding_alone(build: Any, dataset: Dataset) -> None:
    course, fast = run(build, dataset, "course"), run(build, dataset, "fast")
    assert fast.losses == pytest.approx(course.losses, rel=1e-4)
    assert fast.test_losses == pytest.approx(course.test_losses, rel=1e-4)


@pytest.mark.parametrize("layout", ["course", "fast"])
@pytest.mark.parametrize("build", [linear, convolutional, with_dropout])
def test_the_same_seed_gives_the_same_run(build: Any, layout: Layout, dataset: Dataset) -> None:
    assert run(build, dataset, layout) == run(build, dataset, layout)


def test_the_seed_reaches_dropout_and_nothing_else(dataset: Dataset) -> None:
    assert run(with_dropout, dataset, seed=0).losses != run(with_dropout, dataset, seed=1).losses
    assert run(linear, dataset, seed=0).losses == run(linear, dataset, seed=1).losses


def test_training_starts_from_the_given_weights_and_changes_them(dataset: Dataset) -> None:
    net = linear()
    before = [parameter.clone() for parameter in net.parameters()]
    first = train(net, dataset, PROTOCOL, seed=0)
    assert not any(torch.equal(a, b) for a, b in zip(before, net.parameters(), strict=True))
    assert train(net, dataset, PROTOCOL, seed=0).initial_accuracy == first.accuracy


def test_losses_are_means_over_all_images_of_an_epoch(dataset: Dataset) -> None:
    whole = replace(PROTOCOL, batch_size=TRAIN, epochs=1)
    net = linear()
    with torch.no_grad():
        output = net(normalise(dataset.train_images))
        expected = F.nll_loss(output, torch.tensor(dataset.train_labels)).item()
    found = train(net, dataset, whole, seed=0)
    assert found.losses == (expected,)
    assert found.last_loss == expected


def test_a_row_of_the_confusion_matrix_adds_up_to_its_class(dataset: Dataset) -> None:
    found = run(linear, dataset)
    sizes = np.bincount(dataset.test_labels, minlength=CLASSES).tolist()
    assert len(set(sizes)) > 1
    assert [sum(row) for row in found.confusion] == sizes
    assert found.outside == (0,) * CLASSES


def test_confusion_predictions_and_accuracy_agree(dataset: Dataset) -> None:
    found = run(linear, dataset)
    pairs = list(zip(dataset.test_labels.tolist(), found.predictions[-1], strict=True))
    counted = [[pairs.count((t, c)) for c in range(CLASSES)] for t in range(CLASSES)]
    assert [list(row) for row in found.confusion] == counted
    assert found.accuracy == 100 * sum(t == c for t, c in pairs) / TEST
    assert found.accuracy > found.initial_accuracy


def test_choices_beyond_the_classes_are_wrong_and_counted_apart(dataset: Dataset) -> None:
    net = linear(outputs=300)
    with torch.no_grad():
        net[1].bias[299] = 1e4  # type: ignore[operator]
    found = train(net, dataset, replace(PROTOCOL, learning_rate=1e-9), seed=0)
    assert found.outside == tuple(np.bincount(dataset.test_labels, minlength=CLASSES).tolist())
    assert found.confusion == ((0,) * CLASSES,) * CLASSES
    assert found.predictions[-1] == bytes([CLASSES]) * TEST
    assert found.accuracy == 0


def test_on_epoch_hears_of_each_epoch(dataset: Dataset) -> None:
    heard: list[tuple[int, float]] = []
    found = train(
        linear(), dataset, PROTOCOL, seed=0, on_epoch=lambda *report: heard.append(report)
    )
    assert heard == [(1, found.accuracies[0]), (2, found.accuracies[1])]


class FailsAfterwards(nn.Module):
    """Learns for a given number of training batches, then gives no numbers any more."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.inner = linear()
        self.left = batches

    def forward(self, images: Tensor) -> Any:
        self.left -= self.training
        return self.inner(images) if self.left >= 0 else self.inner(images) * float("nan")


def test_training_ends_where_the_loss_is_no_number(dataset: Dataset) -> None:
    found = train(FailsAfterwards(batches=4), dataset, PROTOCOL, seed=0)
    assert found.diverged == 2
    assert not np.isfinite(found.last_loss)
    assert len(found.losses) == len(found.test_losses) == 1
    assert len(found.accuracies) == 2
    assert found.accuracy == found.accuracies[1] < found.accuracies[0]
    assert set(found.predictions[-1]) == {0}, "a network of NaNs chooses the first class"


def test_a_run_that_converges_says_so(dataset: Dataset) -> None:
    assert run(linear, dataset).diverged is None


@pytest.mark.parametrize(
    ("net", "found"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(784, 3)), r"output of shape \[64, 3\]"),
        (nn.Sequential(nn.Flatten(0), nn.Unflatten(0, (-1, 4))), r"output of shape \[12544, 4\]"),
        (nn.Conv2d(1, 4, 28), r"output of shape \[64, 4, 1, 1\]"),
        (nn.Sequential(nn.Flatten(), nn.RNN(784, 4)), "output of type tuple"),
    ],
)
def test_another_output_shape_is_an_error(net: nn.Module, found: str, dataset: Dataset) -> None:
    with pytest.raises(TrainingError, match=rf"\[64, 1, 28, 28\].*{found}\s+expected.*\[64, 4\]"):
        train(net, dataset, PROTOCOL, seed=0)


def test_a_network_that_cannot_be_computed_is_an_error(dataset: Dataset) -> None:
    wrong = nn.Sequential(nn.Flatten(), nn.Linear(700, CLASSES))
    with pytest.raises(TrainingError, match=r"before training: .*mat1 and mat2 shapes"):
        train(wrong, dataset, PROTOCOL, seed=0)


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (nn.Sequential(nn.Flatten(), nn.LogSoftmax(dim=1)), "before training: .*empty parameter"),
        (linear().requires_grad_(False), "epoch 1: .*does not require grad"),
    ],
)
def test_a_network_with_nothing_to_learn_is_an_error(
    net: nn.Module, message: str, dataset: Dataset
) -> None:
    with pytest.raises(TrainingError, match=message):
        train(net, dataset, PROTOCOL, seed=0)


def test_an_error_of_the_caller_is_not_taken_for_the_networks(dataset: Dataset) -> None:
    def fail(epoch: int, accuracy: float) -> None:
        raise ValueError(f"{epoch}")

    with pytest.raises(ValueError, match=r"^1$"):
        train(linear(), dataset, PROTOCOL, seed=0, on_epoch=fail)


def test_normalise_gives_torchvisions_bits() -> None:
    pixels = (np.arange(28 * 28 * 2) % 256).astype(np.uint8).reshape(2, 28, 28)
    expected = torch.stack([COURSE_TRANSFORM(Image.fromarray(image)) for image in pixels])
    assert torch.equal(normalise(pixels), expected)
    assert sorted(set(pixels.flatten().tolist())) == list(range(256))


def test_a_network_trained_in_one_layout_trains_on_in_the_other(dataset: Dataset) -> None:
    first, second = convolutional(), convolutional()
    second.load_state_dict(first.state_dict())
    train(first, dataset, replace(PROTOCOL, epochs=1, learning_rate=1e-30), seed=0, layout="fast")
    found = train(first, dataset, PROTOCOL, seed=0, layout="course")
    assert found == train(second, dataset, PROTOCOL, seed=0, layout="course")


class WithTensorOfFiveDimensions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = convolutional()
        self.scale = nn.Parameter(torch.ones(1, 1, 1, 1, 1))

    def forward(self, images: Tensor) -> Any:
        return self.inner((images * self.scale).reshape(images.shape))


def test_only_weights_of_four_dimensions_have_a_layout(dataset: Dataset) -> None:
    assert run(WithTensorOfFiveDimensions, dataset, "fast").diverged is None


@pytest.mark.parametrize("build", [linear, convolutional])
def test_layout_is_the_memory_layout_of_convolutions(build: type, dataset: Dataset) -> None:
    seen: list[bool] = []
    net = OrderedDict(build().named_children())
    channels_last = torch.channels_last

    def look(module: nn.Module, inputs: Any, output: Tensor) -> None:
        seen.append(output.is_contiguous(memory_format=channels_last))

    convolutions = [layer for layer in net.values() if isinstance(layer, nn.Conv2d)]
    for layer in convolutions:
        layer.register_forward_hook(look)
    train(nn.Sequential(net), dataset, PROTOCOL, seed=0, layout="fast")
    assert all(seen)
    assert bool(seen) == bool(convolutions)


@pytest.mark.parametrize("build", [linear, with_dropout, with_batch_norm])
@pytest.mark.parametrize("layout", ["course", "fast"])
def test_a_run_cut_short_is_the_run_of_fewer_epochs(
    build: Any, layout: Layout, dataset: Dataset
) -> None:
    long = replace(PROTOCOL, epochs=4)
    torch.manual_seed(3)
    whole = train(build(), dataset, long, seed=0, layout=layout)
    assert whole.truncated(PROTOCOL.epochs) == run(build, dataset, layout)


@pytest.mark.parametrize("epochs", [1, 2, 3, 9])
def test_a_run_that_diverged_is_cut_as_well(epochs: int, dataset: Dataset) -> None:
    def trained(epochs: int) -> TrainingRun:
        torch.manual_seed(3)
        return train(FailsAfterwards(batches=7), dataset, replace(PROTOCOL, epochs=epochs), seed=0)

    assert trained(9).diverged == 3
    assert trained(9).truncated(epochs) == trained(epochs)


def test_training_ends_where_the_rule_calls_it_settled(dataset: Dataset) -> None:
    class Second(StopRule):
        def settled(self, accuracies: Sequence[float]) -> Settled | None:
            return Settled("met", 2, 0, 100, "") if len(accuracies) == 2 else None

    rule = Second(0, None, 0, calibrated())
    long = replace(PROTOCOL, epochs=5)
    torch.manual_seed(3)
    stopped = train(linear(), dataset, long, seed=0, stop=rule)
    torch.manual_seed(3)
    assert stopped == train(linear(), dataset, long, seed=0).truncated(2)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, torch.AcceleratorError])
def test_what_a_gpu_lacks_is_not_taken_for_the_network_s(
    error: type[Exception], dataset: Dataset
) -> None:
    class Fails(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            raise error("none left")

    with pytest.raises(error):
        train(Fails(), dataset, PROTOCOL, seed=0)
