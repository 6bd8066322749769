"""Gradescope's export: a folder a submission, and one file that says whose each is.

    assignment_123_export/submission_metadata.yml
    assignment_123_export/submission_456/kuzu.py

The file is YAML written by a Ruby program: its keys begin with a colon, its times may carry Ruby's
own tags. Only the submission that counts is exported; earlier ones are named in its history.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import yaml

from grader.errors import IntakeError
from grader.handin.candidate import Candidate, LeftAside
from grader.handin.identity import student_id, student_number
from grader.handin.layout_folders import BESIDE, candidate_of
from grader.handin.listing import Entry, Listing
from grader.handin.times import TimeNotUnderstoodError, parse_time
from grader.submission.collect import MIB, display_name, listed, size_text

SUBMISSION = re.compile(r"submission_[0-9]{1,18}")
METADATA = "submission_metadata.yml"
LARGEST = 64 * MIB
AGAIN = "download the export again and leave it as it is"
_TEXT_ALONE = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The safe loader without its guesses: every scalar is text, no tag makes an object."""


def read_gradescope(
    entries: Sequence[Entry], listing: Listing
) -> tuple[list[Candidate], list[LeftAside]]:
    """The submitters of an export; of a group each one has the submission.

    Raises:
        IntakeError: the file that says whose each submission is, is missing or cannot be read.
    """
    metadata = _load(entries)
    by_name = {entry.name: entry for entry in entries}
    candidates: list[Candidate] = []
    aside = []
    for key, record in metadata.items():
        found = list(_of_record(key, record, by_name.pop(key, None), listing))
        candidates += found
        if not found:
            aside.append(LeftAside(key, f"in {METADATA}, without a submitter and without files"))
    for entry in by_name.values():
        if SUBMISSION.fullmatch(entry.name):
            candidates.append(_of_nobody(entry, listing))
        elif entry.name != METADATA:
            aside.append(LeftAside(entry.name, BESIDE))
    return candidates, aside


def _load(entries: Sequence[Entry]) -> dict[str, Any]:
    """What the file says about each submission; a number such as 0123 keeps its zero."""
    entry = next((one for one in entries if one.name == METADATA and one.kind == "file"), None)
    if entry is None:
        raise IntakeError(
            METADATA, "not there", "the file that says whose each submission is", AGAIN
        )
    where = f"{entry.path.parent.name}/{METADATA}"
    try:
        if entry.path.stat().st_size > LARGEST:
            raise ValueError(f"larger than {size_text(LARGEST)}")
        loaded = yaml.load(entry.path.read_bytes(), _TEXT_ALONE)
    except (yaml.YAMLError, RecursionError, OSError, ValueError) as error:
        why = " ".join(str(error).split())[:200]
        raise _not_metadata(where, f"it cannot be read: {why}") from None
    if not isinstance(loaded, dict) or not all(isinstance(one, dict) for one in loaded.values()):
        raise _not_metadata(where, "no list of submissions")
    return loaded


def _not_metadata(where: str, found: str) -> IntakeError:
    return IntakeError(where, found, "YAML with a record for each submission_<number>", AGAIN)


def _of_record(
    key: str, record: dict[str, Any], entry: Entry | None, listing: Listing
) -> Iterator[Candidate]:
    """One candidate for each submitter of one record."""
    people = _people(record)
    if not people and entry is not None:
        yield _of_nobody(entry, listing)
    for student, person in people.items():
        found = (
            candidate_of(student, entry, listing, "gradescope")
            if entry is not None
            else _not_exported(student, key)
        )
        others = [one for one in people if one != student]
        submitted, trouble = _time(record)
        yield replace(
            found,
            name=person["name"],
            identifiers={"gradescope": _number(key)}
            | {key: person[key] for key in ("sid", "email") if person[key]},
            submitted=submitted,
        ).noting(
            f"handed in together with {listed(others)}" if others else "", _history(record), trouble
        )


def _people(record: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Name, number and address of each submitter, by student id."""
    submitters = _get(record, "submitters")
    people = {}
    for submitter in submitters if isinstance(submitters, list) else []:
        if not isinstance(submitter, dict):
            continue
        person = {key: _scalar(submitter, key) for key in ("name", "sid", "email")}
        number = student_number(person["sid"]) or student_number(person["email"])
        known = number or person["sid"] or person["email"] or person["name"]
        if known:
            people[number or student_id(known)] = person
    return people


def _of_nobody(entry: Entry, listing: Listing) -> Candidate:
    found = candidate_of(student_id(entry.name), entry, listing, "gradescope")
    found = replace(found, identifiers={"gradescope": _number(entry.name)})
    return found.noting(f"{METADATA} does not say whose it is")


def _not_exported(student: str, key: str) -> Candidate:
    missing = Candidate(student, (), "gradescope", problem="missing")
    return missing.noting(f"{METADATA} names {display_name(key)}, which is not in the export")


def _history(record: dict[str, Any]) -> str:
    history = _get(record, "history")
    if not isinstance(history, list) or not history:
        return ""
    return f"the submission that counts; Gradescope's history names {len(history)}"


def _time(record: dict[str, Any]) -> tuple[datetime | None, str]:
    """When it was handed in; or a sentence where that cannot be read."""
    created = _get(record, "created_at")
    if isinstance(created, dict):  # a Ruby time with its zone keeps the moment under "utc"
        utc = _scalar(created, "utc")
        text = utc if utc.endswith(("Z", "UTC")) or not utc else f"{utc}Z"
    else:
        text = _scalar(record, "created_at")
    try:
        return (parse_time(text), "") if text else (None, "")
    except TimeNotUnderstoodError:
        return None, f"its time of submission cannot be read: {display_name(text)}"


def _get(record: dict[str, Any], key: str) -> Any:
    return record.get(f":{key}", record.get(key))


def _scalar(record: dict[str, Any], key: str) -> str:
    value = _get(record, key)
    return value.strip() if isinstance(value, str) and value not in {"null", "~"} else ""


def _number(key: str) -> str:
    return key.removeprefix("submission_")
