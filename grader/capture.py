"""Has a student's networks captured in the sandbox, and believes nothing that was not checked.

One worker imports one module. It ends after the first network that fails, and a new one goes on
with the rest; when it dies, the network in hand is blamed. So a broken network never hides the
others, nor takes their memory.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import CaptureError
from grader.isolation import UNPRIVILEGED, Isolation, Mount
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
    isolation: Isolation,
    source: Path,
    targets: Sequence[Target],
    limits: Limits,
    stop: threading.Event | None = None,
) -> Capture:
    """Capture every target of one submitted module.

    Args:
        isolation: the sandbox.
        source: the module's file inside a folder that holds nothing but the submission.
        targets: the networks to build, in order.
        limits: bounds on each worker.
        stop: once another thread sets it, capturing ends.

    Returns:
        One entry a target. What the student's code did wrong is a Failure.

    Raises:
        CaptureError: never for a student's fault; only when the worker cannot start at all, or
            was stopped.
    """
    session = _Session()
    left = list(targets)
    while left:
        documents = [target.document(f"reply{i}") for i, target in enumerate(left)]
        with reply_folder() as out:
            run = _run(isolation, source, documents, out, limits, stop=stop)
            session.output.append(run.output)
            session.seconds += run.seconds
            done = 0
            for target, document in zip(left, documents, strict=True):
                if not os.path.lexists(out / f"{document['file']}.json"):
                    break
                session.networks[target.id] = _received(out, document, target)
                done += 1
        blameless = done > 0 and isinstance(session.networks[left[done - 1].id], Failure)
        left = left[done:]
        if left and not blameless:
            session.networks[left[0].id] = _died(run)
            left = left[1:]
    return Capture(session.networks, "\n".join(filter(None, session.output)), session.seconds)


@contextmanager
def reply_folder() -> Iterator[Path]:
    """A folder that the process inside the sandbox may write to, and no other user."""
    folder = Path(tempfile.mkdtemp(prefix="grader-reply-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        yield folder
    finally:
        # shutil.rmtree gives up in folders a thousand deep and in those without permissions
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run(
                [*command, "--", str(folder)],
                env={"PATH": os.defpath},
                capture_output=True,
                check=False,
            )


def _run(
    isolation: Isolation,
    source: Path,
    documents: list[dict[str, Any]],
    out: Path,
    limits: Limits,
    *,
    extra: Sequence[Mount] = (),
    stop: threading.Event | None = None,
) -> WorkerRun:
    """One worker's run.

    Raises:
        CaptureError: it ended before it touched the submission, which is the grader's fault and
            not a student's, or was stopped.
    """
    inside = Mount(source.parent, "/submission")
    replies = Mount(out, "/out", writable=True)
    request = {
        "module": f"{isolation.path(inside)}/{source.name}",
        "name": source.stem,
        "out": isolation.path(replies),
        "targets": documents,
    }

    def replied() -> int:
        return sum(os.path.lexists(out / f"{d['file']}.json") for d in documents)

    run = run_worker(isolation, request, [inside, replies, *extra], limits, replied, stop=stop)
    if stop is not None and stop.is_set():
        raise CaptureError("the worker", "was stopped")
    if not run.started:
        lines = run.output.strip().splitlines()
        raise CaptureError(
            "the worker",
            f"ended before it reached the submission: {lines[-1] if lines else run.cause()}",
            "a working Python with torch inside the sandbox",
            "run `grader doctor`",
        )
    return run


def _received(out: Path, document: dict[str, Any], target: Target) -> Network | Failure:
    try:
        reply, tensors = read_reply(out, document["file"], target.id)
        network = network_from_reply(reply, tensors, target.input_shape)
        if isinstance(network, Network) and network.seeds != target.seeds:
            where = f"the worker's reply for {target.id}"
            raise CaptureError(where, f"is for the seeds {network.seeds}", f"{target.seeds}")
        if isinstance(network, Network):
            _require_runnable(network)
    except CaptureError as error:
        return _unusable(error)
    except Exception as error:  # a graph that no rule foresaw must not hide the other networks
        found = f"could not be read: {type(error).__name__}: {error}"
        return _unusable(CaptureError(f"the capture of {target.id}", found))
    return network


def _require_runnable(network: Network) -> None:
    """Find out here whether a graph runs: later, one that was forged would stop the grading.

    Raises:
        CaptureError: it does not, in training or in evaluation mode.
    """
    from grader.canonical import canonical  # with torch, which takes a second to import

    for training in (True, False):
        canonical(network, training=training)


def _unusable(error: CaptureError) -> Failure:
    """The failure of a network whose reply was refused."""
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
        `losses` and `outputs` as grader.worker.sandbox_training describes them, unchecked, or a
        failure.

    Raises:
        CaptureError: never for a student's fault; only when the worker cannot start at all.
    """
    shown = Mount(data.parent, "/data")
    document = target.document("reply0")
    document["training"] = protocol | {"data": f"{isolation.path(shown)}/{data.name}"}
    with reply_folder() as out:
        run = _run(isolation, source, [document], out, limits, extra=[shown])
        if not os.path.lexists(out / "reply0.json"):
            return _died(run)
        try:
            reply, tensors = read_reply(out, "reply0", target.id)
        except CaptureError as error:
            return _unusable(error)
    return reply.failure if reply.failure is not None else tensors
