"""Grades a cohort: `grade_cohort` is the whole flow. Stopped at any instant, it goes on there."""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grader.assignment import Assignment
from grader.capturing.sandbox import Limits
from grader.cohort.books import COHORT_FILE, Books, Tally, Watcher
from grader.cohort.case import Case, Office
from grader.cohort.executor import Executor, open_executor
from grader.cohort.loop import Loop
from grader.cohort.stages import FinishReply, Machine, Setup, describe, initialise
from grader.cohort.standing import Cohort
from grader.cohort.trainings import Trainings
from grader.data import Dataset
from grader.errors import IntakeError, UsageError
from grader.graphs.numerics import Device, Precision, require_usable
from grader.handin.layouts import Candidate, Found, open_candidate
from grader.output import require_writable
from grader.results import AssignmentInfo
from grader.scratch import remove_folder
from grader.store.cache import Cache
from grader.store.results import FILE as STORE_FILE
from grader.store.results import ResultStore
from grader.submission.intake import Submission
from grader.train.protocol import Protocol
from grader.train.training_pool import SharedDataset

WORK = ".work"
"""Folder for what is under way; whatever an earlier run left in it is of no use."""
RESERVED = frozenset((WORK, COHORT_FILE, "cohort.html", "cohort.pdf", STORE_FILE))
"""What lies beside the students' folders."""
OPEN, OPEN_PER_WORKER = 24, 3
"""Submissions under way, at least so many: enough to choose the longest training from and to keep
all workers busy, few enough for any disk."""


@dataclass(frozen=True)
class CohortSettings:
    """All that decides the results besides the submissions, and where to work.

    `cache` is None where nothing is to be taken from earlier runs.
    """

    assignment: Assignment
    dataset: Dataset
    protocol: Protocol
    precision: Precision
    device: Device
    isolation: str
    executor: str
    jobs: int
    out: Path
    cache: Cache | None
    limits: Limits = field(default_factory=Limits)


def grade_cohort(
    find: Callable[[Path], Found],
    settings: CohortSettings,
    watcher: Watcher,
    *,
    workers: Callable[..., AbstractContextManager[Executor]] | None = None,
) -> tuple[Cohort, Tally]:
    """Grade everyone who is not graded yet, and say where all of them stand.

    Args:
        find: gives the submissions; it may unpack a download into the folder that it is given.
        settings: how to grade.
        watcher: is told what goes on.
        workers: opens them in the place of `open_executor`.

    Raises:
        GraderError: nothing more can be done (no sandbox, no room on the disk). What was finished
            is kept, and the same call goes on.
    """
    if not _is_remote(settings):
        require_usable(settings.precision, settings.device)
    require_writable(settings.out)
    with ExitStack() as stack:
        stack.enter_context(_alone_in(settings.out))
        work = stack.enter_context(_work_folder(settings.out))
        store = stack.enter_context(ResultStore(settings.out))
        unpacked = work / "unpacked"
        unpacked.mkdir()
        found = find(unpacked)
        candidates = found.candidates
        watcher.expect(len(candidates))
        for note in found.notes:
            watcher.note(note)
        setup = _setup(settings, work)
        executor = stack.enter_context(
            (workers or open_executor)(
                settings.executor, settings.jobs, initialise, setup, scratch=work
            )
        )
        machine: Machine = executor.submit(describe).result()
        books = Books(store, settings.out, _document(settings, machine), candidates, watcher)
        loop = Loop(executor)
        trainings = Trainings(loop, settings.cache, settings.dataset.digest, machine)
        office = Office(
            assignment=settings.assignment,
            dataset=settings.dataset,
            protocol=settings.protocol,
            precision=settings.precision,
            device=settings.device,
            limits=settings.limits,
            machine=machine,
            loop=loop,
            trainings=trainings,
            cache=settings.cache,
            remote=_is_remote(settings),
            on_stage=watcher.stage,
            on_trained=watcher.trained,
            on_spent=books.tally.spent,
        )
        _grade(candidates, office, books, work, watcher)
        books.tally.trainings, books.tally.reused = trainings.made, trainings.reused
        table = settings.assignment.table
        info = AssignmentInfo(id=table.id, title=table.title, digest=settings.assignment.digest)
        return books.close(info, machine.environment), books.tally


