"""Everything the grader may say went wrong, in one tree, so that no traceback reaches a user.

GraderError                 exit code 3: could not grade
├── UsageError              exit code 2: the command was called wrongly
├── IntakeError             the submission cannot be read
├── AssignmentError         the assignment's own files are wrong
├── DatasetError            the images cannot be had
├── IsolationError          no sandbox of the asked strength works here
├── CaptureError            the worker's reply cannot be used
├── TrainingError           the network cannot be trained
├── StoreError              the result store or the cache cannot be used
├── ExecutorError           the workers of a cohort cannot be had
│   └── WorkerDiedError     a worker ended before its job did; another may do it
└── ReportError             the report cannot be written
"""


class GraderError(Exception):
    """An error with the four parts a person needs: where, found, expected, what to do.

    Args:
        where: the file, line, command or network concerned.
        found: what was there.
        expected: what should have been there.
        hint: what to do about it.
    """

    exit_code = 3

    def __init__(self, where: str, found: str, expected: str = "", hint: str = "") -> None:
        super().__init__(where, found, expected, hint)
        self.where = where
        self.found = found
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.found}"]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.hint:
            lines.append(f"  what to do: {self.hint}")
        return "\n".join(lines)


class UsageError(GraderError):
    """The command line asks for something that does not exist or does not go together."""

    exit_code = 2


class IntakeError(GraderError):
    """A submission cannot be read: missing, empty, unreadable or unsafe to unpack."""


class AssignmentError(GraderError):
    """An assignment's own files are missing, malformed or contradict each other."""


class DatasetError(GraderError):
    """A data set is missing, damaged or cannot be fetched."""


class IsolationError(GraderError):
    """No isolation of the strength asked for works on this machine."""


class CaptureError(GraderError):
    """What the worker sent back cannot be used: malformed, too large or not allowed."""


class TrainingError(GraderError):
    """A network cannot be trained: it fails on the images or gives another shape."""


class StoreError(GraderError):
    """A file that keeps results or computations is damaged, locked, or its disk is full."""


class ExecutorError(GraderError):
    """The workers of a cohort cannot be had: out of reach, lost, or not the same software."""


class WorkerDiedError(ExecutorError):
    """A worker ended before its job did, most often for want of memory; another may do the job."""


class ReportError(GraderError):
    """A report cannot be rendered or written."""
