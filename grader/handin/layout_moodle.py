"""Moodle's bulk download: a folder a student, or all files in one folder under long names.

    Jane Citizen_1234567_assignsubmission_file_/kuzu.py
    Jane Citizen_1234567_assignsubmission_file_kuzu.py
    Participant_1234567_assignsubmission_file_/kuzu.py      where marking is anonymous

The number is the participant's, the same as in Moodle's grading worksheet; the feedback files that
Moodle takes back begin with the same words (mod/assign/locallib.php, `download_submissions`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.handin.candidate import Candidate, LeftAside
from grader.handin.identity import ANONYMOUS, moodle_id
from grader.handin.layout_folders import candidate_of
from grader.handin.listing import Entry, Listing
from grader.submission.collect import display_name

PREFIX = re.compile(
    r"(?P<name>.*?)[_ ](?P<number>[0-9]{1,18})_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_|$)",
    re.DOTALL,
)


def read_moodle(
    entries: Sequence[Entry], listing: Listing
) -> tuple[list[Candidate], list[LeftAside]]:
    """The students of a bulk download; of those with text fields alone nothing was handed in."""
    handed_in: list[Candidate] = []
    typed: list[Candidate] = []
    aside: list[LeftAside] = []
    for prefix, group in _by_prefix(entries).items():
        match = PREFIX.match(prefix)
        if match is None:
            aside += [LeftAside(entry.name, "not named as Moodle does") for entry in group]
        elif match["plugin"] == "file":
            handed_in += _handed_in(prefix, match, group, listing)
        else:
            aside += [LeftAside(entry.name, "text typed into Moodle") for entry in group]
            typed.append(_typed(prefix, match))
    known = {candidate.identifiers["moodle"] for candidate in handed_in}
    return handed_in + [one for one in typed if one.identifiers["moodle"] not in known], aside


def _by_prefix(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Entries by the words with which the names of one student begin; "" for any other name."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        match = PREFIX.match(entry.name)
        prefix = f"{match[0].removesuffix('_')}_" if match else ""
        groups.setdefault(prefix, []).append(entry)
    return groups


def _handed_in(
    prefix: str, match: re.Match[str], entries: list[Entry], listing: Listing
) -> Iterator[Candidate]:
    loose = [entry for entry in entries if entry.kind != "folder"]
    student = moodle_id(match["name"], match["number"])
    for entry in entries:
        if entry.kind == "folder":
            yield _known_as(prefix, match, candidate_of(student, entry, listing, "moodle"))
    if loose:
        yield _known_as(prefix, match, _flat(student, prefix, loose, listing))


def _flat(student: str, prefix: str, files: list[Entry], listing: Listing) -> Candidate:
    """One student's files among everybody's; those that cannot be taken are named."""
    trouble = {entry.path: _trouble(entry, prefix) for entry in files}
    good = tuple(path for path, why in trouble.items() if not why)
    bad = [f"{display_name(path.name)}: {why}" for path, why in trouble.items() if why]
    if not good:
        paths = tuple(trouble)
        return Candidate(student, paths, "moodle", problem="unreadable").noting(*bad)
    lost = [listing.left_out_below(path) for path in good]
    return Candidate(student, good, "moodle").noting(*bad, *lost)


def _trouble(entry: Entry, prefix: str) -> str:
    if entry.name in {prefix, prefix.removesuffix("_")}:
        return entry.why_unreadable or "a file where a folder should be"
    return entry.why_unreadable


def _typed(prefix: str, match: re.Match[str]) -> Candidate:
    student = moodle_id(match["name"], match["number"])
    missing = Candidate(student, (), "moodle", problem="missing")
    return _known_as(prefix, match, missing.noting("no files, only text typed into Moodle"))


def _known_as(prefix: str, match: re.Match[str], candidate: Candidate) -> Candidate:
    name = match["name"].replace("_", " ").strip()
    identifiers = {"moodle": match["number"]}
    if match["plugin"] == "file":
        identifiers["moodle_folder"] = prefix
    return replace(
        candidate,
        name="" if name.casefold() == ANONYMOUS else name,
        identifiers=identifiers,
    )
