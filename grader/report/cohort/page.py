"""Writes a cohort's report: one HTML page that holds everyone, and a PDF to print."""

from dataclasses import dataclass
from pathlib import Path

from grader.cohort.standing import Cohort
from grader.output import require_writable, write_bytes
from grader.report import provenance, text
from grader.report.cohort import (
    accuracy,
    attention,
    changes,
    equal,
    head,
    marks,
    mistakes,
    plots,
    students,
    time,
)
from grader.report.page import Medium, filled, style_sheet
from grader.report.pdf import render_pdf

LIMITS: dict[Medium, dict[str, int]] = {
    "screen": {
        "most_names": 30,  # the rest can be unfolded
        "most_rows": 1_000_000,
        "most_changes": 1_000_000,
        "most_students": 1_000_000,
    },
    # A row of all students costs 10 ms and 0.3 MB while the PDF is made; what paper leaves out,
    # cohort.html has.
    "paper": {"most_names": 24, "most_rows": 60, "most_changes": 200, "most_students": 1000},
}


@dataclass(frozen=True)
class CohortFiles:
    """Where the report was written."""

    html: Path
    pdf: Path


@dataclass(frozen=True)
class Contents:
    """All that the report says, computed once for both media."""

    head: head.Head
    attention: attention.Attention
    marks: marks.MarksView
    mistakes: mistakes.Mistakes
    accuracy: list[accuracy.AccuracyView]
    equal: list[equal.EqualView]
    time: time.TimeView | None
    changes: changes.Changes | None
    students: students.Students
    provenance: list[tuple[str, str]]

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Anchors and short titles of the sections, in their order."""
        return [
            ("attention", "Needs a person"),
            ("marks", "Marks"),
            ("mistakes", "Mistakes"),
            ("accuracy", "Accuracy"),
            ("equal", "Equal networks"),
            *([("time", "Time")] if self.time else []),
            *([("changes", "Changes")] if self.changes else []),
            ("students", "All students"),
            ("provenance", "Sources"),
        ]


def contents(cohort: Cohort) -> Contents:
    """What the report of a cohort says."""
    facts = provenance.environment_facts(cohort.assignment, cohort.environment)
    return Contents(
        head=head.view(cohort),
        attention=attention.view(cohort),
        marks=marks.view(cohort),
        mistakes=mistakes.view(cohort),
        accuracy=accuracy.view(cohort),
        equal=equal.view(cohort),
        time=time.view(cohort),
        changes=changes.view(cohort),
        students=students.view(cohort),
        provenance=[(name, text.clip(value, 900)) for name, value in facts],
    )


def fill(said: Contents, medium: Medium) -> str:
    """The page for a browser, or the one that the PDF is made from, without its style sheet."""
    more: dict[str, object] = {"sections": said.sections, "output": [], "key": plots.key()}
    return filled("cohort.html.j2", said, medium, **more, **LIMITS[medium])


def render_cohort_html(cohort: Cohort) -> str:
    """The report as one HTML page without scripts; its only links lead to the students' reports."""
    return fill(contents(cohort), "screen")


def write_cohort_report(cohort: Cohort, out_dir: Path) -> CohortFiles:
    """Write `cohort.html`, then `cohort.pdf`; the page is there even where the PDF fails.

    Links to students' reports in the page are relative to `out_dir`.

    Raises:
        ReportError: the folder cannot be written, or the PDF cannot be made.
    """
    files = CohortFiles(html=out_dir / "cohort.html", pdf=out_dir / "cohort.pdf")
    said = contents(cohort)
    require_writable(out_dir)
    write_bytes(files.html, fill(said, "screen").encode())
    write_bytes(files.pdf, render_pdf(fill(said, "paper"), style_sheet()))
    return files
