"""A replayed graph trains to the same bits as the module it was captured from."""

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.capturing.trusted_capture import captured
from grader.graphs.replay import Replay, layout_matters
from reference.kuzu import NetConv, NetLin
from tests.networks import NETWORKS, Net, flat, in_place


def history(module: nn.Module, *, steps: int = 3) -> list[torch.Tensor]:
    """Loss and gradients of a few steps of SGD, then the output in evaluation mode."""
    torch.manual_seed(7)
    batches = [(torch.randn(6, 1, 28, 28), torch.randint(0, 10, (6,))) for _ in range(steps)]
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.5)
    seen: list[torch.Tensor] = []
    torch.manual_seed(8)
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.nll_loss(module(images.clone()), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        grads = [p.grad.clone() for p in module.parameters() if p.grad is not None]
        seen += [loss.detach(), *grads]
        optimizer.step()
    with torch.no_grad():
        return [*seen, module.eval()(batches[0][0].clone())]


@pytest.mark.parametrize("name", NETWORKS)
def test_losses_gradients_and_evaluation_are_the_same_to_the_bit(name: str) -> None:
    network = captured(NETWORKS[name], "Net")
    torch.manual_seed(0)
    original = history(NETWORKS[name]())
    replayed = history(Replay(network, 0))
    assert len(original) > 4
    assert all(a.equal(b) for a, b in zip(original, replayed, strict=True))


def test_the_batch_size_is_free() -> None:
    replay = Replay(captured(NetConv, "NetConv"), 0)
    assert [len(replay(torch.zeros(n, 1, 28, 28))) for n in (1, 16, 64)] == [1, 16, 64]


def test_each_seed_has_the_weights_it_was_built_with() -> None:
    network = captured(NetLin, "NetLin", seeds=(0, 5))
    torch.manual_seed(5)
    expected = NetLin().get_parameter("output.weight")
    found = dict(Replay(network, 5).named_parameters())
    assert any(p.equal(expected) for p in found.values())
    assert not any(p.equal(expected) for p in Replay(network, 0).parameters())


def test_running_statistics_are_updated_in_training_and_used_in_evaluation() -> None:
    replay = Replay(captured(NETWORKS["batch norm and dropout"], "Net"), 0)
    images = torch.randn(8, 1, 28, 28) + 3
    before = [b.clone() for b in replay.buffers()]
    replay.eval()(images)
    assert all(a.equal(b) for a, b in zip(before, replay.buffers(), strict=True))
    replay.train()(images)
    assert not all(a.equal(b) for a, b in zip(before, replay.buffers(), strict=True))


def test_training_one_replay_leaves_the_capture_as_it_was() -> None:
    network = captured(NetLin, "NetLin")
    first = history(Replay(network, 0))
    assert all(a.equal(b) for a, b in zip(first, history(Replay(network, 0)), strict=True))


def test_images_are_not_changed_even_by_a_network_that_changes_them() -> None:
    replay = Replay(captured(NETWORKS["changes its images"], "Net"), 0)
    images = torch.ones(2, 1, 28, 28)
    replay(images)
    assert images.eq(1).all()


@pytest.mark.parametrize("name", ["NetConv", "batch norm and dropout", "in-place relu"])
def test_channels_last_computes_the_same_but_for_rounding(name: str) -> None:
    replay = Replay(captured(NETWORKS[name], "Net"), 0).eval()
    images = torch.randn(5, 1, 28, 28)
    expected = replay(images)
    found = replay.to(memory_format=torch.channels_last)(
        images.to(memory_format=torch.channels_last)
    )
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def changes_view_of_hidden(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = net.get_submodule("conv")(x)
    rows = x.view(x.size(0), -1)
    F.relu_(x)
    return F.log_softmax(net.get_submodule("fc")(rows), dim=1)


def changes_base_through_view(net: Net, x: torch.Tensor) -> torch.Tensor:
    x = net.get_submodule("conv")(x)
    F.relu_(x.view(x.size(0), -1))
    return F.log_softmax(net.get_submodule("fc")(flat(x)), dim=1)


@pytest.mark.parametrize(
    ("forward", "matters"),
    [(in_place, False), (changes_view_of_hidden, True), (changes_base_through_view, True)],
)
def test_layout_matters_where_a_change_shows_through_another_view(
    forward: Callable[[Net, torch.Tensor], torch.Tensor], matters: bool
) -> None:
    network = captured(
        lambda: Net(forward, conv=nn.Conv2d(1, 4, 5), fc=nn.Linear(4 * 24 * 24, 10)), "Net"
    )
    assert layout_matters(network) is matters


@pytest.mark.parametrize("name", ["NetLin", "NetFull", "NetConv"])
def test_layout_does_not_matter_to_the_reference(name: str) -> None:
    assert not layout_matters(captured(NETWORKS[name], name))
