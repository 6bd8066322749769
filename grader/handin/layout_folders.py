"""The plain layout: a folder or an archive for each student, named by student number or name.

z1234567/kuzu.py      z7654321.zip      Jane Citizen/kuzu.py      z1111111_kuzu.py
"""

from collections.abc import Sequence
from dataclasses import replace

from grader.handin.candidate import Candidate, Layout, LeftAside
from grader.handin.identity import student_id, student_number
from grader.handin.listing import ARCHIVE_ENDING, Entry, Listing
from grader.submission.collect import display_name
from grader.submission.roles import assign_roles

BESIDE = "a file beside the submissions"


def read_folders(
    entries: Sequence[Entry], listing: Listing, roles: Sequence[str]
) -> tuple[list[Candidate], list[LeftAside]]:
    """The students of a folder of folders, archives, or files that begin with a student number."""
    candidates = [
        candidate_of(student_id(stem(entry)), entry, listing, "folders")
        for entry in entries
        if is_submission(entry)
    ]
    loose, aside = _loose_files([one for one in entries if not is_submission(one)], roles)
    return candidates + loose, aside


def is_submission(entry: Entry) -> bool:
    """Whether an entry can be somebody's whole submission; one that cannot be read may be."""
    if entry.kind == "folder" or entry.archive:
        return True
    return student_number(entry.name) != "" and (entry.kind == "other" or entry.packing is not None)


def stem(entry: Entry) -> str:
    """The name without the ending of an archive."""
    return ARCHIVE_ENDING.sub("", entry.name) if entry.archive else entry.name


def holds_a_role(entry: Entry, listing: Listing, roles: Sequence[str]) -> bool:
    """Whether a file that was asked for lies in a folder, or in a folder in it."""
    if entry.kind != "folder":
        return False
    names = []
    for child in listing.peek(entry.path):
        inner = listing.peek(child.path) if child.kind == "folder" else []
        names += [child.name, *(f"{child.name}/{one.name}" for one in inner)]
    return bool(assign_roles(names, roles).names)


def candidate_of(student: str, entry: Entry, listing: Listing, layout: Layout) -> Candidate:
    """The student whose whole submission is this entry, as far as can be seen from outside."""
    found = Candidate(student, (entry.path,), layout)
    name = display_name(entry.name)
    try:
        empty = entry.kind == "folder" and listing.is_empty(entry.path)
        why = entry.why_unreadable
    except OSError as error:
        empty, why = False, f"it cannot be read: {error.strerror}"
    if why:
        return replace(found, problem="unreadable", reason=f"{name}: {why}")
    if empty:
        return replace(found, paths=(), problem="missing", reason=f"the folder {name} is empty")
    return found.noting(listing.left_out_below(entry.path))


def _loose_files(
    entries: Sequence[Entry], roles: Sequence[str]
) -> tuple[list[Candidate], list[LeftAside]]:
    """Files named by student number are a submission where one of them was asked for."""
    by_student: dict[str, list[Entry]] = {}
    aside = []
    for entry in entries:
        student = student_number(entry.name)
        if student and not entry.why_unreadable:
            by_student.setdefault(student, []).append(entry)
        else:
            aside.append(LeftAside(entry.name, entry.why_unreadable or BESIDE))
    candidates = []
    for student, files in by_student.items():
        if assign_roles([entry.name for entry in files], roles).names:
            candidates.append(
                Candidate(student, tuple(entry.path for entry in files), layout="folders")
            )
        else:
            aside += [LeftAside(entry.name, BESIDE) for entry in files]
    return candidates, aside
