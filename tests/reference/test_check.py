"""The perceptron as the course's programs use it."""

import pytest
import torch

from reference.check import ACTS, MLP
from reference.perceptron import GRIDS, Grid

every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=lambda grid: grid.name)


@every_grid
@pytest.mark.parametrize("act", ACTS)
def test_set_weights_are_right_with_both_activations(grid: Grid, act: str) -> None:
    net = MLP(4, act)
    net.set_weights(grid.name)
    output = net(torch.tensor(grid.points))
    assert output.shape == (9, 1)
    assert [int(value >= 0.5) for value in output] == list(grid.targets)


def test_hidden_activations_are_kept_for_the_plots() -> None:
    net = MLP(5, "step")
    net(torch.tensor(GRIDS["012"].points))
    assert net.hid.shape == (9, 5)
    assert set(net.hid.flatten().tolist()) <= {0.0, 1.0}


def test_step_of_0_is_1() -> None:
    net = MLP(1, "step")
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
    assert net(torch.zeros(1, 2)).tolist() == [[1.0]]


def test_other_activations_are_refused() -> None:
    with pytest.raises(ValueError, match="no activation is called tanh; there are step and sig"):
        MLP(4, "tanh")


def test_weights_are_set_by_hand_for_four_nodes_only() -> None:
    with pytest.raises(ValueError, match="for 4 hidden nodes, not 5"):
        MLP(5).set_weights()
