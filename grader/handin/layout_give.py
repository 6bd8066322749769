"""UNSW's `give`: folders of tutorial groups, in them folders of students, in them what was given.

    tue09a/z1234567/submission.tar      tue09a/1234567/sub1.tar, sub2.tar, log

Whoever gives twice leaves two archives. The later one counts where numbers or file times say which
that is; where they say nothing or contradict each other, a person decides.
"""

import filecmp
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from grader.handin.candidate import Candidate, LeftAside
from grader.handin.identity import student_id, student_number
from grader.handin.layout_folders import (
    candidate_of,
    holds_a_role,
    is_submission,
    read_folders,
    stem,
)
from grader.handin.listing import Entry, Listing
from grader.submission.collect import display_name, listed

GIVEN = re.compile(
    r"(?:submission|sub(?P<number>[0-9]{1,9}))\.(?:tar|tgz|tar\.(?:gz|bz2|xz))", re.IGNORECASE
)
APART: Final = 5.0
"""Seconds between two submissions; copying a folder can set its files less far apart."""


def is_group(entry: Entry, listing: Listing) -> bool:
    """Whether an entry is a folder of students: itself no student's, with students in it."""
    if entry.kind != "folder" or student_number(entry.name):
        return False
    return any(_is_student(child) for child in listing.peek(entry.path))


def _is_empty_group(entry: Entry, listing: Listing, roles: Sequence[str]) -> bool:
    """Whether a folder belongs to no student and holds nobody's work."""
    nobody = entry.kind == "folder" and not student_number(entry.name)
    return nobody and not holds_a_role(entry, listing, roles)


def is_given(entry: Entry, listing: Listing) -> bool:
    """Whether an entry is the folder of one student as `give` fills it."""
    return _is_student(entry) and bool(_archives(entry, listing))


def read_give(
    entries: Sequence[Entry], listing: Listing, roles: Sequence[str]
) -> tuple[list[Candidate], list[LeftAside]]:
    """The students of all groups, and those who lie beside the groups."""
    groups, others = _divided(entries, lambda entry: is_group(entry, listing))
    empty, others = _divided(others, lambda entry: _is_empty_group(entry, listing, roles))
    found, aside = _students(others, listing, roles)
    aside += [LeftAside(group.name, "a folder without students") for group in empty]
    for group in groups:
        more, left = _students(listing.entries(group.path), listing, roles)
        found += more
        aside += [LeftAside(f"{group.name}/{one.name}", one.reason) for one in left]
    return [replace(candidate, layout="give") for candidate in found], aside


def _students(
    entries: Sequence[Entry], listing: Listing, roles: Sequence[str]
) -> tuple[list[Candidate], list[LeftAside]]:
    given, others = _divided(entries, lambda entry: is_given(entry, listing))
    found, aside = read_folders(others, listing, roles)
    return [_candidate(entry, listing) for entry in given] + found, aside


def _divided(
    entries: Sequence[Entry], belongs: Callable[[Entry], bool]
) -> tuple[list[Entry], list[Entry]]:
    inside: list[Entry] = []
    outside: list[Entry] = []
    for entry in entries:
        (inside if belongs(entry) else outside).append(entry)
    return inside, outside


def _is_student(entry: Entry) -> bool:
    return is_submission(entry) and student_number(stem(entry)) != ""


def _archives(entry: Entry, listing: Listing) -> list[Entry]:
    if entry.kind != "folder":
        return []
    return [child for child in listing.peek(entry.path) if GIVEN.fullmatch(child.name)]


def _candidate(entry: Entry, listing: Listing) -> Candidate:
    student = student_id(entry.name)
    archives = _archives(entry, listing)
    latest, why = _latest(archives)
    if latest is not None:
        found = candidate_of(student, latest, listing, "give")
        return found.noting(why)
    names = ", ".join(display_name(archive.name) for archive in archives)
    return Candidate(
        student,
        tuple(archive.path for archive in archives),
        "give",
        problem="duplicate",
        reason=f"{entry.name} holds {names}, and {why}; none was graded: keep the one that "
        "counts, move the others away, and run the command again",
    )


def _latest(archives: list[Entry]) -> tuple[Entry | None, str]:
    """The archive that was given last, and a sentence that says how that is known or why not."""
    if len(archives) == 1:
        return archives[0], ""
    if any(archive.why_unreadable for archive in archives):
        return None, "one of them cannot be read"
    newest, highest = max(archives, key=_time), max(archives, key=_number)
    unnumbered = [one for one in archives if _number(one) < 0]
    if all(_time(newest) - _time(one) >= APART for one in archives if one is not newest):
        if newest is highest or newest in unnumbered:
            return newest, _counted(newest, archives, "its time")
        return None, "their numbers and their times contradict each other"
    only_highest = [_number(one) for one in archives].count(_number(highest)) == 1
    if only_highest and all(_same(one, highest) for one in unnumbered):
        return highest, _counted(highest, archives, "its number")
    return None, "neither their numbers nor their times say which is the latest"


def _counted(latest: Entry, archives: list[Entry], evidence: str) -> str:
    others = [one.name for one in archives if one is not latest]
    return f"{latest.name} counts, the latest by {evidence}, not {listed(others)}"


def _number(archive: Entry) -> int:
    """The number in `sub2.tar`; -1 for `submission.tar`, which has none."""
    match = GIVEN.fullmatch(archive.name)
    return int(match["number"]) if match and match["number"] else -1


def _time(archive: Entry) -> float:
    """When the archive was last written, in seconds since 1970."""
    return archive.path.lstat().st_mtime


def _same(one: Entry, other: Entry) -> bool:
    return filecmp.cmp(one.path, other.path, shallow=False)
