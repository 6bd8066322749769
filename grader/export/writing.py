"""Writes a cohort's marks in each form, and tells what was written and what was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.cohort.standing import Cohort
from grader.errors import UsageError
from grader.export.canvas_gradebook import fill_gradebook
from grader.export.csv_edit import read_sheet
from grader.export.final_marks import FinalMark, Rules
from grader.export.gradescope import document, to_json
from grader.export.moodle_feedback import Feedback, write_feedback
from grader.export.moodle_worksheet import fill_worksheet, participants
from grader.export.plain_sheet import plain_sheet
from grader.output import require_writable, write_bytes, write_text
from grader.submission.collect import display_name

FEEDBACK = "feedback.zip"
SCORES = "results.json"


@dataclass(frozen=True)
class Marked:
    """Everything that an export is made from.

    Attributes:
        results: folder of the cohort, with the reports.
        cohort: where everyone stands.
        marks: everyone's mark, in the same order.
        rules: what they were made by.
    """

    results: Path
    cohort: Cohort
    marks: Sequence[FinalMark]
    rules: Rules


@dataclass(frozen=True)
class Written:
    """Attributes:
    files: what was written; a folder for a file a student.
    students: those whose mark is in it.
    notes: sentences about whom and what was left out.
    """

    files: tuple[Path, ...]
    students: frozenset[str]
    notes: tuple[str, ...] = ()


def write_csv(marked: Marked, out: Path, *, excel: bool) -> Written:
    """One sheet with everything there is."""
    require_writable(out.parent)
    write_bytes(out, plain_sheet(marked.marks, marked.rules, bom=excel))
    return Written((out,), _with_mark(marked))


def write_moodle(
    marked: Marked, folder: Path, worksheet: Path | None, *, html: bool, rescale: bool
) -> Written:
    """The worksheet that was given, filled in, and the feedback files; without one only these."""
    require_writable(folder)
    numbers: dict[str, str] = {}
    files: tuple[Path, ...] = ()
    students: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ("no --worksheet: only feedback files, no marks",)
    if worksheet is not None:
        sheet = read_sheet(worksheet)
        numbers = participants(sheet, marked.marks)
        filled = fill_worksheet(sheet, marked.marks, marked.rules, rescale=rescale)
        files = (_beside(folder / worksheet.name, worksheet),)
        write_bytes(files[0], filled.content)
        students, notes = filled.students, filled.notes
    archive = folder / FEEDBACK
    feedback = write_feedback(archive, marked.results, marked.marks, numbers, html=html)
    return Written((*files, archive), students, (*notes, *_feedback_notes(feedback, archive)))


def write_canvas(
    marked: Marked, out: Path, gradebook: Path, column: str, *, rescale: bool
) -> Written:
    """The gradebook that was given, one column filled in."""
    filled = fill_gradebook(read_sheet(gradebook), marked.marks, column, rescale=rescale)
    require_writable(out.parent)
    write_bytes(_beside(out, gradebook), filled.content)
    return Written((out,), filled.students, filled.notes)


def write_gradescope(marked: Marked, folder: Path) -> Written:
    """A results.json for everyone who has a mark; what an earlier export left of others goes."""
    require_writable(folder)
    for mark in marked.marks:
        file = folder / mark.standing.student / SCORES
        if mark.final is None:
            file.unlink(missing_ok=True)
            continue
        require_writable(file.parent)
        write_text(file, to_json(document(mark, marked.rules, marked.cohort.environment)))
    return Written((folder,), _with_mark(marked))


def _with_mark(marked: Marked) -> frozenset[str]:
    return frozenset(m.standing.student for m in marked.marks if m.final is not None)


def _beside(out: Path, given: Path) -> Path:
    """Where to write: never over what the school's system gave.

    Raises:
        UsageError: it is the same file.
    """
    if out.resolve() == given.resolve():
        raise UsageError(
            str(out),
            "would replace the file that was given",
            "another place",
            "choose another --out",
        )
    return out


def _feedback_notes(feedback: Feedback, archive: Path) -> list[str]:
    size = archive.stat().st_size / 1e6
    said = [f"{FEEDBACK}: {len(feedback.students)} reports, {size:.1f} MB"]
    said += _named("without a participant number, so not in it", feedback.unknown)
    said += _named("without a report in the results, so not in it", feedback.without)
    return said


def _named(sentence: str, students: Sequence[str]) -> list[str]:
    names = ", ".join(map(display_name, students))
    return [f"{sentence} ({len(students)}): {names}"] if students else []
