"""One worker process: reads a request from stdin and has child processes capture its modules.

Importing torch and exporting for the first time takes two seconds, so it is done once. A forked
child then finds torch ready, and nothing of what another module has done to it. One that dies costs
no second worker unless it has left something running.
"""

import errno
import gc
import importlib.machinery
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from . import EXPORT, FILTER
from .lean_torch import leave_out_bindings, reading_no_sources, spare_the_compiler
from .limits import adopt_orphans, allow_tracing, apply_limits, die_with_parent
from .seccomp import install_filter

AGAIN = 75
"""Exit code of a child that ended after a failure; what is left gets a fresh one."""


def main() -> None:
    """Serve the one request on stdin."""
    options = sys.argv[1:]
    del sys.argv[1:]  # a module that looks at it finds what it would find when it is imported
    if FILTER in options:
        filter_calls()
    load_torch(exporter=EXPORT in options)
    serve()


def serve() -> NoReturn:
    """Serve the request on stdin; torch is ready and the walls are up."""
    die_with_parent()
    adopt_orphans()
    allow_tracing(allowed=False)  # it has no limits: no student's process may get hold of it
    request = json.load(sys.stdin)
    for module in request["modules"]:
        Path(module["path"]).open("rb").close()  # a copy that is closed to us is no student's fault
        # from here on, whatever goes wrong is the submission's own; a line that was written to a
        # pipe cannot be taken back, as a file could
        print(request["ready"], end="", flush=True)
        for target in module["again"]:  # the capture may end this process
            _in_child(partial(_witness, module, target, request))
        for target in _capture(module, request):
            _in_child(partial(_witness, module, target, request))
    os._exit(0)


def filter_calls() -> None:
    """Have the kernel refuse what no network needs, on the machines for which there is a filter.

    Bubblewrap's walls hold without it. But memory that is kept in the kernel, as a shared segment
    or a file without a name, would count as nobody's.
    """
    try:
        install_filter(own_signals_only=None, about_files=False)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise


def _is_not_captured(target: dict[str, Any]) -> bool:
    """Whether a target is trained here, or a checkpoint to be read: neither is exported."""
    return bool(target.keys() & {"training", "checkpoint"})


def load_torch(*, exporter: bool) -> None:
    """Have everything in memory before student code can stand in its way."""
    gc.disable()  # a third of the time of importing, and there is no garbage
    leave_out_bindings()
    if not exporter:
        spare_the_compiler()
    with reading_no_sources():
        import torch

    del sys.modules["cuda"]
    torch.set_num_threads(1)  # a process with more must not fork
    from . import checkpoint, sandbox_training, witness  # noqa: F401
    from .capture import warm_up

    if exporter:
        with _without_what_no_network_needs(), suppress(Exception):
            warm_up()
        warm_up()
    gc.freeze()


@contextmanager
def _without_what_no_network_needs() -> Iterator[None]:
    """While open, torch's exporter imports neither training on many machines nor networkx.

    It would import both and use none of it here. Whoever imports them later gets them whole.
    """
    import torch

    away: dict[str, ModuleType | None] = {
        "torch.distributed.fsdp": None,
        # asked for once, by compiled code, to tell a tensor spread over machines from any other
        "torch.distributed.tensor": _hollow("torch.distributed.tensor", DTensor=_Nobody),
        "networkx": _hollow("networkx", DiGraph=object),  # some annotate their methods with it
    }
    away = {name: module for name, module in away.items() if name not in sys.modules}
    sys.modules |= away  # type: ignore[arg-type]
    torch.distributed.is_available = lambda: False  # for good: what asks has not imported it
    try:
        yield
    finally:
        for name in away:
            sys.modules.pop(name, None)


def _hollow(name: str, **content: type) -> ModuleType:
    module = ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    vars(module).update(content)
    return module


class _Nobody:
    """A class that nothing is of."""


