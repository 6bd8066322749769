"""Puts a fault of the grader's own into words: short on the screen, whole in a file."""

import errno
import re
import tempfile
import traceback
from pathlib import Path

from grader.scratch import full_disk


def describe_fault(error: Exception) -> str:
    """What to tell the user about an exception that nobody foresaw; writes its traceback down.

    On a full disk anything may fail in any words, so that this is looked at first.
    """
    if full := full_disk(Path(tempfile.gettempdir())) or _no_room(error):
        return (
            f"a fault of the machine, not of the submission: {full}\n"
            "  no mark was given or taken, and what is finished stays\n"
            "  what to do: free some space, or take other disks with --out and TMPDIR; then give"
            f" the same command again ({type(error).__name__}: {str(error)[:200]})"
        )
    return (
        f"a fault of the grader, not of the submission: {type(error).__name__}: {error}\n"
        "  no mark was given or taken\n"
        f"  what to do: run `grader doctor`; if all is well there, report {_written(error)}"
    )


def _no_room(error: Exception) -> str:
    """That an error tells of a disk without room, in words, or ""; numpy's has words alone."""
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or re.search(r"[0-9]+ requested and [0-9]+ written", str(error)):
            return "there is no room on the disk of the results"
    return ""


def _written(error: Exception) -> str:
    """Name of the file with the traceback, or its last lines where no file can be written."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="grader-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            traceback.print_exception(error, file=file)
    except OSError:
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        return " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    return file.name
