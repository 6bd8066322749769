"""Measures one whole `grader run` as a user has it: a new process, cold imports, all reports.

It runs twice: once for its time, undisturbed, and once for its memory. Looking at the memory of
all its processes ten times a second takes a good part of a core.
"""

import json
import subprocess
import sys
import tempfile
import time
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
class RunFigures:
    """Figures of one run, and the memory of another.

    `training_seconds` is the wall time of the training stage, `pdf_seconds` that of laying out
    the finished page and writing the PDF once that is warm, `peak_bytes` the largest sum of the
    proportional set sizes of the command and of all its child processes, looked at ten times a
    second.
    """

    seconds: float
    training_seconds: float
    pdf_seconds: float
    peak_bytes: int

    @property
    def overhead_seconds(self) -> float:
        """Everything but training: start, imports, capture, checks, reports."""
        return self.seconds - self.training_seconds

    def rows(self) -> tuple[tuple[str, str, str, bool], ...]:
        """What was measured, found, promised, and whether it is kept."""
        return (
            ("whole run", f"{self.seconds:.1f} s", f"{SECONDS:g} s", self.seconds <= SECONDS),
            (
                "outside training",
                f"{self.overhead_seconds:.1f} s",
                f"{OVERHEAD_SECONDS:g} s",
                self.overhead_seconds <= OVERHEAD_SECONDS,
            ),
            (
                "PDF, warm",
                f"{self.pdf_seconds:.2f} s",
                f"{PDF_SECONDS:g} s",
                self.pdf_seconds <= PDF_SECONDS,
            ),
            (
                "peak memory",
                f"{self.peak_bytes / 2**30:.2f} GiB",
                f"{MEMORY / 2**30:g} GiB",
                self.peak_bytes <= MEMORY,
            ),
        )


def measure_run(submission: Path, dataset: str) -> RunFigures:
    """Grade `submission` in a new process, then once more and watch it.

    Raises:
        GraderError: a run failed; its own message is passed on.
    """
    text, seconds, _ = _run(submission, dataset, watched=False)
    _, _, peak = _run(submission, dataset, watched=True)
    training = json.loads(text)["timings"]["train"]
    return RunFigures(seconds, training, _time_pdf(Result.from_json(text)), peak)


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
