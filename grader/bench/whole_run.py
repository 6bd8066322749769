"""Measures one whole `grader run` as a user has it: a new process, cold imports, all reports.

It runs a few times for its time, undisturbed, and once for its memory. Looking at the memory of
all its processes ten times a second takes a good part of a core.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from grader.errors import GraderError
from grader.process_tree import process_tree, proportional_set_size
from grader.results import Result

SECONDS: Final = 60.0
OVERHEAD_SECONDS: Final = 8.0
PDF_SECONDS: Final = 1.5
MEMORY: Final = 1.5 * 2**30
"""What this project promises for its sample on the bundled set, on two cores."""
PDFS: Final = 5
"""How many are written and timed, after one that is not."""


@dataclass(frozen=True)
class Run:
    """Seconds of one run: in all, of the training stage, and of its PDF.

    `pdf` is that of laying out the finished page and writing the file once that is warm.
    """

    whole: float
    training: float
    pdf: float

    @property
    def overhead(self) -> float:
        """Everything but training: start, imports, capture, checks, reports."""
        return self.whole - self.training


@dataclass(frozen=True)
class RunFigures:
    """Figures of several runs, and the memory of another.

    `peak_bytes` is the largest sum of the proportional set sizes of the command and of all its
    child processes, looked at ten times a second.
    """

    runs: Sequence[Run]
    peak_bytes: int

    def rows(self) -> list[tuple[str, str, str, str, bool]]:
        """What was measured, its median, the smallest and the largest, what was promised, kept."""
        return [
            _row("whole run", [run.whole for run in self.runs], SECONDS, "s", 1),
            _row("outside training", [run.overhead for run in self.runs], OVERHEAD_SECONDS, "s", 1),
            _row("PDF, warm", [run.pdf for run in self.runs], PDF_SECONDS, "s", 2),
            _row("peak memory", [self.peak_bytes / 2**30], MEMORY / 2**30, "GiB", 2),
        ]


def _row(
    name: str, found: Sequence[float], promised: float, unit: str, digits: int
) -> tuple[str, str, str, str, bool]:
    middle = median(found)
    between = f"{min(found):.{digits}f} to {max(found):.{digits}f}" if len(found) > 1 else ""
    kept = middle <= promised
    return name, f"{middle:.{digits}f} {unit}", between, f"{promised:g} {unit}", kept


def measure_run(submission: Path, dataset: str, rounds: int) -> RunFigures:
    """Grade `submission` in a new process so many times, then once more and watch it.

    Raises:
        GraderError: a run failed; its own message is passed on.
    """
    runs = []
    for _ in range(rounds):
        text, seconds, _ = _run(submission, dataset, watched=False)
        training = json.loads(text)["timings"]["train"]
        runs.append(Run(seconds, training, _time_pdf(Result.from_json(text))))
    _, _, peak = _run(submission, dataset, watched=True)
    return RunFigures(runs, peak)


def _run(submission: Path, dataset: str, *, watched: bool) -> tuple[str, float, int]:
    """The result as JSON, seconds, and the peak of the summed memory where it is watched."""
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        out, said, errors = (Path(folder) / name for name in ("out", "said", "errors"))
        command = [sys.executable, "-m", "grader", "run", str(submission), "--json"]
        command += ["--dataset", dataset, "--out", str(out)]
        started = time.monotonic()
        with said.open("wb") as stdout, errors.open("wb") as stderr:  # a pipe would be full
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr)
            peak = _watch(process) if watched else 0
            process.wait()
        seconds = time.monotonic() - started
        if process.returncode:
            found = errors.read_text(encoding="utf-8", errors="replace").strip()
            raise GraderError(str(submission), found, "a run that ends well")
        return said.read_text(encoding="utf-8"), seconds, peak


def _watch(process: "subprocess.Popen[bytes]") -> int:
    """Peak of the summed memory until the process ends."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(proportional_set_size(pid) for pid in process_tree(process.pid)))
        time.sleep(0.1)
    return peak


def _time_pdf(result: Result) -> float:
    """From the finished page to the bytes of its PDF, the median of several after the first."""
    from grader.report.page import contents, fill, style_sheet
    from grader.report.pdf import render_pdf
    from grader.report.pdf_drawing import known_drawing

    page, found = fill(contents(result), "paper"), []
    for _ in range(1 + PDFS):
        known_drawing.cache_clear()  # another student's report would have drawings of its own
        started = time.monotonic()
        render_pdf(page, style_sheet())
        found.append(time.monotonic() - started)
    return median(found[1:])
