"""One worker process: reads a request from stdin, imports one module, captures its networks.

Each network's reply is written before the next one is built, so that a crash loses only the
network that caused it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from .limits import apply_limits, die_with_parent


def main() -> None:
    """Serve the one request on stdin; leave at once, whatever the student's code has set up."""
    die_with_parent()
    request = json.load(sys.stdin)
    apply_limits(request["limits"])
    import torch

    torch.set_num_threads(1)
    import torch.export  # loaded before student code can stand in its way

    from .load import load_module

    out = Path(request["out"])
    # from here on, whatever goes wrong is the submission's own; a line that was written to a
    # pipe cannot be taken back, as a file could
    print(request["ready"], end="", flush=True)
    module, failure = load_module(Path(request["module"]), request["name"])
    for target in request["targets"]:
        if not _serve(target, module, failure, out) and module is not None:
            break  # what is left gets a fresh process: a failure may have used up memory
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _serve(target: dict[str, Any], module: Any, failure: dict[str, Any] | None, out: Path) -> bool:
    from .capture import capture_target, failed_reply
    from .sandbox_training import train_target
    from .serialize import write_reply

    if failure is not None:
        reply = failed_reply(target["id"], failure)
        tensors: dict[str, Any] = {}
    elif "training" in target:
        reply, tensors = train_target(module, target)
    else:
        reply, tensors = capture_target(module, target)
    write_reply(out, target["file"], reply, tensors)
    return reply["failure"] is None


if __name__ == "__main__":
    main()