def _capture(module: dict[str, Any], request: dict[str, Any]) -> list[dict[str, Any]]:
    """Write a reply for each target; where a child died, its exit code is the reply.

    Whoever died is blamed only if it was the first in its child: what went before may have done it,
    or used up what all have together. Ends as the child did if that left processes behind: they end
    with this one.

    Returns:
        The targets that may have been captured: none after which a child had to be replaced, none
        that was trained, no checkpoint.
    """
    out = Path(request["out"])
    left, captured = module["targets"], []
    while True:
        code = _in_child(partial(_serve, module, left, request))
        replied = list(takewhile(lambda target: os.path.lexists(_reply(out, target)), left))
        left = left[len(replied) :]
        again = code == AGAIN and replied
        captured += replied[:-1] if again else replied
        if not again and (code or left):
            if not left or not _nothing_runs():
                os._exit(code)
            if not replied:
                _note_death(_reply(out, left[0]), left[0], code)
                left = left[1:]
        if not left:
            break
    return [target for target in captured if not _is_not_captured(target)]


def _reply(out: Path, target: dict[str, Any]) -> Path:
    return out / f"{target['file']}.json"


def _nothing_runs() -> bool:
    """Whether the children, and what they have left to this process, have all ended."""
    with suppress(ChildProcessError):
        while True:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                return False
    return True


def _note_death(reply: Path, target: dict[str, Any], code: int) -> None:
    """Reply with the exit code of the process that died; end like it where that cannot be."""
    from .capture import failed_reply, plain_failure

    document = failed_reply(target["id"], plain_failure("limits", str(code), "exit code"))
    try:
        handle = os.open(reply, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file)
    except OSError:
        os._exit(code)


def _in_child(action: Callable[[], int]) -> int:
    """Run `action` in a child that exits with what it returns; the exit code as a shell has it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = action()
            with suppress(Exception):  # the student's code may have put others in their place
                sys.stdout.flush()
                sys.stderr.flush()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)  # at once, whatever the student's code has set up
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def _serve(module: dict[str, Any], targets: list[dict[str, Any]], request: dict[str, Any]) -> int:
    """Import the module and capture its networks until one fails.

    Each network's reply is written before the next one is built, so that a crash loses only the
    network that caused it. A failure may have used up memory.
    """
    from .capture import seed_generators
    from .load import load_module

    _submit_to(request["limits"])
    seed_generators(0)
    path = Path(module["path"])
    student: Any = path  # a checkpoint is data: nothing of it is imported
    failure = None
    if not any("checkpoint" in target for target in targets):
        student, failure = load_module(path, module["name"])
    for target in targets:
        if not _serve_target(target, student, failure, Path(request["out"])) and not failure:
            return AGAIN
    return 0


def _witness(module: dict[str, Any], target: dict[str, Any], request: dict[str, Any]) -> int:
    """Run a network once more, if it was captured; see grader.worker.witness."""
    from .witness import bear_witness

    _submit_to(request["limits"])
    return bear_witness(module, target, request["probe"], Path(request["out"]))


def _submit_to(limits: dict[str, int]) -> None:
    """What a child does before it touches student code."""
    import torch

    torch.set_num_threads(1)  # makes the pool anew that forking broke; two threads at once cannot
    die_with_parent()
    apply_limits(limits)
    allow_tracing(allowed=True)  # otherwise its own files below /proc would be closed to it
    gc.enable()


def _serve_target(
    target: dict[str, Any], module: Any, failure: dict[str, Any] | None, out: Path
) -> bool:
    from .capture import capture_target, failed_reply
    from .checkpoint import load_checkpoint
    from .sandbox_training import train_target
    from .serialize import write_reply

    if failure is not None:
        reply = failed_reply(target["id"], failure)
        tensors: dict[str, Any] = {}
    elif "checkpoint" in target:
        reply, tensors = load_checkpoint(module, target)
    elif "training" in target:
        reply, tensors = train_target(module, target)
    else:
        reply, tensors = capture_target(module, target)
    write_reply(out, target["file"], reply, tensors)
    return reply["failure"] is None


if __name__ == "__main__":
    main()
