"""Tensors that a forward keeps on its module do not stand in the exporter's way."""

import torch
from torch import nn

from grader.capturing.trusted_capture import captured
from grader.graphs.canonical import canonical
from grader.worker.attributes import tensors_kept_aside


class Keeps(nn.Module):
    rate: float
    layer: nn.Linear
    hid: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 4)
        self.hid = torch.zeros(1, 4)

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        self.hid = torch.tanh(self.layer(points))
        self.late = self.hid * 2
        return self.late


def test_what_forward_keeps_can_be_read_again_while_aside() -> None:
    network = Keeps()
    points = torch.ones(3, 2)
    with tensors_kept_aside(network):
        expected = network(points)
        assert torch.equal(network.late, expected)
        assert torch.equal(network.hid, expected / 2)
    assert "late" not in vars(network)
    assert torch.equal(network.hid, torch.zeros(1, 4))
    assert type(network) is Keeps


def test_parameters_and_other_attributes_are_left_alone() -> None:
    network = Keeps()
    with tensors_kept_aside(network):
        network.layer = nn.Linear(2, 4, bias=False)
        network.rate = 0.5
        assert len(list(network.parameters())) == 1
    assert network.rate == 0.5


def test_a_network_that_keeps_tensors_is_captured() -> None:
    network = captured(Keeps, "Keeps", input_shape=(2,), batches=(9,))
    assert [step.op for step in canonical(network).steps] == ["linear", "tanh", "mul"]


def test_a_tensor_of_the_module_may_be_part_of_the_computation() -> None:
    class Shifts(Keeps):
        def forward(self, points: torch.Tensor) -> torch.Tensor:
            shifted: torch.Tensor = self.layer(points) + self.hid
            return shifted

    network = captured(Shifts, "Shifts", input_shape=(2,), batches=(9,))
    assert network.constants


def test_a_question_for_the_mode_is_noted() -> None:
    network = nn.Sequential(Keeps(), nn.Dropout())
    with tensors_kept_aside(network) as asked:
        network[0](torch.ones(3, 2))
        assert asked == []
        network(torch.ones(3, 2))
        assert asked == ["Dropout"]
