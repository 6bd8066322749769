"""Models against torch.nn.RNN and torch.nn.LSTM, gradients against autograd, ways of computing
against each other."""

import numpy as np
import pytest
import torch
from torch import nn

from reference.languages import LANGUAGES
from reference.reber import GRAMMARS
from reference.recurrent.course import course_network
from reference.recurrent.descent import Batch, gradients, run
from reference.recurrent.networks import Kind, Networks
from reference.recurrent.recurrence import batched
from reference.recurrent.unrolled import unrolled

from . import made_up

CASES: list[tuple[Kind, int]] = [("srn", 2), ("srn", 4), ("lstm", 3), ("lstm", 1)]
READ = LANGUAGES["anb2nc3n"].join(3, 1, 2).read


def torch_layer(networks: Networks) -> nn.RNN | nn.LSTM:
    """torch's own layer with the same weights; it has two bias vectors, of which one is 0."""
    hidden = networks.hidden
    layer: nn.RNN | nn.LSTM = (
        nn.RNN(3, hidden, batch_first=True)
        if networks.kind == "srn"
        else nn.LSTM(3, hidden, batch_first=True)
    )
    p = {name: torch.tensor(array[0]) for name, array in networks.parameters.items()}
    layer = layer.double()
    layer.load_state_dict(
        {
            "weight_ih_l0": p["W"].T,
            "weight_hh_l0": p["U"].T,
            "bias_ih_l0": p["hid_bias"],
            "bias_hh_l0": torch.zeros_like(p["hid_bias"]),
        }
    )
    return layer


@pytest.mark.parametrize(("kind", "hidden"), CASES)
def test_hidden_and_context_units_are_those_of_torchs_own_layers(kind: Kind, hidden: int) -> None:
    networks = made_up.networks(kind, 3, hidden)
    x = torch.eye(3, dtype=torch.float64)[torch.tensor(READ)].unsqueeze(0)
    states, found = run(networks, READ[None], batched(kind))
    if kind == "srn":
        start = torch.tanh(torch.tensor(networks.parameters["H0"]))[None]
        expected, _ = torch_layer(networks)(x, start)
    else:
        expected, (_, inner) = torch_layer(networks)(x)
        assert states.context is not None
        assert states.context[-1, :, 0, 0] == pytest.approx(inner.detach().numpy().ravel())
    assert states.hidden[:, :, 0, 0] == pytest.approx(expected.detach().numpy()[0])
    outputs, hidden_units, context = course_network(networks, torch.float64)(x)
    assert found[0, 0] == pytest.approx(outputs.softmax(dim=2).detach().numpy()[0])
    assert hidden_units.detach().numpy() == pytest.approx(expected.detach().numpy())
    if states.context is not None:
        assert context.detach().numpy()[0] == pytest.approx(states.context[:, :, 0, 0])
    else:
        assert context.detach().numpy()[0, 1:] == pytest.approx(states.hidden[:-1, :, 0, 0])


@pytest.mark.parametrize(("kind", "hidden"), CASES)
def test_gates_make_the_context_and_the_hidden_units(kind: Kind, hidden: int) -> None:
    states, _ = run(made_up.networks(kind, 3, hidden), READ[None], batched(kind))
    if kind == "srn":
        assert states.gates is None
        return
    assert states.gates is not None
    assert states.context is not None
    entry, forget, new, output = states.gates.swapaxes(0, 1)
    expected = forget[1:] * states.context[:-1] + entry[1:] * new[1:]
    assert states.context[1:] == pytest.approx(expected)
    assert states.hidden == pytest.approx(output * np.tanh(states.context))


@pytest.mark.parametrize(("kind", "hidden"), CASES)
def test_networks_in_one_batch_do_not_touch_each_other(kind: Kind, hidden: int) -> None:
    networks = made_up.networks(kind, 3, hidden, count=3)
    rows = np.stack([READ, READ[::-1]])
    _, together = run(networks, rows, batched(kind))
    for index in range(3):
        for row in range(2):
            _, alone = run(networks[index], rows[[row]], batched(kind))
            assert together[index, row] == pytest.approx(alone[0, 0])


@pytest.mark.parametrize("way", ["batched", "unrolled"])
@pytest.mark.parametrize(("kind", "hidden"), CASES)
def test_gradients_are_autograds(kind: Kind, hidden: int, way: str) -> None:
    sequence = LANGUAGES["anb2nc3n"].join(4, 1)
    networks = made_up.networks(kind, 3, hidden)
    net = course_network(networks, torch.float64)
    x = torch.eye(3, dtype=torch.float64)[torch.tensor(sequence.read)].unsqueeze(0)
    outputs, _, _ = net(x)
    nn.functional.cross_entropy(outputs[0], torch.tensor(sequence.following)).backward()  # type: ignore[no-untyped-call]
    recurrence = batched(kind) if way == "batched" else unrolled(kind, hidden)
    found = gradients(networks, Batch.of([sequence]), recurrence)
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None
        assert np.abs(found[name][0]).max() > 1e-6
        assert found[name][0] == pytest.approx(parameter.grad.numpy(), abs=1e-12)


@pytest.mark.parametrize(("kind", "hidden"), CASES)
def test_padding_changes_no_gradient(kind: Kind, hidden: int) -> None:
    networks = made_up.networks(kind, 7, hidden, count=2)
    short, long = sorted(
        GRAMMARS["reber"].draws(np.random.default_rng(0), 2), key=lambda s: len(s.read)
    )
    assert len(short.read) < len(long.read)
    together = gradients(networks, Batch.of([short, long]), batched(kind))
    for index, sequence in enumerate((short, long)):
        alone = gradients(networks[index], Batch.of([sequence]), batched(kind))
        for name, array in alone.items():
            assert together[name][index] == pytest.approx(array[0], abs=1e-14)
