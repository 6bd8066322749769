"""Has a student's networks captured in the sandbox, and believes nothing that was not checked.

One worker captures all modules of a submission, each in a process of its own. If that dies,
another goes on with the rest: in the same worker, or in a new one where it has left something
running. The network in hand is blamed once it was the first of its process. So a broken network
never hides the others, nor takes their memory.
"""

import errno
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from itertools import count, groupby
from pathlib import Path
from typing import Any

from grader.capturing.captured_module import Capture, Module, ModuleBook, Target, is_death, unusable
from grader.capturing.isolation import Isolation, Mount
from grader.capturing.sandbox import (
    Limits,
    Worker,
    WorkerRun,
    cause_of,
    is_own_doing,
    mounts_of,
    reply_folder,
    run_worker,
    start_worker,
)
from grader.capturing.witness import Account, account_of
from grader.errors import CaptureError
from grader.graphs.network import Network, network_from_reply
from grader.wire import (
    MAX_REPLY_BYTES,
    MAX_TENSOR_BYTES,
    Failure,
    Reply,
    parse_reply,
    parse_tensors,
    read_untrusted,
)
from grader.worker import EXPORT

__all__ = ["Capture", "Module", "Target", "capture_module", "capture_submission"]

EXIT_CODE = re.compile(r"[0-9]{1,3}")
NO_ROOM = re.compile(
    "|".join([*map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EAGAIN)), "start new thread"])
)
"""What a module says that found no room on a disk or for a process, which may be the machine's."""


def capture_submission(
    isolation: Isolation, modules: Mapping[str, Module], limits: Limits
) -> dict[str, Capture]:
    """Capture every target of a submission's modules, which may have any names.

    Args:
        isolation: the sandbox.
        modules: in the order in which they are imported.
        limits: bounds on each process that imports one.

    Returns:
        One capture a module, with an entry a target. What the student's code did wrong is a
        Failure.

    Raises:
        CaptureError: never for a student's fault; only when the worker cannot start at all.
    """
    captures: dict[str, Capture] = {}
    for _, group in groupby(modules.items(), lambda item: item[1].source.parent):
        captures |= _capture_folder(isolation, dict(group), limits)
    return captures


def capture_module(
    isolation: Isolation, source: Path, targets: Sequence[Target], limits: Limits
) -> Capture:
    """Capture every target of one module, as `capture_submission` does."""
    module = Module(source, tuple(targets))
    return capture_submission(isolation, {source.name: module}, limits)[source.name]


def _capture_folder(
    isolation: Isolation, modules: Mapping[str, Module], limits: Limits
) -> dict[str, Capture]:
    """Capture modules that lie in one folder, with as many workers as it takes."""
    books = {name: ModuleBook(module) for name, module in modules.items()}
    while left := [book for book in books.values() if book.left.targets or book.left.again]:
        _run_once(isolation, left, limits)
    return {name: book.closed() for name, book in books.items()}


def _run_once(isolation: Isolation, books: Sequence[ModuleBook], limits: Limits) -> None:
    """Note what one worker makes of the modules it gets to, and of the first targets of each.

    Nobody is blamed for the end of a worker that had yet to run another network once more.
    """
    numbers = count()
    modules = [book.left for book in books]
    documents = [[t.document(f"reply{next(numbers)}") for t in m.targets] for m in modules]
    again = [[t.document(f"reply{next(numbers)}") for t in m.again] for m in modules]
    probe = secrets.randbits(32)  # unknown beforehand: nobody can be right for these images alone
    with reply_folder() as out:
        worker = start_worker(isolation, mounts_of(modules[0].source.parent, out), options=[EXPORT])
        run = _run(isolation, worker, modules, documents, limits, again=again, probe=probe)
        for book, module, asked, repeated, output in zip(
            books, modules, documents, again, run.outputs, strict=False
        ):
            networks, doubtful = _outcomes(run, out, module.targets, asked)
            if not all(os.path.lexists(out / f"{doc['file']}.witness") for doc in repeated):
                networks = {n: found for n, found in networks.items() if not is_death(found)}
            heard: dict[str, Account] = {}
            for target, document in zip(
                (*module.targets, *module.again), (*asked, *repeated), strict=True
            ):
                network = book.network(target, networks)
                if network is not None:
                    account = account_of(out, document["file"], network, probe)
                    heard |= {target.id: account} if account is not None else {}
            all_heard = run.complete and not any(map(is_death, networks.values()))
            book.add(networks, heard, doubtful, output, all_heard=all_heard)


def _outcomes(
    run: WorkerRun, out: Path, targets: Sequence[Target], documents: Sequence[dict[str, Any]]
) -> tuple[dict[str, Network | Failure], set[str]]:
    """The replies up to the first that is missing; against its network the end of the run counts.

    After a failure no death does: the network that failed may be what ended the process.

    Returns:
        What was found, and what may have failed through no fault of its own.
    """
    found: dict[str, Network | Failure] = {}
    doubtful: set[str] = set()
    last: Network | Failure | None = None
    for target, document in zip(targets, documents, strict=True):
        after_failure = isinstance(last, Failure) and not is_death(last)
        if not os.path.lexists(out / f"{document['file']}.json"):
            if not after_failure:
                found[target.id] = _died(run)
                doubtful |= set() if run.own_doing else {target.id}
            break
        last = _received(out, document, target)
        if isinstance(last, Failure) and is_death(last):
            if after_failure:
                break
            doubtful |= set() if is_own_doing(_exit_code(last)) else {target.id}
            last = _in_words(last)
        elif isinstance(last, Failure) and NO_ROOM.search(last.message):
            doubtful |= {target.id}
        found[target.id] = last
    return found, doubtful


