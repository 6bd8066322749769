"""What a worker may send back, and the only door through which it comes in.

Files are opened without following links, only as regular files, under a size cap; the document is
validated strictly; every operation must be on the allow-list. Nothing is unpickled.
"""

import json
import os
import stat
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import CaptureError
from grader.record import first_fault

MAX_REPLY_BYTES = 8 * 2**20
MAX_TENSOR_BYTES = 1024 * 2**20
MAX_NODES = 2000
MAX_TENSORS = 1000

Name = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_.]+$")]
Text = Annotated[str, Field(max_length=4000)]
DType = Literal["float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "bool"]


class Strict(BaseModel):
    """Frozen; unknown fields, coercion, NaN and infinity refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Ref(Strict):
    """The result of another node, or an input, by name."""

    ref: Name


class DTypeArg(Strict):
    """A data type as an argument."""

    dtype: DType


class Setting(Strict):
    """A device, layout or memory format: read, never obeyed."""

    setting: Annotated[str, Field(max_length=50)]


Scalar = bool | int | float | str | None
Arg = Ref | DTypeArg | Setting | Scalar | list[Ref | Scalar]


class Input(Strict):
    """A graph input: the images, one of the network's tensors, or a constant."""

    name: Name
    kind: Literal["input", "tensor", "constant"]
    index: Annotated[int, Field(ge=0, lt=MAX_TENSORS)]


class Node(Strict):
    """One operation."""

    name: Name
    op: Name
    args: Annotated[list[Arg], Field(max_length=32)]
    kwargs: Annotated[dict[Name, Arg], Field(max_length=16)]


class Graph(Strict):
    """Inputs, operations in order, outputs."""

    inputs: Annotated[list[Input], Field(max_length=MAX_TENSORS)]
    nodes: Annotated[list[Node], Field(max_length=MAX_NODES)]
    outputs: Annotated[list[Arg], Field(max_length=8)]


class Forms(Strict):
    """The graph in training and in evaluation mode (dropout and batch norm differ)."""

    train: Graph
    eval: Graph


class TensorInfo(Strict):
    """A parameter or buffer, with every name it is registered under."""

    names: Annotated[
        list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=50)
    ]
    kind: Literal["parameter", "buffer"]
    trainable: bool
    shape: Annotated[list[Annotated[int, Field(ge=0, lt=2**31)]], Field(max_length=8)]
    dtype: DType


class Failure(Strict):
    """Why there is no graph. The stage "fault" is the grader's own, and no worker's to claim."""

    stage: Literal["import", "build", "forward", "export", "training", "limits", "fault"]
    type: Annotated[str, Field(max_length=100)]
    message: Text
    line: int | None
    source: Annotated[str, Field(max_length=200)]


class Reply(Strict):
    """The document that a worker writes for one network."""

    format: Literal["grader.capture/1"]
    target: Name
    failure: Failure | None
    seeds: Annotated[list[int], Field(max_length=16)] = Field(default_factory=list)
    tensors: Annotated[list[TensorInfo], Field(max_length=MAX_TENSORS)] = Field(
        default_factory=list
    )
    constants: Annotated[int, Field(ge=0, le=MAX_TENSORS)] = 0
    forms: Forms | None = None
    trained: bool = False


def read_untrusted(path: Path, limit: int) -> bytes:
    """Read a file that an untrusted process wrote.

    Raises:
        CaptureError: it is missing, a link, not a regular file, or larger than `limit` bytes.
    """
    where = f"the worker's {path.name}"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise CaptureError(
            where, f"cannot be opened ({error.strerror})", "a regular file"
        ) from None
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        os.close(handle)
        raise CaptureError(where, "is not a regular file", "a regular file")
    with os.fdopen(handle, "rb") as file:
        data = file.read(limit + 1) if info.st_size <= limit else b""
    if info.st_size > limit or len(data) > limit:
        raise CaptureError(where, f"is larger than {limit} bytes", "a small reply")
    return data


def parse_reply(data: bytes, target: str) -> Reply:
    """Validate the reply for `target`.

    Raises:
        CaptureError: it is not a reply of this format; names the first wrong field.
    """
    where = f"the worker's reply for {target}"
    try:
        reply = Reply.model_validate_json(data)
    except ValidationError as error:
        raise CaptureError(where, first_fault(error), "a capture of format 1") from None
    if reply.target != target:
        raise CaptureError(where, f"is about {reply.target!r}", f"a reply about {target!r}")
    if reply.failure is not None and reply.failure.stage == "fault":
        raise CaptureError(where, "blames the grader", "a failure of the network's own")
    if sum((reply.failure is not None, reply.forms is not None, reply.trained)) != 1:
        raise CaptureError(where, "is not one of graph, training or failure", "one of the three")
    return reply


def parse_tensors(data: bytes, where: str) -> dict[str, Any]:
    """Tensors by name, read by safetensors from memory.

    Raises:
        CaptureError: the bytes are not a safetensors file.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors: dict[str, torch.Tensor] = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError, json.JSONDecodeError):
        raise CaptureError(where, "is not a safetensors file", "named tensors") from None
    return tensors
