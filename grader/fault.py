"""Puts a fault of the grader's own into words: short on the screen, whole in a file."""

import tempfile
import traceback


def describe_fault(error: Exception) -> str:
    """What to tell the user about an exception that nobody foresaw; writes its traceback down."""
    return (
        f"a fault of the grader, not of the submission: {type(error).__name__}: {error}\n"
        "  no mark was given or taken\n"
        f"  what to do: run `grader doctor`; if all is well there, report {_written(error)}"
    )


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