def _exit_code(noted: Failure) -> int:
    """What the worker noted of a child; 1, which leaves everything in doubt, if that is no code."""
    return int(noted.message) if EXIT_CODE.fullmatch(noted.message) else 1


def _in_words(failure: Failure) -> Failure:
    """The failure; the death of a process, as the worker noted it, with its cause."""
    return _death(cause_of(_exit_code(failure))) if is_death(failure) else failure


def _run(
    isolation: Isolation,
    worker: Worker,
    modules: Sequence[Module],
    documents: Sequence[Sequence[dict[str, Any]]],
    limits: Limits,
    *,
    again: Sequence[Sequence[dict[str, Any]]] = ((),),
    probe: int = 0,
) -> WorkerRun:
    """One worker's run on modules that lie in one folder.

    Raises:
        CaptureError: it ended before it touched the submission, which is the grader's fault and
            not a student's.
    """
    out = worker.home
    inside, replies = mounts_of(modules[0].source.parent, out)
    request = {
        "modules": [
            {
                "path": f"{isolation.path(inside)}/{module.source.name}",
                "name": module.source.stem,
                "targets": asked,
                "again": repeated,
            }
            for module, asked, repeated in zip(modules, documents, again, strict=True)
        ],
        "out": isolation.path(replies),
        "probe": probe,
    }
    files = [out / f"{document['file']}.json" for asked in documents for document in asked]

    def replied() -> int:
        return sum(map(os.path.lexists, files))

    run = run_worker(worker, request, limits, replied)
    if not run.started:
        lines = run.noise.strip().splitlines()
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
        return unusable(error)
    except Exception as error:  # a graph that no rule foresaw must not hide the other networks
        found = f"could not be read: {type(error).__name__}: {error}"
        return unusable(CaptureError(f"the capture of {target.id}", found))
    return network


def _require_runnable(network: Network) -> None:
    """Find out here whether a graph runs: later, one that was forged would stop the grading.

    Raises:
        CaptureError: it does not, in training or in evaluation mode.
    """
    from grader.graphs.canonical import canonical  # with torch, which takes a second to import

    for training in (True, False):
        canonical(network, training=training)


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
    return _death(run.cause())


def _death(cause: str) -> Failure:
    return Failure(stage="limits", type="", message=cause, line=None, source="")


def train_in_sandbox(
    isolation: Isolation,
    source: Path,
    targets: Sequence[Target],
    *,
    protocol: dict[str, Any],
    data: Path,
    limits: Limits,
) -> list[dict[str, Any] | Failure]:
    """Train networks that have no graph, where they cannot see test labels.

    Args:
        isolation: the sandbox.
        source: the module's file.
        targets: the networks, with one seed each.
        protocol: epochs, batch_size, learning_rate, momentum.
        data: a safetensors file with images, labels and test_images.
        limits: bounds on the worker.

    Returns:
        For each network `losses` and `outputs` as grader.worker.sandbox_training describes them,
        unchecked, or a failure.

    Raises:
        CaptureError: never for a student's fault; only when the worker cannot start at all.
    """
    shown = Mount(data.parent, "/data")
    training = {"training": protocol | {"data": f"{isolation.path(shown)}/{data.name}"}}

    def ask(first: int, out: Path) -> WorkerRun:
        left = targets[first:]
        asked = [target.document(f"reply{n}") | training for n, target in enumerate(left)]
        worker = start_worker(isolation, [*mounts_of(source.parent, out), shown])
        return _run(isolation, worker, [Module(source, tuple(left))], [asked], limits)

    return _tensors_of([target.id for target in targets], ask)


def load_in_sandbox(
    isolation: Isolation, sources: Sequence[Path], limits: Limits
) -> list[dict[str, Any] | Failure]:
    """Read checkpoints of torch, which are pickles, where they can do no harm.

    Args:
        isolation: the sandbox.
        sources: the files, in one folder that holds nothing else.
        limits: bounds on the worker.

    Returns:
        For each file its tensors by name, unchecked, or a failure.

    Raises:
        CaptureError: never for a student's fault; only when the worker cannot start at all.
    """

    def ask(first: int, out: Path) -> WorkerRun:
        left = sources[first:]
        modules = [Module(source, ()) for source in left]
        asked = [
            [{"id": source.stem, "file": f"reply{n}", "checkpoint": True}]
            for n, source in enumerate(left)
        ]
        worker = start_worker(isolation, mounts_of(left[0].parent, out))
        return _run(isolation, worker, modules, asked, limits, again=[()] * len(left))

    return _tensors_of([source.stem for source in sources], ask)


def _tensors_of(
    names: Sequence[str], ask: Callable[[int, Path], WorkerRun]
) -> list[dict[str, Any] | Failure]:
    """What workers reply for each name: tensors, unchecked, or why there are none.

    `ask(first, out)` runs a worker on everything from `first` on, whose replies are numbered from
    0. Whoever ends it is the first without a reply, and another goes on behind that.
    """
    found: list[dict[str, Any] | Failure] = []
    while left := names[len(found) :]:
        with reply_folder() as out:
            run = ask(len(found), out)
            for number, name in enumerate(left):
                if not os.path.lexists(out / f"reply{number}.json"):
                    found.append(_died(run))
                    break
                found.append(_loaded(out, f"reply{number}", name))
    return found


def _loaded(out: Path, stem: str, name: str) -> dict[str, Any] | Failure:
    try:
        reply, tensors = read_reply(out, stem, name)
    except CaptureError as error:
        return unusable(error)
    return _in_words(reply.failure) if reply.failure is not None else tensors
