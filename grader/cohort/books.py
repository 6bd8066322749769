"""Keeps the books of a cohort: who is graded already, and what is written down of who was now.

Files first, then the outcome: whoever has an outcome has reports, whatever happens in between.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from grader.cohort.changes import changes_of
from grader.cohort.stages import FinishReply, Spent
from grader.cohort.standing import Cohort, Standing, identified
from grader.handin.layouts import Candidate
from grader.output import require_writable, write_bytes, write_text
from grader.results import AssignmentInfo, Environment
from grader.store.results import ResultStore
from grader.submission.intake import Submission

COHORT_FILE = "cohort.json"
RESULT_FILE = "result.json"


class Watcher(Protocol):
    """Whoever shows how it goes."""

    def expect(self, total: int) -> None:
        """So many students there are."""

    def note(self, text: str) -> None:
        """Something that a person should know."""

    def started(self, student: str) -> None:
        """Work on this student begins."""

    def stage(self, student: str, text: str) -> None:
        """The next stage of it begins."""

    def trained(self, cached: bool) -> None:
        """A network was trained, or an equal one had been."""

    def finished(self, student: str, text: str, seconds: float) -> None:
        """There are marks."""

    def failed(self, student: str, reason: str) -> None:
        """There are none; why."""

    def kept(self, student: str) -> None:
        """An earlier run has graded the same."""


@dataclass
class Tally:
    """What a run did: students graded, kept and not graded; what its tasks took, by stage."""

    graded: int = 0
    kept: int = 0
    not_graded: int = 0
    trainings: int = 0
    reused: int = 0
    stages: dict[str, list[Spent]] = field(default_factory=dict)

    def spent(self, stage: str, spent: Spent) -> None:
        """One more task of this stage."""
        self.stages.setdefault(stage, []).append(spent)


class Books:
    """The books of one run over `candidates`, under `settings` as plain data."""

    def __init__(
        self,
        store: ResultStore,
        out: Path,
        settings: Mapping[str, object],
        candidates: Sequence[Candidate],
        watcher: Watcher,
    ) -> None:
        self.tally = Tally()
        self._store = store
        self._out = out
        self._watcher = watcher
        self._digest = _digest(settings)
        students = [candidate.student for candidate in candidates]
        self._run = store.begin(settings, self._digest, students)

    def keep(self, candidate: Candidate, submission: Submission) -> bool:
        """Whether an earlier run has graded the same, so that nothing is left to do."""
        kept = self._store.kept(candidate.student)
        if kept is None or not kept.answers(identity(submission), self._digest):
            return False
        if not (self._out / kept.standing.folder / RESULT_FILE).is_file():
            return False
        standing = _named(kept.standing, candidate)
        if standing != kept.standing:  # the roster has more to say than it had then
            self._record(standing, identity(submission))
        self.tally.kept += 1
        self._watcher.kept(candidate.student)
        return True

    def graded(
        self, candidate: Candidate, submission: Submission, reply: FinishReply, *, again: bool
    ) -> None:
        """Write the files, then the outcome.

        Raises:
            ReportError: a file cannot be written.
            StoreError: the outcome cannot be.
        """
        folder = self._out / reply.standing.folder
        require_writable(folder)
        for name, content in reply.files.items():
            write_bytes(folder / name, content)
        standing = _named(reply.standing, candidate)
        self._record(standing, identity(submission), again=again)
        self.tally.graded += 1
        seconds = sum(standing.seconds.values())
        self._watcher.finished(candidate.student, _marks(standing), seconds)

    def not_graded(
        self,
        candidate: Candidate,
        status: Literal["missing", "duplicate", "unreadable", "fault"],
        reason: str,
    ) -> None:
        """Write down why there are no marks; the next run looks again."""
        standing = Standing(student=candidate.student, status=status, reason=reason)
        kept = self._store.kept(candidate.student)
        named = _named(standing, candidate)
        if kept is None or kept.standing != named:
            self._record(named, "", again=True)
        self.tally.not_graded += 1
        self._watcher.failed(candidate.student, reason)

    def close(self, assignment: AssignmentInfo, environment: Environment) -> Cohort:
        """Everyone has an outcome: write down where all of them stand."""
        cohort = Cohort(
            assignment=assignment,
            environment=environment,
            standings=self._store.standings(self._run),
            changes=changes_of(self._store.regraded(self._run)),
        )
        write_text(self._out / COHORT_FILE, cohort.model_dump_json(indent=1) + "\n")
        self._store.finish(self._run)
        return cohort

    def _record(self, standing: Standing, submission_digest: str, *, again: bool = False) -> None:
        self._store.record(
            self._run,
            standing,
            submission_digest=submission_digest,
            settings_digest=self._digest,
            again=again,
        )


def identity(submission: Submission) -> str:
    """Digest of what a result says of the files: their content, and what was noted or left out."""
    return _digest({"digest": submission.digest, "notes": list(submission.notes)})


def _digest(document: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(dict(document), sort_keys=True).encode()).hexdigest()


def _named(standing: Standing, candidate: Candidate) -> Standing:
    return identified(
        standing,
        name=candidate.name,
        identifiers=dict(candidate.identifiers),
        submitted=candidate.submitted,
    )


def _marks(standing: Standing) -> str:
    """The marks on one line."""
    assert standing.marks is not None  # only what was graded comes here
    marks = standing.marks
    return f"{marks.earned:g} earned, {marks.pending:g} pending, {marks.lost:g} lost"
