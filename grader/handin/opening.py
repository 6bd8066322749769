"""Opens what a candidate handed in, as one submission under the student's id."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from grader.errors import IntakeError
from grader.handin.candidate import Candidate, shown
from grader.submission.archive import kind_of
from grader.submission.collect import Limits, UnsafeNameError, checked_name, display_name, size_text
from grader.submission.intake import Submission, open_submission

LIMITS: Final = Limits()


def open_candidate(candidate: Candidate, workdir: Path, roles: Sequence[str]) -> Submission:
    """Copy a candidate's submission into `workdir` and find the file of each role.

    Loose files are put into one folder first, under the names that the student gave them. What is
    known of the candidate becomes a note of the submission.

    Args:
        candidate: one without a problem.
        workdir: an existing empty folder that nobody else writes to.
        roles: the file names the assignment asks for.

    Raises:
        IntakeError: the candidate has a problem, or what was handed in cannot be taken in.
    """
    where = shown(candidate.paths) if candidate.paths else candidate.student
    if candidate.problem:
        found = f"{candidate.problem}: {candidate.reason}"
        raise IntakeError(where, found, "one submission", "see to it and grade again")
    try:
        place, lost = _place(candidate, workdir)
    except OSError as error:
        raise IntakeError(
            where,
            f"it cannot be read: {error.strerror or error}",
            "a folder, an archive or files that can be read",
            "check the permissions and the free space, then grade again",
        ) from None
    known = candidate.noting(*lost).reason
    gathered = place not in candidate.paths
    try:
        submission = open_submission(place, workdir, roles)
    except IntakeError as error:
        found = f"{error.found} ({known})" if known else error.found
        raise IntakeError(
            where if gathered else error.where, found, error.expected, error.hint
        ) from None
    return replace(
        submission,
        id=candidate.student,
        path=where if gathered else submission.path,
        notes=(known, *submission.notes) if known else submission.notes,
    )


def _place(candidate: Candidate, workdir: Path) -> tuple[Path, list[str]]:
    """The one folder or archive to open, and notes about loose files that are not in it."""
    first = candidate.paths[0]
    if any(path.is_symlink() for path in candidate.paths):
        raise OSError("a link, which is not followed")
    if first.is_dir() or (len(candidate.paths) == 1 and kind_of(first) is not None):
        return first, []
    folder = workdir / "gathered"
    folder.mkdir()
    prefix = candidate.identifiers.get("moodle_folder", "")
    notes = [_gather(path, path.name.removeprefix(prefix), folder) for path in candidate.paths]
    return folder, [note for note in notes if note]


def _gather(path: Path, name: str, folder: Path) -> str:
    """Put one file into the folder under a name; why not, where that is not possible."""
    try:
        target = folder / checked_name(name, LIMITS)
    except UnsafeNameError as reason:
        return f"left out: {reason}: {display_name(name)}"
    if path.lstat().st_size > LIMITS.file_bytes:
        return f"left out: larger than {size_text(LIMITS.file_bytes)}: {display_name(name)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return f"left out: its name is taken: {display_name(name)}"
    try:  # a second name for the file costs nothing where both lie on one disk
        os.link(path, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(path, target, follow_symlinks=False)
    return ""
