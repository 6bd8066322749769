"""One worker process on this machine, which runs one job after another.

Not a ProcessPoolExecutor: when one of its processes dies it fails all jobs, it does not say how
the process died, and it prints a traceback where the initialiser raises.
"""

import multiprocessing
import pickle
import signal
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from grader.errors import WorkerDiedError
from grader.processes import die_with_program, resident_bytes

CONTEXT: Final = multiprocessing.get_context("forkserver")
END_SECONDS: Final = 5
"""Until an idle worker has ended itself; then it is killed."""


@dataclass(frozen=True)
class Reply:
    """What came of a job, and the memory in bytes that its process holds after it."""

    value: Any
    error: Exception | None
    resident: int


class WorkerProcess:
    """A process that calls `initialise(setup)`, then runs jobs. Its temporary files go to `folder`.

    It ends with this program, however that ends; so does a sandbox that it has started.
    """

    def __init__(self, initialise: Callable[[Any], None], setup: Any, folder: Path) -> None:
        self._pipe, far = CONTEXT.Pipe()
        self._process = CONTEXT.Process(
            target=_serve, args=(far, initialise, setup, folder), daemon=True
        )
        self._process.start()
        far.close()  # the process has the only other end: it is closed when that dies

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended; the system may kill it between two jobs."""
        return self._process.is_alive()

    def wait_until_ready(self) -> None:
        """Wait for `initialise` to return.

        Raises:
            Exception: what it raised.
            WorkerDiedError: the process died.
        """
        reply = self._receive()
        if reply.error is not None:
            raise reply.error

    def run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Reply:
        """Run one job to its end.

        Raises:
            WorkerDiedError: the process died before that.
            Exception: the job cannot be pickled, or the reply not be read.
        """
        job = pickle.dumps((function, args))
        try:
            self._pipe.send_bytes(job)
        except OSError as error:
            raise self._died() from error
        return self._receive()

    def end(self) -> None:
        """End the process between two jobs."""
        self._pipe.close()
        self._process.join(END_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill the process, whatever it does."""
        self._process.kill()
        self._process.join()

    def _receive(self) -> Reply:
        try:
            content = self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise self._died() from error
        reply = pickle.loads(content)
        assert isinstance(reply, Reply)
        return reply

    def _died(self) -> WorkerDiedError:
        self._process.join()
        return WorkerDiedError(
            "a worker process",
            f"it died before its job was done ({_cause(self._process.exitcode)})",
            "a worker that lives through its job",
            "see that memory is free, or use fewer workers with --jobs",
        )


def _cause(exit_code: int | None) -> str:
    """Why a process ended, in words."""
    if exit_code == -signal.SIGKILL:
        return "killed, as the system does when memory runs out"
    if exit_code is not None and -exit_code in set(signal.Signals):
        return f"ended by {signal.Signals(-exit_code).name}"
    return f"exit code {exit_code}"


def _serve(pipe: Connection, initialise: Callable[[Any], None], setup: Any, folder: Path) -> None:
    """What the process does: initialise, then job after job until the other end is closed."""
    die_with_program()
    tempfile.tempdir = str(folder)
    with suppress(EOFError, OSError):
        pipe.send_bytes(_answer(initialise, setup))
        while True:
            pipe.send_bytes(_answer(_perform, pipe.recv_bytes()))


def _perform(job: bytes) -> Any:
    function, args = pickle.loads(job)
    return function(*args)


def _answer(work: Callable[[Any], Any], argument: Any) -> bytes:
    """Do the work and pickle the reply."""
    try:
        return pickle.dumps(Reply(work(argument), None, resident_bytes()))
    except Exception as error:
        return pickle.dumps(Reply(None, _portable(error), resident_bytes()))


def _portable(error: Exception) -> Exception:
    """The error with its traceback as a note; its text alone where it cannot be pickled."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
