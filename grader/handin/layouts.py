"""Finds everyone's submission in what a tutor has: which layout it is, is recognised, not asked.

Nothing that is handed in is opened here and nothing is dropped: every name in the folder belongs to
a student or is left aside with a reason, and every student has one line.
"""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from grader.errors import IntakeError
from grader.handin.candidate import Candidate, Found, Layout, LeftAside, one_each
from grader.handin.enrolment import enrolled
from grader.handin.identity import student_number
from grader.handin.layout_folders import BESIDE, holds_a_role, is_submission, read_folders, stem
from grader.handin.layout_give import GIVEN, is_given, is_group, read_give
from grader.handin.layout_gradescope import METADATA, SUBMISSION, read_gradescope
from grader.handin.layout_moodle import PREFIX, read_moodle
from grader.handin.listing import Entry, Listing
from grader.handin.opening import open_candidate
from grader.handin.roster import Roster
from grader.handin.unpacking import unpack_cohort
from grader.submission.collect import display_name, listed
from grader.submission.roles import assign_roles

__all__ = ["Candidate", "Found", "LeftAside", "find_submissions", "open_candidate"]

EXPECTED: Final = (
    "folders or archives named by student, a Moodle bulk download, a Gradescope export, a give tree"
)
Sign = Literal["moodle", "gradescope", "named"]
SAYS: Final[dict[Sign, str]] = {
    "moodle": "a name of a Moodle download",
    "gradescope": "a name of a Gradescope export",
    "named": "a student's own folder, archive or file",
}
WRAPPERS: Final = 3
"""So many folders around everything are seen through, e.g. hw1/assignment_123_export/."""


def find_submissions(
    folder: Path, *, workdir: Path, roles: Sequence[str], roster: Roster | None = None
) -> Found:
    """Everyone of a cohort: who handed in what, who nothing, who twice, and what is unreadable.

    Args:
        folder: a folder in one of the four layouts, or one zip or tar with such a folder in it.
        workdir: an existing folder into which an archive is unpacked; nobody else writes to it.
        roles: the file names the assignment asks for.
        roster: who should have handed in, what they are called and when they did.

    Raises:
        IntakeError: nothing there, no layout that is known, two layouts at once, an archive that
            cannot be unpacked, or a roster that fits none of the submissions.
    """
    where = display_name(folder.resolve().name)
    try:
        listing = _opened(folder, workdir, where)
        entries, aside = _unwrapped(listing, roles)
        layout = _recognised(entries, listing, roles, where)
        candidates, more = _read(layout, entries, listing, roles)
    except OSError as error:
        raise IntakeError(
            where,
            f"it cannot be opened: {error.strerror or error}",
            f"a folder, a zip or a tar with {EXPECTED}",
            "check the spelling of the path and its permissions",
        ) from None
    if roster is not None:
        candidates = enrolled(candidates, roster, layout)
    return Found(layout, one_each(candidates), (*aside, *more))


def _opened(folder: Path, workdir: Path, where: str) -> Listing:
    if stat.S_ISREG(folder.stat().st_mode):
        return unpack_cohort(folder, workdir, where)
    return Listing(folder.resolve())


def _unwrapped(listing: Listing, roles: Sequence[str]) -> tuple[list[Entry], list[LeftAside]]:
    """What lies in the folder, or in the one folder that holds everything; what lies beside it."""
    entries, aside = _without_hidden(listing.entries(listing.root), "")
    inside = ""
    for _ in range(WRAPPERS):
        folders = [entry for entry in entries if entry.kind == "folder"]
        if len(folders) != 1 or not _is_wrapper(folders[0], entries, listing, roles):
            break
        aside += [LeftAside(inside + one.name, BESIDE) for one in entries if one not in folders]
        inside += f"{folders[0].name}/"
        entries, hidden = _without_hidden(listing.entries(folders[0].path), inside)
        aside += hidden
    return entries, aside


