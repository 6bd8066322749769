"""Each question about an architecture, answered yes, or refused in words a student can use."""

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.capturing.trusted_capture import captured
from grader.checking import CheckFailure, Ungraded
from grader.graphs.architecture import (
    hidden_size,
    require_activation,
    require_layers,
    require_linear,
    require_log_probabilities,
    require_parameters,
)
from reference.kuzu import NetConv, NetFull, NetLin
from tests.networks import NETWORKS, Net, PlainTensors, flat

CONV = ["conv2d", "conv2d", "linear", "linear"]
Build = Callable[[], nn.Module]


def dense(*layers: nn.Module, last: nn.Module | None = None) -> Build:
    return lambda: nn.Sequential(nn.Flatten(), *layers, last or nn.LogSoftmax(dim=1))


def linear(inputs: int = 784, outputs: int = 10) -> nn.Linear:
    return nn.Linear(inputs, outputs)


def spelled(forward: Callable[[torch.Tensor], torch.Tensor], *, scale: float = 1.0) -> Build:
    """NetFull with its hidden activation written out."""

    def run(net: Net, x: torch.Tensor) -> torch.Tensor:
        hidden = forward(net.get_submodule("a")(flat(x) * scale))
        return F.log_softmax(net.get_submodule("b")(hidden), dim=1)

    return lambda: Net(run, a=nn.Linear(784, 50), b=nn.Linear(50, 10))


def failure(question: Callable[[], object]) -> CheckFailure:
    with pytest.raises(CheckFailure) as caught:
        question()
    return caught.value


@pytest.mark.parametrize("make", [NetLin, NetFull, NetConv, NETWORKS["x @ W + b"]])
def test_log_probabilities_are_accepted(make: Build) -> None:
    require_log_probabilities(captured(make, "Net"), 10)


@pytest.mark.parametrize(
    "end",
    [
        lambda z: torch.log(F.softmax(z, dim=1)),
        lambda z: z - torch.logsumexp(z, 1, keepdim=True),
        lambda z: F.log_softmax(z * 1.0, dim=-1),
        lambda z: F.log_softmax(z.unsqueeze(1), dim=2).squeeze(1),
    ],
)
def test_log_softmax_may_be_written_out(end: Callable[[torch.Tensor], torch.Tensor]) -> None:
    network = captured(
        lambda: Net(lambda n, x: end(n.get_submodule("fc")(flat(x))), fc=linear()), "NetLin"
    )
    require_log_probabilities(network, 10)


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (nn.Softmax(dim=1), "after the last layer comes softmax"),
        (nn.LogSoftmax(dim=0), "after the last layer comes log softmax over dimension 0"),
        (nn.Identity(), "after the last layer comes nothing"),
        (nn.Sequential(nn.Tanh(), nn.LogSoftmax(1)), "after the last layer comes tanh, then log"),
        (nn.Unflatten(1, (2, 5)), r"the output has the shape \(N, 2, 5\)"),
    ],
)
def test_another_end_is_described(last: nn.Module, found: str) -> None:
    network = captured(dense(linear(), last=last), "NetLin")
    with pytest.raises(CheckFailure, match=found):
        require_log_probabilities(network, 10)


def test_another_number_of_outputs_is_named_with_the_cure() -> None:
    wrong = failure(
        lambda: require_log_probabilities(captured(dense(linear(784, 26)), "NetLin"), 10)
    )
    assert (wrong.found, wrong.expected) == ("the output has the shape (N, 26)", "(N, 10)")
    assert wrong.hint.startswith("NetLin")


def test_layers_are_accepted_in_a_row() -> None:
    require_layers(captured(NetLin, "NetLin"), ["linear"], [])
    require_layers(captured(NetConv, "NetConv"), CONV, [])


@pytest.mark.parametrize(
    ("make", "kinds", "found", "expected"),
    [
        (
            dense(linear(784, 20), linear(20, 10)),
            ["linear"],
            "the network has 2 fully connected layers",
            "1 fully connected layer",
        ),
        (
            lambda: nn.Sequential(nn.Flatten(), nn.LogSoftmax(1)),
            ["linear"],
            "the network has no layer with weights",
            "1 fully connected layer",
        ),
        (
            NETWORKS["residual"],
            ["linear"] * 3,
            "the network branches and joins again",
            "3 fully connected layers, in a row",
        ),
        (
            lambda: nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), linear(196)),
            ["linear"],
            "the first layer does not see all 784 pixels",
            "all pixels",
        ),
        (
            lambda: nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Flatten(), linear()),
            ["linear"],
            "the network pools",
            "1 fully connected layer, of the 28x28 pixels",
        ),
        (
            dense(nn.Dropout(0.2), linear()),
            ["linear"],
            "the network uses dropout",
            "1 fully connected layer and nothing else",
        ),
        (
            dense(linear(784, 20), nn.BatchNorm1d(20), nn.Tanh(), linear(20)),
            ["linear", "linear"],
            "the network uses batch norm",
            "2 fully connected layers and nothing else",
        ),
    ],
)
def test_other_layers_are_refused(make: Build, kinds: list[str], found: str, expected: str) -> None:
    wrong = failure(lambda: require_layers(captured(make, "NetLin"), kinds, []))
    assert (wrong.found, wrong.expected) == (found, expected)


def test_dropout_and_norm_are_free_where_the_assignment_says_so() -> None:
    network = captured(NETWORKS["batch norm and dropout"], "NetConv")
    require_layers(network, ["conv2d", "linear"], ["dropout", "norm"])
    with pytest.raises(CheckFailure, match="uses batch norm"):
        require_layers(network, ["conv2d", "linear"], ["dropout"])


