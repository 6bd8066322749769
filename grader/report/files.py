"""Writes the report's two files into a folder, or says why it cannot."""

from dataclasses import dataclass
from pathlib import Path

from grader.output import require_writable, write_bytes
from grader.report.page import contents, fill, style_sheet
from grader.report.pdf import render_pdf
from grader.report.seal import sealed
from grader.results import Result


@dataclass(frozen=True)
class ReportFiles:
    """Where the report was written."""

    html: Path
    pdf: Path


def rendered(result: Result, key: bytes | None = None) -> dict[str, bytes]:
    """`report.html` and `report.pdf` by name; the PDF holds the result, sealed with `key`.

    Raises:
        ReportError: the PDF cannot be made.
    """
    said = contents(result)
    return {
        "report.html": fill(said, "screen").encode(),
        "report.pdf": render_pdf(fill(said, "paper"), style_sheet(), sealed(result, key)),
    }


def write_report(result: Result, out_dir: Path, key: bytes | None = None) -> ReportFiles:
    """Write `report.html`, then `report.pdf`; the page is there even where the PDF fails.

    The PDF holds the result, sealed with `key` where there is one.

    Raises:
        ReportError: the folder cannot be written, or the PDF cannot be made.
    """
    files = ReportFiles(html=out_dir / "report.html", pdf=out_dir / "report.pdf")
    said = contents(result)
    require_writable(out_dir)
    write_bytes(files.html, fill(said, "screen").encode())
    pdf = render_pdf(fill(said, "paper"), style_sheet(), sealed(result, key))
    write_bytes(files.pdf, pdf)
    return files
