"""The course's protocol of Part 2."""

import pytest
import torch

from reference.check import MLP
from reference.check_training import PATIENCE, accuracy, initialise, train_perceptron
from reference.perceptron import GRIDS

GRID = GRIDS["012"]


def test_training_stops_after_enough_epochs_in_a_row_at_100_percent() -> None:
    net = MLP()
    net.set_weights()
    run = train_perceptron(net, GRID, patience=7)
    assert (run.epochs, run.accuracy) == (7, 100)


def test_training_stops_at_the_limit() -> None:
    net = MLP()
    initialise(net)
    assert train_perceptron(net, GRID, epochs=3).epochs == 3


def test_training_lowers_the_loss() -> None:
    torch.manual_seed(0)
    net = MLP(5)
    initialise(net)
    first = train_perceptron(net, GRID, epochs=1)
    assert train_perceptron(net, GRID, epochs=300).loss < first.loss


@pytest.mark.slow
def test_five_sigmoid_nodes_learn_all_points() -> None:
    torch.manual_seed(0)
    net = MLP(5)
    initialise(net)
    run = train_perceptron(net, GRID)
    assert accuracy(net, GRID) == run.accuracy == 100
    assert run.epochs > PATIENCE


def test_every_parameter_starts_from_the_course_s_spread() -> None:
    torch.manual_seed(0)
    net = MLP(2000)
    initialise(net)
    assert net.in_hid.weight.std().item() == pytest.approx(0.15, rel=0.1)
    assert net.in_hid.bias.std().item() == pytest.approx(0.15, rel=0.1)


def test_steps_cannot_be_trained() -> None:
    with pytest.raises(ValueError, match="a step has no slope to follow"):
        train_perceptron(MLP(4, "step"), GRID)
