"""The zip for Moodle's "Upload multiple feedback files in a zip file".

Moodle cuts each part of a path at underscores into at most five pieces (full name, participant
number, "assignsubmission", "file", the rest) and takes the first part of which the second piece is
a participant (mod/assign/feedback/file/importziplib.php). An underscore in a name shifts the
number, and the file is dropped without a word, so names are written without any.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.cohort.standing import Standing
from grader.errors import ReportError
from grader.export.atomic_zip import replacing_zip
from grader.export.final_marks import FinalMark
from grader.handin.identity import ANONYMOUS

TAIL = "assignsubmission_file_"
NAME = re.compile(r"(?P<name>.*?)[_ ][0-9]{1,18}_assignsubmission_file_?", re.DOTALL)
UNFIT = re.compile(r'[_/\\:*?"<>|\x00-\x1f\x7f]+')
"""What no folder's name may hold on some system, and the underscore that Moodle cuts at."""
LONGEST = 120


@dataclass(frozen=True)
class Feedback:
    """Attributes:
    students: those whose report is in the zip.
    unknown: those who have a report and whose participant number nobody knows.
    without: those who were graded but have no report in the results.
    """

    students: frozenset[str]
    unknown: tuple[str, ...]
    without: tuple[str, ...]


def write_feedback(
    path: Path,
    results: Path,
    marks: Sequence[FinalMark],
    participants: Mapping[str, str],
    *,
    html: bool = False,
) -> Feedback:
    """Write the zip: report.pdf of everyone who was graded, under Moodle's own folder names.

    Args:
        path: the zip file.
        results: the folder that the standings' folders lie in.
        marks: everybody's.
        participants: participant numbers by student; those of the standings fill the gaps.
        html: whether report.html is put beside it.

    Raises:
        ReportError: a report cannot be read, or the zip cannot be written.
    """
    files = ("report.pdf", "report.html") if html else ("report.pdf",)
    done: list[str] = []
    unknown: list[str] = []
    without: list[str] = []
    with replacing_zip(path) as archive:
        for standing in (mark.standing for mark in marks if mark.standing.status == "graded"):
            student = standing.student
            number = participants.get(student) or standing.identifiers.get("moodle", "")
            folder = results / standing.folder
            if not all((folder / name).is_file() for name in files):
                without.append(student)
            elif not number:
                unknown.append(student)
            else:
                for name in files:
                    archive.add(f"{folder_name(standing, number)}/{name}", _read(folder / name))
                done.append(student)
    return Feedback(frozenset(done), tuple(unknown), tuple(without))


def folder_name(standing: Standing, number: str) -> str:
    """What Moodle's bulk download calls the student's folder.

    >>> folder_name(Standing(student="z1234567", status="graded", name="Jane Q_R"), "42")
    'Jane Q R_42_assignsubmission_file_'
    """
    known = NAME.fullmatch(standing.identifiers.get("moodle_folder", ""))
    name = known["name"] if known else standing.name
    plain = " ".join(UNFIT.sub(" ", name).split()).strip(". ")[:LONGEST]
    return f"{plain or ANONYMOUS.capitalize()}_{number}_{TAIL}"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ReportError(
            str(file),
            f"cannot be read ({error.strerror or error})",
            "the report that `grader batch` wrote",
            "run `grader batch` again",
        ) from None
