"""Tells on the terminal what was exported, what was left empty, and why."""

from collections import Counter
from collections.abc import Iterator

from grader.export.final_marks import Empty
from grader.export.writing import Marked, Written

WHY: dict[Empty, str] = {
    "pending": "with marks that wait for a person (see --pending and --pending-from)",
    "ungraded": "with checks that could not be made, which are no zero",
    "missing": "without a submission (see --missing)",
    "duplicate": "with more than one submission",
    "unreadable": "with a submission that cannot be read",
    "fault": "not graded, by a fault of the grader",
    "no time": "without a known time of submission (see --times)",
}


def account(marked: Marked, written: Written) -> Iterator[str]:
    """Lines for a person."""
    marks, rules = marked.marks, marked.rules
    yield f"{len(written.students)} of {len(marks)} marks exported"
    counts = Counter(mark.empty for mark in marks)
    if empty := len(marks) - counts[""]:
        yield f"{empty} left empty, of which"
        yield from (f"  {counts[why]} {text}" for why, text in WHY.items() if counts[why])
    if zeros := sum(m.final is not None and m.standing.status == "missing" for m in marks):
        yield f"0 marks, as asked, for {zeros} without a submission"
    if rules.late is not None:
        late = sum(bool(mark.days_late) for mark in marks)
        yield f"{late} late. {rules.late.sentence}"
    dataset = marked.cohort.environment.dataset
    if not dataset.official:
        yield f"Measured on: {dataset.title}. These marks are not official."
    yield from written.notes
    yield from (f"written: {file}" for file in written.files)
