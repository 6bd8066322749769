"""The known mistakes are mistakes: each is told from the right network by what it computes."""

from collections import Counter
from itertools import combinations

import pytest
import torch
from torch import nn

from reference.dimensions import NETWORKS, Dimensions
from reference.kuzu import CONVS, build, parameter_count
from reference.mistakes import MISTAKES, Mistake, mistakes_of
from reference.mistakes.mistake import DEFAULTS, replaced

CHECKS = {
    "NetLin": {"netlin_output", "netlin_layers", "netlin_parameters"},
    "NetFull": {
        "netfull_output",
        "netfull_layers",
        "netfull_activation",
        "netfull_hidden",
        "netfull_parameters",
    },
    "NetConv": {"netconv_output", "netconv_layers", "netconv_activation", "netconv_parameters"},
}
every_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)


def right_network(mistake: Mistake) -> nn.Module | None:
    """The right network of the same sizes, if there is one."""
    try:
        return build(mistake.network, mistake.default)
    except ValueError:
        return None


def load(network: nn.Module, weights: list[torch.Tensor]) -> bool:
    """Load weights by position; whether they fit."""
    parameters = list(network.parameters())
    if [p.shape for p in parameters] != [w.shape for w in weights]:
        return False
    with torch.no_grad():
        for parameter, weight in zip(parameters, weights, strict=True):
            parameter.copy_(weight)
    return True


def weights_like(network: nn.Module) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(p.shape, generator=generator) * 0.3 for p in network.parameters()]


def test_there_are_mistakes_of_every_network() -> None:
    assert len(MISTAKES) >= 24
    assert sum((mistakes_of(network) for network in NETWORKS), ()) != ()
    assert {m.id for network in NETWORKS for m in mistakes_of(network)} == {m.id for m in MISTAKES}


@pytest.mark.parametrize("field", ["id", "sentence"])
def test_no_two_mistakes_are_named_alike(field: str) -> None:
    assert Counter(getattr(mistake, field) for mistake in MISTAKES).most_common(1)[0][1] == 1


@every_mistake
def test_sentence_speaks_of_the_network_and_says_what_to_do(mistake: Mistake) -> None:
    assert mistake.sentence.startswith(mistake.network)
    assert mistake.sentence.count(". ") >= 2, "what it does, what was asked, what to change"
    assert mistake.sentence.endswith(".")


@every_mistake
def test_mistake_names_checks_of_its_own_network(mistake: Mistake) -> None:
    assert mistake.fails
    assert set(mistake.fails) <= CHECKS[mistake.network]


@pytest.mark.parametrize("network", NETWORKS)
def test_every_check_has_a_mistake_that_fails_it(network: str) -> None:
    assert {check for m in mistakes_of(network) for check in m.fails} == CHECKS[network]


@every_mistake
def test_mistake_runs_on_images(mistake: Mistake) -> None:
    output = mistake.build(mistake.default)(torch.rand(3, 1, 28, 28))
    assert output.shape == (3, mistake.default.outputs)


@every_mistake
def test_weights_of_the_right_network_show_the_difference(mistake: Mistake) -> None:
    """Other sizes, other parameters or, under the same weights, other outputs."""
    right, wrong = right_network(mistake), mistake.build(mistake.default)
    if right is None or mistake.fails == ("netfull_hidden",):
        return  # the sizes are the mistake
    weights = weights_like(right)
    if not load(wrong, weights):
        assert mistake.fails[-1].endswith("_parameters")
        assert parameter_count(wrong) != parameter_count(right)
        return
    load(right, weights)
    x = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    assert (right(x) - wrong(x)).abs().max() > 1e-3


@pytest.mark.parametrize("network", NETWORKS)
def test_no_two_mistakes_compute_the_same(network: str) -> None:
    """So a student's network is never told another mistake than its own."""
    x = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    outputs = []
    for mistake in mistakes_of(network):
        net = mistake.build(mistake.default)
        load(net, weights_like(net))
        outputs.append((mistake.id, mistake.default, mistake.fails, net(x)))
    for (one, dims, fails, a), (other, other_dims, other_fails, b) in combinations(outputs, 2):
        if dims == other_dims and not _parameter_mistake(fails, other_fails):
            assert (a - b).abs().max() > 1e-3, f"{one} and {other}"


def _parameter_mistake(*fails: tuple[str, ...]) -> bool:
    return any(check.endswith("_parameters") for checks in fails for check in checks)


@every_mistake
def test_parameters_come_in_the_order_of_use(mistake: Mistake) -> None:
    """Weight and bias alternate, and each layer takes what the one before it gives."""
    network = mistake.build(mistake.default)
    used: list[nn.Module] = []
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            module.register_forward_hook(lambda layer, _inputs, _output: used.append(layer))
    network(torch.rand(2, 1, 28, 28))
    in_order = [parameter for layer in used for parameter in layer.parameters()]
    assert all(a is b for a, b in zip(network.parameters(), in_order, strict=False))


@pytest.mark.parametrize(
    ("mistake", "dims"),
    [
        ("netlin-softmax", Dimensions(hidden=(64,))),
        ("netlin-wrong-outputs", Dimensions()),
        ("netlin-hidden-layer-tanh", Dimensions()),
        ("netfull-two-hidden-layers", Dimensions(hidden=(150,))),
        ("netfull-hidden-not-multiple-of-10", Dimensions(hidden=(150,))),
        ("netconv-three-convolutions", Dimensions(CONVS, (64,))),
    ],
)
def test_sizes_that_do_not_fit_the_mistake_are_refused(mistake: str, dims: Dimensions) -> None:
    by_id = {known.id: known for known in MISTAKES}
    with pytest.raises(ValueError, match=r".+"):
        by_id[mistake].build(dims)


def test_a_layer_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(ValueError, match="no layer is called hidden1"):
        replaced(build("NetLin", DEFAULTS["NetLin"]), hidden1=nn.Tanh())
