"""Writes the report's two files into a folder, or says why it cannot."""

from dataclasses import dataclass
from pathlib import Path

from grader.output import require_writable, write_bytes
from grader.report.page import contents, fill, style_sheet
from grader.report.pdf import render_pdf
from grader.results import Result


@dataclass(frozen=True)
class ReportFiles:
    """Where the report was written."""

    html: Path
    pdf: Path


def rendered(result: Result) -> dict[str, bytes]:
    """`report.html` and `report.pdf` by name.

    Raises:
        ReportError: the PDF cannot be made.
    """
    said = contents(result)
    return {
        "report.html": fill(said, "screen").encode(),
        "report.pdf": render_pdf(fill(said, "paper"), style_sheet()),
    }


def write_report(result: Result, out_dir: Path) -> ReportFiles:
    """Write `report.html`, then `report.pdf`; the page is there even where the PDF fails.

    Raises:
        ReportError: the folder cannot be written, or the PDF cannot be made.
    """
    files = ReportFiles(html=out_dir / "report.html", pdf=out_dir / "report.pdf")
    said = contents(result)
    require_writable(out_dir)
    write_bytes(files.html, fill(said, "screen").encode())
    write_bytes(files.pdf, render_pdf(fill(said, "paper"), style_sheet()))
    return files
