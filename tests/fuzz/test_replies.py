"""Whatever a worker sends back: a network, a failure, or a CaptureError; never anything else."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from grader.capturing.capture import Target, _received
from grader.capturing.trusted_capture import captured
from grader.capturing.witness import Account, account_of
from grader.errors import CaptureError
from grader.graphs.network import Network
from grader.wire import Failure, parse_reply, parse_tensors
from grader.worker.capture import capture_network
from grader.worker.serialize import write_reply
from reference.kuzu import NetFull, NetLin
from tests.fuzz.mutations import fuzzed, mutated

pytestmark = pytest.mark.fuzz

TARGET = Target("NetFull", "NetFull", (1, 28, 28), (64, 16), (0,))


def valid_reply() -> tuple[bytes, bytes]:
    """Both halves of a true reply."""
    with TemporaryDirectory() as name:
        write_reply(
            Path(name), "reply0", *capture_network(lambda: NetFull(10), TARGET.document("reply0"))
        )
        folder = Path(name)
        return (folder / "reply0.json").read_bytes(), (folder / "reply0.safetensors").read_bytes()


REPLY, TENSORS = valid_reply()
HEADER = TENSORS[: 8 + int.from_bytes(TENSORS[:8], "little")]


@given(mutated(REPLY))
@fuzzed
def test_a_reply_is_read_or_refused(data: bytes) -> None:
    with suppress(CaptureError):
        assert parse_reply(data, "NetFull").target == "NetFull"


@given(mutated(HEADER))
@fuzzed
def test_tensors_are_read_or_refused(header: bytes) -> None:
    with suppress(CaptureError):
        parse_tensors(header + TENSORS[len(HEADER) :], "the weights")


@given(mutated(REPLY))
@fuzzed
def test_what_was_received_is_a_network_or_a_failure(data: bytes) -> None:
    with TemporaryDirectory() as name:
        out = Path(name)
        (out / "reply0.json").write_bytes(data)
        (out / "reply0.safetensors").write_bytes(TENSORS)
        assert isinstance(_received(out, {"file": "reply0"}, TARGET), Network | Failure)


@given(mutated(HEADER))
@fuzzed
def test_a_witness_is_heard_or_not_believed(data: bytes) -> None:
    with TemporaryDirectory() as name:
        (Path(name) / "reply0.witness").write_bytes(data)
        found = account_of(Path(name), "reply0", NETLIN, 0)
        assert isinstance(found, Account)
        assert found.against


NETLIN = captured(NetLin, "NetLin")


def test_what_is_mutated_is_valid_to_begin_with() -> None:
    assert json.loads(REPLY)["failure"] is None
    assert parse_reply(REPLY, "NetFull").forms is not None
    assert parse_tensors(TENSORS, "the weights")
