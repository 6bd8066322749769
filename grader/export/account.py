"""Tells on the terminal what was exported, what was left empty, and why."""

from collections import Counter
from collections.abc import Iterator

from grader.export.final_marks import Empty
from grader.export.writing import Marked, Written

WHY: dict[Empty, str] = {
    "pending": "have marks that wait for a person (see --pending and --pending-from)",
    "ungraded": "have checks that could not be made, which are no zero",
    "missing": "handed in nothing (see --missing)",
    "duplicate": "handed in more than once",
    "unreadable": "handed in what cannot be read",
    "fault": "could not be graded, by a fault of the grader",
    "no time": "were handed in at a time nobody knows (see --times)",
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
        yield f"{zeros} zeros, as asked, for whoever handed in nothing"
    if rules.late is not None:
        late = sum(bool(mark.days_late) for mark in marks)
        yield f"{late} late. {rules.late.sentence}"
    yield from written.notes
    yield from (f"written: {file}" for file in written.files)