def _grade(
    candidates: Sequence[Candidate], office: Office, books: Books, work: Path, watcher: Watcher
) -> None:
    """Keep a few submissions under way until all are done."""
    under_way: set[Path] = set()
    for number, candidate in enumerate(candidates):
        folder = work / str(number)
        submission = _take_in(candidate, folder, office, books)
        if submission is None:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        while len(under_way) >= max(OPEN, OPEN_PER_WORKER * office.loop.workers):
            office.loop.step()
        under_way.add(folder)
        watcher.started(candidate.student)
        recorder = _Recorder(candidate, submission, folder, books, under_way)
        Case(office, submission, folder, number, recorder.done, recorder.failed).begin()
    while not office.loop.idle:
        office.loop.step()


def _take_in(candidate: Candidate, folder: Path, office: Office, books: Books) -> Submission | None:
    """A private copy of what is to be graded; None where nothing is, which is then recorded."""
    if candidate.problem:
        books.not_graded(candidate, candidate.problem, candidate.reason)
        return None
    if candidate.student in RESERVED:
        reason = f"{candidate.student} is a name of the grader's own: rename it, and run this again"
        books.not_graded(candidate, "unreadable", reason)
        return None
    folder.mkdir()
    try:
        submission = open_candidate(candidate, folder, office.assignment.table.files)
    except IntakeError as error:
        books.not_graded(candidate, "unreadable", str(error))
        return None
    return None if books.keep(candidate, submission) else submission


@dataclass(frozen=True)
class _Recorder:
    """Enters the end of one case into the books, and makes room for the next."""

    candidate: Candidate
    submission: Submission
    folder: Path
    books: Books
    under_way: set[Path]

    def done(self, reply: FinishReply, again: bool) -> None:
        self.books.graded(self.candidate, self.submission, reply, again=again)
        self._close()

    def failed(self, reason: str) -> None:
        self.books.not_graded(self.candidate, "fault", reason)
        self._close()

    def _close(self) -> None:
        self.under_way.discard(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_remote(settings: CohortSettings) -> bool:
    """Whether the workers may be on machines that do not see this one's files."""
    return settings.executor != "local"


def _setup(settings: CohortSettings, work: Path) -> Setup:
    """What the workers are given: files that all of them see, or the files' content."""
    folder, remote = settings.assignment.folder, _is_remote(settings)
    return Setup(
        assignment=_files(folder) if remote else folder.resolve(),
        dataset=settings.dataset if remote else SharedDataset.of(settings.dataset, work),
        protocol=settings.protocol,
        isolation=settings.isolation,
        precision=settings.precision,
        device=settings.device,
        limits=settings.limits,
    )


def _files(folder: Path) -> dict[str, bytes]:
    """The files of an assignment by relative name."""
    found = [folder / "assignment.toml", *(folder / "checks").glob("*.py")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _document(settings: CohortSettings, machine: Machine) -> dict[str, object]:
    """All that a result depends on besides the submission, as plain data."""
    return {
        "assignment": settings.assignment.digest,
        "dataset": settings.dataset.document(),
        "environment": machine.environment.model_dump(mode="json"),
        "processor": machine.processor,
        "device": machine.device,
        "protocol": asdict(settings.protocol),
        "precision": settings.precision,
        "limits": asdict(settings.limits),
    }


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """Hold the results folder for this process; the lock ends with it, however it ends.

    Raises:
        UsageError: another process is at work in it.
    """
    with (out / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                str(out),
                "another `grader batch` is at work in it",
                "one at a time for each results folder",
                "wait for it, or choose another folder with --out DIR",
            ) from None
        yield


@contextmanager
def _work_folder(out: Path) -> Iterator[Path]:
    work = (out / WORK).resolve()  # the sandbox is shown folders by their whole path
    remove_folder(work)
    work.mkdir(mode=0o755)
    try:
        yield work
    finally:
        remove_folder(work)
