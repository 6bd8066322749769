"""Puts a result and its reports on disk, whole or not at all."""

import os
import tempfile
from pathlib import Path

from grader.errors import ReportError
from grader.results import Result


def require_writable(folder: Path) -> None:
    """Make the folder and prove that it can be written, before an hour of training is spent.

    Raises:
        ReportError: it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ReportError(
            str(folder),
            f"cannot be written ({error.strerror or error})",
            "a folder of your own for the reports",
            "choose another with --out DIR",
        ) from None


def write_everything(result: Result, out: Path) -> Path:
    """Write result.json, report.html and report.pdf to a folder named by the submission.

    Raises:
        ReportError: something cannot be written; names it.
    """
    from grader.report import write_report

    folder = out / result.submission.id
    require_writable(folder)
    write_text(folder / "result.json", result.to_json())
    write_report(result, folder)
    return folder


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody ever reads half of it.

    Raises:
        ReportError: it cannot be written.
    """
    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        raise ReportError(
            str(path), f"cannot be written ({error.strerror or error})", "room on the disk"
        ) from None
