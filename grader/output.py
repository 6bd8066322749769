"""Puts a result and its reports on disk, whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from grader.errors import ReportError, UsageError
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


def write_everything(result: Result, out: Path, key: bytes | None = None) -> Path:
    """Write result.json, report.html and report.pdf to a folder named by the submission.

    The PDF holds the result, sealed with `key` where there is one.

    Raises:
        ReportError: something cannot be written; names it.
    """
    from grader.report import write_report

    folder = out / result.submission.id
    require_writable(folder)
    write_text(folder / "result.json", result.to_json())
    write_report(result, folder, key)
    return folder


def require_apart(out: Path, submission: Path) -> None:
    """Refuse to put reports into a submission, where they would be graded as part of it next time.

    Raises:
        UsageError: `out` is the submission's folder, or lies in it.
    """
    if out.resolve().is_relative_to(submission.resolve()):
        raise UsageError(
            f"the output folder {out}",
            f"lies in the submission {submission}",
            "reports outside of what is graded",
            "choose another folder with --out DIR (--report DIR for `grader check`)",
        )


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody ever reads half of it.

    Raises:
        ReportError: it cannot be written; what was there before is still there.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file in one step; when this returns, it is on the disk.

    Raises:
        ReportError: it cannot be written; what was there before is still there.
    """
    part = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise ReportError(
            str(path), f"cannot be written ({error.strerror or error})", "room on the disk"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