def test_an_unknown_operation_is_left_to_a_tutor() -> None:
    network = captured(spelled(torch.tanh, scale=0.5), "NetFull")
    with pytest.raises(Ungraded, match="the network also uses mul, which a tutor should judge"):
        require_layers(network, ["linear", "linear"], [])


SPELLINGS = [
    lambda z: 2 * torch.sigmoid(2 * z) - 1,
    lambda z: (z.exp() - (-z).exp()) / (z.exp() + (-z).exp()),
    lambda z: torch.tanh(z) * 1.0,
]


@pytest.mark.parametrize("tanh", SPELLINGS)
def test_unknown_operations_that_come_to_the_reference_are_accepted(
    tanh: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    network = captured(spelled(tanh), "NetFull")
    require_layers(network, ["linear", "linear"], [])
    require_activation(network, "tanh")
    require_parameters(network)


def test_an_unknown_activation_that_comes_to_something_else_is_left_to_a_tutor() -> None:
    network = captured(spelled(lambda z: z * torch.sigmoid(z)), "NetFull")
    with pytest.raises(Ungraded, match="uses mul"):
        require_activation(network, "tanh")


def test_a_layer_that_cannot_learn_is_left_to_a_tutor() -> None:
    network = captured(spelled(lambda z: torch.tanh(z).detach()), "NetFull")
    with pytest.raises(Ungraded, match="uses detach"):
        require_layers(network, ["linear", "linear"], [])


def test_a_linear_network_has_nothing_before_its_layer() -> None:
    require_linear(captured(NetLin, "NetLin"))
    wrong = failure(lambda: require_linear(captured(dense(nn.Tanh(), linear()), "NetLin")))
    assert (wrong.found, wrong.expected) == (
        "tanh is applied to the pixels",
        "the pixels themselves",
    )


def test_the_asked_activations_are_accepted() -> None:
    require_activation(captured(NetFull, "NetFull"), "tanh")
    require_activation(captured(NetConv, "NetConv"), "relu")


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ((linear(784, 20), nn.ReLU(), linear(20)), "relu after layer 1 (fully connected)"),
        ((linear(784, 20), linear(20)), "no activation after layer 1 (fully connected)"),
        (
            (linear(784, 20), nn.Tanh(), nn.ReLU(), linear(20)),
            "tanh and relu after layer 1 (fully connected)",
        ),
        (
            (nn.Sigmoid(), linear(784, 20), nn.Tanh(), linear(20)),
            "sigmoid before the first layer",
        ),
    ],
)
def test_other_activations_are_named_with_their_place(
    layers: tuple[nn.Module, ...], found: str
) -> None:
    wrong = failure(lambda: require_activation(captured(dense(*layers), "NetFull"), "tanh"))
    assert (wrong.found, wrong.expected) == (found, "tanh after the hidden layer")


def test_the_hidden_size_is_read() -> None:
    assert hidden_size(captured(lambda: NetFull(70), "NetFull")) == 70


class Frozen(NetLin):
    def __init__(self) -> None:
        super().__init__()
        self.get_parameter("output.weight").requires_grad_(False)


class Spare(NetLin):
    def __init__(self) -> None:
        super().__init__()
        self.register_parameter("spare", nn.Parameter(torch.zeros(6)))


@pytest.mark.parametrize("make", [NetLin, NETWORKS["x @ W + b"]])
def test_parameters_of_a_linear_network_are_7850(make: Build) -> None:
    require_parameters(captured(make, "NetLin"))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (Spare, "7856 independent parameters: spare (6) is never used"),
        (Frozen, "10 independent parameters: output.weight is not trained"),
        (
            dense(nn.Linear(784, 10, bias=False)),
            "7840 independent parameters: layer 1 (fully connected) has no bias",
        ),
        (
            PlainTensors,
            "0 independent parameters: weights are held in plain tensors, which no optimiser"
            " trains",
        ),
    ],
)
def test_each_reason_for_another_count_is_given(make: Build, found: str) -> None:
    wrong = failure(lambda: require_parameters(captured(make, "NetLin")))
    assert (wrong.found, wrong.expected) == (found, "7850 for a network with these layers")


def test_a_bias_that_a_norm_would_undo_may_be_left_out() -> None:
    def make(*, bias: bool) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, bias=bias),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Conv2d(4, 4, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(576, 10),
            nn.ReLU(),
            nn.Linear(10, 10),
        )

    for bias in (True, False):
        require_parameters(captured(lambda b=bias: make(bias=b), "NetConv"))  # type: ignore[misc]


def test_a_layer_in_an_unknown_spelling_is_left_to_a_tutor() -> None:
    def turned(net: Net, x: torch.Tensor) -> torch.Tensor:
        layer = net.get_submodule("fc")
        logits = (layer.get_parameter("weight") @ flat(x).t()).t() + layer.get_parameter("bias")
        return F.log_softmax(logits, dim=1)

    with pytest.raises(Ungraded, match="also uses add, matmul"):
        require_layers(captured(lambda: Net(turned, fc=linear()), "NetLin"), ["linear"], [])


def test_weights_computed_on_the_way_are_left_to_a_tutor() -> None:
    def scaled(net: Net, x: torch.Tensor) -> torch.Tensor:
        layer = net.get_submodule("fc")
        return F.log_softmax(F.linear(flat(x), layer.get_parameter("weight").abs()), dim=1)

    network = captured(lambda: Net(scaled, fc=nn.Linear(784, 10, bias=False)), "NetLin")
    with pytest.raises(Ungraded):
        require_layers(network, ["linear"], [])
