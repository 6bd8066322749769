from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from grader.capturing.trusted_capture import captured
from grader.capturing.witness import OTHER_NUMBERS, OTHER_WEIGHTS, Account, account_of
from grader.graphs.network import Network
from grader.worker.witness import probe
from reference.kuzu import NetFull

pytestmark = pytest.mark.usefixtures("forked_workers")

SEED = 3


@pytest.fixture(scope="module")
def network() -> Network:
    return captured(NetFull, "NetFull")


def module_with(weights: tuple[torch.Tensor, ...]) -> NetFull:
    module = NetFull()
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), weights, strict=True):
            parameter.copy_(value)
    return module


def heard(
    folder: Path, network: Network, weights: tuple[torch.Tensor, ...], output: torch.Tensor
) -> Account | None:
    save_file(
        {**{str(i): w for i, w in enumerate(weights)}, "output": output}, folder / "reply0.witness"
    )
    return account_of(folder, "reply0", network, SEED)


def outputs(weights: tuple[torch.Tensor, ...]) -> torch.Tensor:
    with torch.no_grad():
        result: torch.Tensor = module_with(weights)(probe(SEED, [1, 28, 28]))
    return result


def test_a_network_bears_out_its_graph(tmp_path: Path, network: Network) -> None:
    weights = network.weights[network.seeds[0]]
    assert heard(tmp_path, network, weights, outputs(weights)) == Account()


def test_other_weights_are_remarked_on_and_the_graph_is_held_against_them(
    tmp_path: Path, network: Network
) -> None:
    weights = tuple(w + 0.01 for w in network.weights[network.seeds[0]])
    found = heard(tmp_path, network, weights, outputs(weights))
    assert found == Account(remark=OTHER_WEIGHTS)


def test_other_numbers_speak_against_the_graph(tmp_path: Path, network: Network) -> None:
    weights = network.weights[network.seeds[0]]
    output = outputs(weights)
    for other in (output + 0.02, output[:, :9], output * float("nan")):
        found = heard(tmp_path, network, weights, other.contiguous())
        assert found == Account(against=OTHER_NUMBERS)


def test_another_network_speaks_against_the_graph(tmp_path: Path, network: Network) -> None:
    weights = network.weights[network.seeds[0]]
    found = heard(tmp_path, network, weights[:-1], outputs(weights))
    assert found == Account(against="is another network when it is built again")


def test_nothing_was_said(tmp_path: Path, network: Network) -> None:
    assert account_of(tmp_path, "reply0", network, SEED) is None


def test_what_is_said_is_read_as_anything_from_the_sandbox(
    tmp_path: Path, network: Network
) -> None:
    (tmp_path / "reply0.witness").symlink_to(tmp_path)
    found = account_of(tmp_path, "reply0", network, SEED)
    assert found is not None
    assert "cannot be opened" in found.against
    (tmp_path / "reply1.witness").write_bytes(b"{}")
    found = account_of(tmp_path, "reply1", network, SEED)
    assert found is not None
    assert "is not a safetensors file" in found.against


def test_the_probe_is_the_same_for_the_same_seed_alone() -> None:
    assert torch.equal(probe(1, [2]), probe(1, [2]))
    assert not torch.equal(probe(1, [2]), probe(2, [2]))
