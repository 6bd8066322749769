"""One worker process: reads a request from stdin and has child processes capture its modules.

Importing torch and exporting for the first time takes two seconds, so it is done once. A forked
child then finds torch ready, and nothing of what another module has done to it.
"""

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

from .limits import allow_tracing, apply_limits, die_with_parent

AGAIN = 75
"""Exit code of a child that ended after a failure; what is left gets a fresh one."""


def main() -> None:
    """Serve the one request on stdin."""
    die_with_parent()
    allow_tracing(allowed=False)  # it has no limits: no student's process may get hold of it
    request = json.load(sys.stdin)
    _load_torch()
    for module in request["modules"]:
        Path(module["path"]).open("rb").close()  # a copy that is closed to us is no student's fault
        # from here on, whatever goes wrong is the submission's own; a line that was written to a
        # pipe cannot be taken back, as a file could
        print(request["ready"], end="", flush=True)
        _capture(module, request)
    os._exit(0)


def _load_torch() -> None:
    """Have everything in memory before student code can stand in its way."""
    gc.disable()  # a third of the time of importing, and there is no garbage
    # the compiler that torch imports if it can: never used here
    sys.modules["triton"] = None  # type: ignore[assignment]
    import torch

    torch.set_num_threads(1)  # a process with more must not fork
    from . import checkpoint, sandbox_training  # noqa: F401
    from .capture import warm_up

    warm_up()
    gc.freeze()


def _capture(module: dict[str, Any], request: dict[str, Any]) -> None:
    """Write a reply for each target; end as the child ended that left one without."""
    out = Path(request["out"])
    left = module["targets"]
    while True:
        code = _in_child(partial(_serve, module, left, request))
        replied = list(takewhile(lambda target: os.path.lexists(_reply(out, target)), left))
        left = left[len(replied) :]
        if code != AGAIN or not replied:
            break
    if code or left:
        os._exit(code)


def _reply(out: Path, target: dict[str, Any]) -> Path:
    return out / f"{target['file']}.json"


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

    die_with_parent()
    apply_limits(request["limits"])
    allow_tracing(allowed=True)  # otherwise its own files below /proc would be closed to it
    gc.enable()
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
