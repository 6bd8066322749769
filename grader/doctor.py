"""Tries everything that grading needs, for real, so that a broken machine is known before marking.

Each probe does the thing itself (renders a PDF, captures a module in the sandbox) instead of
looking for files, because what is installed and what works are not the same.
"""

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from grader.errors import CaptureError, DatasetError, GraderError, IsolationError

SUDO = "" if os.geteuid() == 0 else "sudo "
PANGO = f"{SUDO}apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
BUBBLEWRAP = f"{SUDO}apt-get install -y bubblewrap"
KNOWINGLY = "or choose `--isolation rlimits` knowingly; `grader check` needs no sandbox"
REFUSED_USER = (
    "user namespaces are refused: run the grader as root, or allow them (Ubuntu: "
    f"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0), {KNOWINGLY}"
)
REFUSED_ROOT = (
    "namespaces are refused, even to root: start this container with the right to make them "
    f"(docker run --privileged), {KNOWINGLY}"
)
FETCH = "grader data fetch   (only official marks need it; the bundled set works without)"
PYTHON = "install Python 3.11 or newer, then PYTHON=/path/to/python3 ./setup"
PIP = f"{sys.executable} -m pip install --upgrade torch torchvision"
UNFORKED = "nothing: a submission costs three seconds of a core more"
REINSTALL = "install the grader again, from a whole checkout or wheel"

_TINY_MODULE = """\
import torch

class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(784, 10)

    def forward(self, x):
        return torch.log_softmax(self.linear(x.view(x.shape[0], -1)), dim=1)
"""


@dataclass(frozen=True)
class Finding:
    """How one thing was found.

    Attributes:
        name: what was tried.
        ok: it works.
        found: versions and figures, or what went wrong; one line.
        mend: what to do about it; "" where it works.
        required: grading a submission is impossible or unsafe without it.
    """

    name: str
    ok: bool
    found: str
    mend: str
    required: bool


@dataclass(frozen=True)
class Probe:
    """Something to try. `attempt` returns what it found and raises where it does not work."""

    name: str
    attempt: Callable[[], str]
    mend: str
    required: bool = True

    def finding(self) -> Finding:
        """Try it. An error's own hint is closer to the cause than the probe's line and wins."""
        try:
            found = self.attempt()
        except GraderError as error:
            where = f"{error.where}: {error.found}"
            return Finding(self.name, False, _line(where), error.hint or self.mend, self.required)
        except Exception as error:
            found = _line(f"{type(error).__name__}: {error}")
            return Finding(self.name, False, found, self.mend, self.required)
        return Finding(self.name, True, found, "", self.required)


def examine() -> tuple[Finding, ...]:
    """Try everything, in the order in which grading needs it. Takes some seconds; never raises."""
    return tuple(probe.finding() for probe in PROBES)


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def try_torch() -> str:
    """Version, processors this process may use, and what they can do in one instruction."""
    import torch

    product = torch.ones(2, 2) @ torch.ones(2, 2)
    if product.sum().item() != 8:
        raise ArithmeticError(f"ones @ ones gave {product.tolist()}")
    cores = len(os.sched_getaffinity(0))
    bf16 = "bf16" if _has_bf16(Path("/proc/cpuinfo")) else "no bf16"
    return f"{torch.__version__}, {cores} cores, {torch.backends.cpu.get_cpu_capability()}, {bf16}"


def _has_bf16(cpuinfo: Path) -> bool:
    """Whether the processor multiplies bfloat16 by itself, from its flags (x86 and Arm)."""
    flags = {"avx512_bf16", "amx_bf16", "bf16"}
    return not flags.isdisjoint(cpuinfo.read_text(encoding="utf-8").split())


def try_torchvision() -> str:
    """Its version; importing fails where it was built for another torch."""
    import torchvision

    return str(torchvision.__version__)


def try_pdf() -> str:
    """A page made into a PDF by WeasyPrint and Pango."""
    with redirect_stdout(StringIO()):  # WeasyPrint prints a banner where a library is missing
        from grader.report.pdf import render_pdf

        size = len(render_pdf('<html lang="en"><title>Test</title><p>Test</p></html>'))
        import weasyprint
    return f"WeasyPrint {weasyprint.__version__} and Pango wrote a PDF of {size:,} bytes"


def try_fonts() -> str:
    """The report's own fonts open, and those for kana hold the ten characters."""
    from grader.data.kmnist import CLASSES
    from grader.report.glyphs import drawable, signs_of
    from grader.resources import templates_dir

    folder = templates_dir() / "fonts"
    kana = {name.kana for name in CLASSES}
    files = sorted(folder.glob("*.ttf"))
    if not any(file.name.startswith("kana-") for file in files):
        raise GraderError(str(folder), "there is no font for kana", hint=REINSTALL)
    for file in files:
        characters = signs_of(file)
        if file.name.startswith("kana-") and kana - characters:
            raise GraderError(
                str(file), f"lacks {''.join(sorted(kana - characters))}", hint=REINSTALL
            )
    found = f"{len(files)} fonts, all {len(kana)} kana"
    if (shown := drawable("中")) != "中":
        found += f"; a PDF shows Chinese as {shown} until there is a font: fonts-noto-cjk"
    return found


