"""The course's own way of training, against which faster ways are held."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from grader.data import Dataset
from grader.train.protocol import KUZU
from grader.train.training import train
from reference.course_training import (
    BATCH_SIZE,
    EPOCHS,
    LEARNING_RATE,
    MOMENTUM,
    CourseRun,
    KuzuImages,
    train_course,
)
from reference.kuzu import NetConv, NetLin


def test_images_come_one_by_one_from_minus_1_to_1() -> None:
    black_and_white = np.zeros((2, 28, 28), np.uint8)
    black_and_white[1] = 255
    images = KuzuImages(black_and_white, np.array([7, 3]))
    assert len(images) == 2
    (black, first), (white, second) = images[0], images[1]
    assert torch.equal(black, torch.full((1, 28, 28), -1.0))
    assert torch.equal(white, torch.full((1, 28, 28), 1.0))
    assert (first, second) == (7, 3)


def test_a_few_epochs_learn_easy_patterns(patterns: Dataset) -> None:
    torch.manual_seed(0)
    run = train_course(NetLin(), patterns, epochs=4)
    assert run.losses[-1] < run.losses[0]
    assert run.accuracies[-1] > 90


def test_every_test_image_is_counted_in_the_row_of_its_target(patterns: Dataset) -> None:
    run = train_course(NetLin(), patterns, epochs=1)
    assert [sum(row) for row in run.confusion] == [7] * 10
    diagonal = sum(row[target] for target, row in enumerate(run.confusion))
    assert run.accuracies[-1] == pytest.approx(100 * diagonal / 70)


def test_progress_is_told_after_every_epoch(patterns: Dataset) -> None:
    told: list[CourseRun] = []
    run = train_course(NetLin(), patterns, epochs=3, on_epoch=told.append)
    assert [len(part.losses) for part in told] == [1, 2, 3]
    assert told[-1] == run


def test_learning_rate_and_momentum_matter(patterns: Dataset) -> None:
    losses = []
    for learning_rate, momentum in ((0.01, 0.5), (0.02, 0.5), (0.01, 0.9)):
        torch.manual_seed(0)
        net = NetLin()
        run = train_course(net, patterns, 1, learning_rate=learning_rate, momentum=momentum)
        losses.append(run.test_losses[-1])
    assert len(set(losses)) == 3


@pytest.mark.parametrize("network", [NetLin, NetConv])
def test_the_grader_s_own_training_gives_the_same_to_the_last_bit(
    network: type[NetLin | NetConv], patterns: Dataset
) -> None:
    torch.manual_seed(1)
    slow = train_course(network(), patterns, epochs=2)
    torch.manual_seed(1)
    two_epochs = replace(KUZU, epochs=2)
    fast = train(network(), patterns, two_epochs, seed=1, layout="course")
    assert slow.losses == fast.losses
    assert slow.last_loss == fast.last_loss
    assert slow.test_losses == fast.test_losses
    assert slow.accuracies == fast.accuracies
    assert slow.confusion == fast.confusion


def test_protocol_is_the_grader_s() -> None:
    ours = (EPOCHS, BATCH_SIZE, LEARNING_RATE, MOMENTUM)
    assert ours == (KUZU.epochs, KUZU.batch_size, KUZU.learning_rate, KUZU.momentum)
