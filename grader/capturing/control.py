"""Before a student is blamed for a process that died: does the reference live in the same place?

A machine without memory, a full disk, a sandbox that broke meanwhile kill an honest network as
well. So whatever died without showing that it was its own doing is followed by a control run. The
reference may find room where a larger network did not, so a disk that is all but full is a fault
without one.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.capturing.capture import Capture, Target, capture_module
from grader.capturing.isolation import Isolation
from grader.errors import CaptureError
from grader.graphs.network import Network
from grader.scratch import full_disk, scratch_folder
from grader.wire import Failure

if TYPE_CHECKING:
    from grader.capturing.sandbox import Limits

CONTROL: Final = Target("NetConv", "NetConv", (1, 28, 28), (64, 32, 16), (0,))
"""The largest of the reference networks, built and run as a student's."""
Control = Callable[[Isolation, "Limits"], str]


def excused(
    captures: Mapping[str, Capture],
    isolation: Isolation,
    limits: "Limits",
    control: Control | None = None,
) -> dict[str, Capture]:
    """The captures; what died where the reference dies, too, is the grader's fault.

    `control` stands for `control_fault`.
    """
    if not any(capture.doubtful for capture in captures.values()):
        return dict(captures)
    fault = full_disk(Path(tempfile.gettempdir()))
    if not fault and (died := (control or control_fault)(isolation, limits)):
        fault = f"so did the reference in the same place ({died[:1000]})"
    return {name: _excused(capture, fault) for name, capture in captures.items()}


def control_fault(isolation: Isolation, limits: "Limits") -> str:
    """Capture the reference under these limits; "" when it worked, otherwise what happened."""
    with scratch_folder("grader-control-") as folder:
        module = _reference_in(folder)
        try:
            found = capture_module(isolation, module, [CONTROL], limits).networks[CONTROL.id]
        except CaptureError as error:
            return error.found
    return "" if isinstance(found, Network) else found.message


def _reference_in(folder: Path) -> Path:
    """The reference as if it were handed in; no student's code ever sees this folder."""
    import reference

    folder.chmod(0o755)
    package = folder / "reference"
    package.mkdir(mode=0o755)
    for name in ("__init__.py", "kuzu.py", "dimensions.py"):
        shutil.copyfile(Path(reference.__path__[0]) / name, package / name)
        (package / name).chmod(0o644)
    module = folder / "control.py"
    module.write_text("from reference.kuzu import NetConv\n", encoding="utf-8")
    module.chmod(0o644)
    return module


def _excused(capture: Capture, fault: str) -> Capture:
    if not fault:
        return capture
    networks = {
        name: _fault(network, fault) if name in capture.doubtful else network
        for name, network in capture.networks.items()
    }
    return replace(capture, networks=networks)


def _fault(network: Network | Failure, fault: str) -> Network | Failure:
    assert isinstance(network, Failure)  # only what failed is in doubt
    message = f"{network.message[:2500]}; {fault}"
    return network.model_copy(update={"stage": "fault", "message": message})