def _is_wrapper(
    folder: Entry, entries: list[Entry], listing: Listing, roles: Sequence[str]
) -> bool:
    if any(entry.archive or _sign(entry) for entry in entries):
        return False
    files = [child.name for child in listing.peek(folder.path) if child.kind != "folder"]
    return not _are_one_submission(files, roles)


def _are_one_submission(names: Sequence[str], roles: Sequence[str]) -> bool:
    """Whether names are those of one student's files rather than of students."""
    return bool(assign_roles(names, roles).names) or any(map(GIVEN.fullmatch, names))


def _without_hidden(entries: list[Entry], inside: str) -> tuple[list[Entry], list[LeftAside]]:
    reason = "hidden or machine-made"
    hidden = [LeftAside(inside + entry.name, reason) for entry in entries if entry.hidden]
    return [entry for entry in entries if not entry.hidden], hidden


def _sign(entry: Entry) -> Sign | None:
    """What a name says about the layout; None where it says nothing."""
    if PREFIX.match(entry.name):
        return "moodle"
    if entry.name == METADATA or (entry.kind == "folder" and SUBMISSION.fullmatch(entry.name)):
        return "gradescope"
    return "named" if is_submission(entry) and student_number(stem(entry)) else None


def _recognised(entries: list[Entry], listing: Listing, roles: Sequence[str], where: str) -> Layout:
    """The layout of a folder.

    Raises:
        IntakeError: none, or the signs of two.
    """
    signs: dict[Sign, str] = {}
    for entry in entries:
        sign = _sign(entry) or ("named" if _holds_work(entry, listing, roles) else None)
        if sign:
            signs.setdefault(sign, display_name(entry.name))
    if len(signs) > 1:
        raise _mixed(where, signs)
    match next(iter(signs), None):
        case "moodle":
            return "moodle"
        case "gradescope":
            return "gradescope"
        case None if not _are_archives(entries, roles):
            raise _unknown(where, entries, roles)
        case _:
            given = any(is_group(one, listing) or is_given(one, listing) for one in entries)
            return "give" if given else "folders"


def _holds_work(entry: Entry, listing: Listing, roles: Sequence[str]) -> bool:
    """Whether an entry without a telling name holds students, or a file that was asked for."""
    if entry.kind == "file":
        return student_number(entry.name) != "" and bool(assign_roles([entry.name], roles).names)
    return is_group(entry, listing) or holds_a_role(entry, listing, roles)


def _are_archives(entries: list[Entry], roles: Sequence[str]) -> bool:
    """Whether there are several archives: each may be somebody's; a single one holds them all."""
    names = [entry.name for entry in entries if entry.kind != "folder"]
    several = sum(entry.archive for entry in entries) > 1
    return several and not _are_one_submission(names, roles)


def _read(
    layout: Layout, entries: list[Entry], listing: Listing, roles: Sequence[str]
) -> tuple[list[Candidate], list[LeftAside]]:
    match layout:
        case "moodle":
            return read_moodle(entries, listing)
        case "gradescope":
            return read_gradescope(entries, listing)
        case "give":
            return read_give(entries, listing, roles)
        case "folders":
            return read_folders(entries, listing, roles)


def _mixed(where: str, signs: dict[Sign, str]) -> IntakeError:
    found = ", ".join(f"{SAYS[sign]} ({example})" for sign, example in signs.items())
    return IntakeError(
        where,
        f"more than one layout: {found}",
        f"one of these alone: {EXPECTED}",
        "move what does not belong to the submissions to another folder",
    )


def _unknown(where: str, entries: list[Entry], roles: Sequence[str]) -> IntakeError:
    names = [entry.name for entry in entries]
    archives = [entry.name for entry in entries if entry.archive]
    found = f"no layout that is known: {listed(names)}" if names else "an empty folder"
    hint = "check that this is the folder with everybody's submissions"
    if _are_one_submission(names, roles):
        found = f"the files of one submission: {listed(names)}"
        hint = "give the folder above it, or grade this one alone with `grader run`"
    elif archives:
        hint = f"if everybody's submissions are in {display_name(archives[0])}, give that itself"
    return IntakeError(where, found, EXPECTED, hint)
