import subprocess
import sys
from pathlib import Path

import pytest
import torch

from grader.capturing.trusted_capture import captured
from grader.claims.found import Found
from grader.cohort.packet import Card, read_captured, read_network, read_outline, write_packet
from grader.errors import CaptureError
from grader.grading import Captured
from grader.graphs.computation import graph_digest, initial_digest
from grader.graphs.network import Network
from grader.results import HandedInNetwork
from grader.wire import Failure
from reference.kuzu import NetConv, NetLin
from tests.networks import normed_net

REPORT = Found(kind="pdf", complete=True, ids=["z1234567"], pictures={"place0": "iVBORw0KGgo="})
FAILURE = Failure(stage="forward", type="RuntimeError", message="wrong size", line=7, source="x")


def card(network: Network) -> Card:
    return Card(
        graph=graph_digest(network),
        weights={seed: initial_digest(network, seed) for seed in network.seeds},
        layout="fast",
        cost=1,
        trainable=True,
    )


@pytest.fixture(scope="module")
def sample() -> Captured:
    networks: dict[str, Network | Failure] = {
        "NetLin": captured(NetLin, "NetLin"),
        "NetConv": captured(NetConv, "NetConv", seeds=(0, 1)),
        "NetNorm": captured(normed_net, "NetNorm"),
        "MLP.step": FAILURE,
    }
    return Captured(
        networks,
        frozenset({"check.py"}),
        {"kuzu.py": "hello\n"},
        report=REPORT,
        handed_in=[HandedInNetwork(file="net/a.pth", refused="it is none")],
    )


@pytest.fixture
def packet(sample: Captured, tmp_path: Path) -> Path:
    networks = {n: card(c) for n, c in sample.networks.items() if isinstance(c, Network)}
    write_packet(sample, networks, tmp_path / "packet")
    return tmp_path / "packet"


def test_everything_comes_back(sample: Captured, packet: Path) -> None:
    back = read_captured(packet)
    assert (back.missing, back.output) == (sample.missing, sample.output)
    assert back.report == REPORT
    assert list(back.handed_in) == [HandedInNetwork(file="net/a.pth", refused="it is none")]
    assert back.networks["MLP.step"] == FAILURE
    for name, network in sample.networks.items():
        found = back.networks[name]
        if not isinstance(network, Network):
            continue
        assert isinstance(found, Network)
        assert card(found) == card(network) == read_outline(packet).networks[name].card
        assert (found.forms, found.tensors) == (network.forms, network.tensors)
        assert found.input_shape == network.input_shape
        for seed, weights in network.weights.items():
            for mine, theirs in zip(weights, found.weights[seed], strict=True):
                assert torch.equal(mine, theirs)


def test_one_network_is_read_with_one_seed(sample: Captured, packet: Path) -> None:
    network = read_network(packet, "NetConv", 1)
    assert network.seeds == (1,)
    assert initial_digest(network, 1) == initial_digest(sample.networks["NetConv"], 1)  # type: ignore[arg-type]
    for name, seed in [("NetConv", 99), ("Nobody", 0)]:
        with pytest.raises(CaptureError, match="does not hold"):
            read_network(packet, name, seed)


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, b"no packet at all"])
def test_anything_else_is_no_packet(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "packet").write_bytes(damage)
    with pytest.raises(CaptureError, match="is no packet"):
        read_outline(tmp_path / "packet")


def test_a_packet_cut_short_is_no_packet(packet: Path) -> None:
    packet.write_bytes(packet.read_bytes()[:-1])
    with pytest.raises(CaptureError, match="is no packet"):
        read_captured(packet)


def test_the_outline_is_read_without_torch(packet: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from grader.cohort.packet import read_outline;"
        "print(len(read_outline(Path(sys.argv[1])).networks), 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(packet)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["3", "False"]
