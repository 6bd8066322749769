"""Whatever a worker writes, the only thing that comes out of it is a reply or a CaptureError."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from grader.errors import CaptureError
from grader.wire import parse_reply, parse_tensors, read_untrusted


def reply(**changes: Any) -> bytes:
    failure = {"stage": "build", "type": "TypeError", "message": "no", "line": 3, "source": "x"}
    document = {"format": "grader.capture/1", "target": "NetLin", "failure": failure}
    return json.dumps(document | changes).encode()


def graph(**changes: Any) -> dict[str, Any]:
    form = {"inputs": [], "nodes": [], "outputs": []} | changes
    return {"failure": None, "forms": {"train": form, "eval": form}}


def test_a_small_regular_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "reply.json").write_bytes(b"{}")
    assert read_untrusted(tmp_path / "reply.json", 2) == b"{}"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"reply\.json: cannot be opened \(No such file"):
        read_untrusted(tmp_path / "reply.json", 10)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "reply.json").symlink_to(tmp_path / "secret")
    with pytest.raises(CaptureError, match="cannot be opened"):
        read_untrusted(tmp_path / "reply.json", 10)


def test_a_pipe_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "reply.json")
    with pytest.raises(CaptureError, match="is not a regular file"):
        read_untrusted(tmp_path / "reply.json", 10)


def test_a_folder_is_no_reply(tmp_path: Path) -> None:
    (tmp_path / "reply.json").mkdir()
    with pytest.raises(CaptureError, match="is not a regular file"):
        read_untrusted(tmp_path / "reply.json", 10)


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reply.json").write_bytes(b"x" * 11)
    with pytest.raises(CaptureError, match="is larger than 10 bytes"):
        read_untrusted(tmp_path / "reply.json", 10)


def test_a_failure_is_read() -> None:
    failure = parse_reply(reply(), "NetLin").failure
    assert failure is not None
    assert (failure.stage, failure.line) == ("build", 3)


NODE = {"name": "a", "op": "aten.relu.default", "args": [], "kwargs": {}}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "the document"),
        (b"\xff\xfe", "the document"),
        (b"[" * 100_000, "the document"),
        (reply(format="grader.capture/2"), "format"),
        (reply(extra=1), "extra"),
        (reply(target="../etc"), "target"),
        (reply(seeds=["0"]), r"seeds\.0"),
        (reply(constants=-1), "constants"),
        (reply(target="NetFull"), "is about 'NetFull'"),
        (reply(failure=None), "is not one of graph, training or failure"),
        (reply(trained=True), "is not one of graph, training or failure"),
        (reply(**graph(nodes=[NODE] * 2001)), r"forms\.train\.nodes"),
        (reply(**graph(nodes=[NODE | {"args": [float("nan")]}])), r"forms\.train\.nodes\.0\.args"),
        (reply(**graph(nodes=[NODE | {"args": [[[1]]]}])), r"forms\.train\.nodes\.0\.args"),
        (reply(**graph(nodes=[NODE | {"op": "os.system('x')"}])), r"forms\.train\.nodes\.0\.op"),
    ],
)
def test_the_first_wrong_field_is_named(data: bytes, found: str) -> None:
    with pytest.raises(CaptureError, match=f"the worker's reply for NetLin: {found}"):
        parse_reply(data, "NetLin")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_raise_anything_but_a_capture_error(data: bytes) -> None:
    for read in (lambda: parse_reply(data, "x"), lambda: parse_tensors(data, "x")):
        with pytest.raises(CaptureError):
            read()


FIELDS = ("format", "target", "failure", "seeds", "tensors", "constants", "forms", "trained")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_a_reply_with_any_fields_is_read_or_refused(changes: dict[str, Any]) -> None:
    with suppress(CaptureError):
        assert parse_reply(reply(**changes), "NetLin").target == "NetLin"


def test_countless_unknown_fields_are_counted_and_not_listed() -> None:
    data = json.dumps({f"k{i}": 1 for i in range(2000)}).encode()
    with pytest.raises(CaptureError, match="2003 fields are wrong or unknown"):
        parse_reply(data, "NetLin")


def test_tensors_are_read_by_name() -> None:
    tensors = parse_tensors(save({"s0.0": torch.arange(3.0)}), "the weights")
    assert tensors["s0.0"].tolist() == [0, 1, 2]


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3), st.binary(max_size=30))
def test_tensors_with_any_header_are_read_or_refused(header: dict[str, Any], body: bytes) -> None:
    text = json.dumps(header).encode()
    with suppress(CaptureError):
        assert isinstance(parse_tensors(len(text).to_bytes(8, "little") + text + body, "x"), dict)


@pytest.mark.parametrize("dtype", ["F32", "BF16", "F8_E4M3", "F8_E8M0", "F4", "C64", "U64", "X"])
def test_every_announced_data_type_is_read_or_refused(dtype: str) -> None:
    text = json.dumps({"a": {"dtype": dtype, "shape": [2], "data_offsets": [0, 8]}}).encode()
    with suppress(CaptureError):
        assert parse_tensors(len(text).to_bytes(8, "little") + text + bytes(8), "x").keys() == {"a"}


def test_no_worker_blames_the_grader() -> None:
    failure = {"stage": "fault", "type": "", "message": "not me", "line": None, "source": ""}
    with pytest.raises(CaptureError, match="blames the grader"):
        parse_reply(reply(failure=failure), "NetLin")