def try_isolation() -> str:
    """The strongest sandbox, started with the interpreter inside."""
    from grader.capturing.isolation import choose_isolation, sandbox_fault

    if fault := sandbox_fault():
        refused = REFUSED_ROOT if os.geteuid() == 0 else REFUSED_USER
        hint = refused if shutil.which("bwrap") else BUBBLEWRAP
        raise IsolationError("sandbox", fault, hint=hint)
    box = choose_isolation()
    return f"{box.tier}: {box.detail}"


def try_capture() -> str:
    """A small module captured inside the sandbox: torch and the worker work in there too."""
    from grader.capturing.capture import Target, capture_module
    from grader.capturing.isolation import choose_isolation, sandbox_fault
    from grader.capturing.sandbox import Limits
    from grader.graphs.network import Network

    box = choose_isolation("rlimits" if sandbox_fault() else "auto")
    target = Target("Tiny", "Tiny", (1, 28, 28), (64,), (0,))
    with tempfile.TemporaryDirectory(prefix="grader-doctor-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the sandbox reads it as another user
        module = folder / "tiny.py"
        module.write_text(_TINY_MODULE, encoding="utf-8")
        started = time.monotonic()
        try:
            capture = capture_module(box, module, [target], Limits())
        except CaptureError as error:  # its own hint is to run this
            raise CaptureError(error.where, error.found) from None
        seconds = time.monotonic() - started
    network = capture.networks["Tiny"]
    if not isinstance(network, Network):
        raise CaptureError("the worker", f"{network.type} {network.message}".strip())
    return f"a linear network came back from {box.tier} after {seconds:.1f} s"


def try_forking() -> str:
    """A worker forked behind the sandbox's walls, once torch is there."""
    from grader.capturing.fork_server import ForkServer
    from grader.capturing.isolation import choose_isolation, sandbox_fault
    from grader.capturing.sandbox import mounts_of, reply_folder

    box = choose_isolation("rlimits" if sandbox_fault() else "auto")
    server = ForkServer()
    try:
        with reply_folder() as out:
            server.fork(box, mounts_of(out, out), out).end()
            started = time.monotonic()
            server.fork(box, mounts_of(out, out), out).end()
            seconds = time.monotonic() - started
    finally:
        server.close()
    return f"one stood behind the walls of {box.tier} after {seconds * 1000:.0f} ms"


def try_screenshots() -> str:
    """Load the model that reads screenshots of terminals."""
    from grader.worker.reading.screenshots import recogniser

    if recogniser() is None:
        raise GraderError("screenshots", "rapidocr or onnxruntime is not installed")
    return f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}"


def try_bundled_data() -> str:
    """The images that travel with the package; unpacking them verifies their checksums."""
    from grader.data import load_dataset

    data = load_dataset("bundled")
    count = f"{len(data.train_labels):,} + {len(data.test_labels):,} images"
    return f"{count}, SHA-256 {data.digest[:12]}"


def try_kmnist() -> str:
    """The official images in the user's cache."""
    from grader.data.kmnist import first_bad_file, kmnist_dir

    folder = kmnist_dir()
    if not folder.exists():
        raise DatasetError(str(folder), "not fetched yet", hint=FETCH)
    if bad := first_bad_file(folder):
        raise DatasetError(str(folder / bad), "missing or damaged", hint=FETCH)
    return f"complete in {folder}"


def try_default_data() -> str:
    """What `--dataset auto` takes."""
    from grader.data import load_dataset

    data = load_dataset("auto")
    return data.title + ("" if data.official else " (marks on it are not official)")


def try_assignments() -> str:
    """Every assignment of the package is valid."""
    from grader.assignment import list_assignments, load_assignment

    names = [load_assignment(name).table.id for name in list_assignments()]
    if not names:
        raise GraderError("assignments", "there is none", hint=REINSTALL)
    return ", ".join(names)


def try_temporary_folder() -> str:
    """It can be written, and has room for the largest file that a worker may leave."""
    from grader.capturing.sandbox import Limits

    with tempfile.TemporaryDirectory(prefix="grader-doctor-") as name:
        (Path(name) / "file").write_bytes(b"written")
        free = shutil.disk_usage(name).free
    needed = Limits().file_size
    if free < needed:
        raise OSError(f"{tempfile.gettempdir()} has {free / 2**20:,.0f} MiB free")
    return f"{tempfile.gettempdir()}, {free / 2**30:,.1f} GiB free"


def try_python() -> str:
    """Version and place of the interpreter."""
    return f"{platform.python_version()} at {sys.executable}"


PROBES = (
    Probe("Python", try_python, PYTHON),
    Probe("torch", try_torch, PIP),
    Probe("torchvision", try_torchvision, PIP, required=False),
    Probe("PDF", try_pdf, PANGO),
    Probe("fonts", try_fonts, REINSTALL),
    Probe("isolation", try_isolation, BUBBLEWRAP),
    Probe("capture", try_capture, "chmod -R a+rX on the environment and the checkout, then again"),
    Probe("forked workers", try_forking, UNFORKED, required=False),
    Probe("screenshots", try_screenshots, "pip install 'nn-grader[ocr]'", required=False),
    Probe("bundled data", try_bundled_data, REINSTALL),
    Probe("KMNIST", try_kmnist, FETCH, required=False),
    Probe("default data", try_default_data, FETCH),
    Probe("assignments", try_assignments, REINSTALL),
    Probe("temporary files", try_temporary_folder, "free 1 GiB there, or set TMPDIR elsewhere"),
)
