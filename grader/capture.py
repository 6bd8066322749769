"""Has a student's networks captured in the sandbox, and believes nothing that was not checked.

One worker imports one module. It ends after the first network that fails, and a new one goes on
with the rest; when it dies, the network in hand is blamed. So a broken network never hides the
others, nor takes their memory.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import CaptureError
from grader.isolation import Isolation, Mount
from grader.network import Network, network_from_reply
from grader.sandbox import Limits, WorkerRun, run_worker
from grader.wire import (
    MAX_REPLY_BYTES,
    MAX_TENSOR_BYTES,
    Failure,
    Reply,
    parse_reply,
    parse_tensors,
    read_untrusted,
)


@dataclass(frozen=True)
class Target:
    """One network to capture: the class, how to build it, and what it will be given.

    `input_shape` is without the batch; `batches` are the sizes that the course's program sends;
    `setup` is a method called after building.
    """

    id: str
    cls: str
    input_shape: tuple[int, ...]
    batches: tuple[int, ...]
    seeds: tuple[int, ...]
    args: tuple[Any, ...] = ()
    setup: str | None = None

    def document(self, file: str) -> dict[str, Any]:
        """The target as the worker reads it; the reply goes to `file`."""
        return {
            "id": self.id,
            "file": file,
            "class": self.cls,
            "input": list(self.input_shape),
            "batches": list(self.batches),
            "seeds": list(self.seeds),
            "args": list(self.args),
            "setup": self.setup,
        }


@dataclass(frozen=True)
class Capture:
    """What the sandbox made of one module: a network or a failure a target, and its output."""

    networks: Mapping[str, Network | Failure]
    output: str
    seconds: float


@dataclass
class _Session:
    networks: dict[str, Network | Failure] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)
    seconds: float = 0.0


def capture_module(
    isolation: Isolation, source: Path, targets: Sequence[Target], limits: Limits
) -> Capture:
    """Capture every target of one submitted module.

    Args:
        isolation: the sandbox.
        source: the module's file inside a folder that holds nothing but the submission.
        targets: the networks to build, in order.
        limits: bounds on each worker.

    Returns:
        One entry a target. What the student's code did wrong is a Failure.

    Raises:
        CaptureError: never for a student's fault; only when the worker cannot start at all.
    """
    session = _Session()
    left = list(targets)
    while left:
        documents = [target.document(f"reply{i}") for i, target in enumerate(left)]
        with reply_folder() as out:
            run = _run(isolation, source, documents, out, limits)
            _started(Path(out), run)
            session.output.append(run.output)
            session.seconds += run.seconds
            done = 0
            for target, document in zip(left, documents, strict=True):
                if not os.path.lexists(Path(out) / f"{document['file']}.json"):
                    break
                session.networks[target.id] = _received(Path(out), document, target)
                done += 1
        blameless = done > 0 and isinstance(session.networks[left[done - 1].id], Failure)
        left = left[done:]
        if left and not blameless:
            session.networks[left[0].id] = _died(run)
            left = left[1:]
    return Capture(session.networks, "\n".join(filter(None, session.output)), session.seconds)


def reply_folder() -> "tempfile.TemporaryDirectory[str]":
    """A folder that the unprivileged user inside the sandbox may write to."""
    folder = tempfile.TemporaryDirectory(prefix="grader-reply-", ignore_cleanup_errors=True)
    os.chmod(folder.name, 0o777)
    return folder


def _run(
    isolation: Isolation,
    source: Path,
    documents: list[dict[str, Any]],
    out: str,
    limits: Limits,
    *,
    extra: Sequence[Mount] = (),
) -> WorkerRun:
    inside = Mount(source.parent, "/submission")
    replies = Mount(Path(out), "/out", writable=True)
    request = {
        "module": f"{isolation.path(inside)}/{source.name}",
        "name": source.stem,
        "out": isolation.path(replies),
        "targets": documents,
    }

    def replied() -> int:
        return sum(os.path.lexists(Path(out) / f"{d['file']}.json") for d in documents)

    return run_worker(isolation, request, [inside, replies, *extra], limits, replied)


def _received(out: Path, document: dict[str, Any], target: Target) -> Network | Failure:
    try:
        reply, tensors = read_reply(out, document["file"], target.id)
        return network_from_reply(reply, tensors, target.input_shape)
    except CaptureError as error:
        return Failure(
            stage="export", type="CaptureError", message=str(error)[:4000], line=None, source=""
        )


def read_reply(out: Path, stem: str, target: str) -> tuple[Reply, dict[str, Any]]:
    """Both halves of a reply, checked.

    Raises:
        CaptureError: either half is malformed, missing or not a plain file.
    """
    reply = parse_reply(read_untrusted(out / f"{stem}.json", MAX_REPLY_BYTES), target)
    if reply.failure is not None:
        return reply, {}
    data = read_untrusted(out / f"{stem}.safetensors", MAX_TENSOR_BYTES)
    return reply, parse_tensors(data, f"the weights of {target}")


def _started(out: Path, run: WorkerRun) -> None:
    """A worker that ended before it touched the submission is the grader's fault, not a student's.

    Raises:
        CaptureError: it did.
    """
    if not os.path.lexists(out / "ready"):
        lines = run.output.strip().splitlines()
        raise CaptureError(
            "the worker",
            f"ended before it reached the submission: {lines[-1] if lines else run.cause()}",
            "a working Python with torch inside the sandbox",
            "run `grader doctor`",
        )


def _died(run: WorkerRun) -> Failure:
    """The failure of the network in whose turn the worker ended."""
    return Failure(stage="limits", type="", message=run.cause(), line=None, source="")


def train_in_sandbox(
    isolation: Isolation,
    source: Path,
    target: Target,
    *,
    protocol: dict[str, Any],
    data: Path,
    limits: Limits,
) -> dict[str, Any] | Failure:
    """Train a network that has no graph, where it cannot see test labels.

    Args:
        isolation: the sandbox.
        source: the module's file.
        target: the network, with one seed.
        protocol: epochs, batch_size, learning_rate, momentum.
        data: a safetensors file with images, labels and test_images.
        limits: bounds on the worker.

    Returns:
        `losses` and `outputs` as grader.worker.sandbox_training describes them, or a failure.
    """
    shown = Mount(data.parent, "/data")
    document = target.document("reply0")
    document["training"] = protocol | {"data": f"{isolation.path(shown)}/{data.name}"}
    with reply_folder() as out:
        run = _run(isolation, source, [document], out, limits, extra=[shown])
        _started(Path(out), run)
        if not os.path.lexists(Path(out) / "reply0.json"):
            return _died(run)
        reply, tensors = read_reply(Path(out), "reply0", target.id)
    return reply.failure if reply.failure is not None else tensors
