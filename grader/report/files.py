"""Writes the report's two files into a folder, or says why it cannot."""

from dataclasses import dataclass
from pathlib import Path

from grader.errors import ReportError
from grader.report.page import contents, fill, style_sheet
from grader.report.pdf import render_pdf
from grader.results import Result


@dataclass(frozen=True)
class ReportFiles:
    """Where the report was written."""

    html: Path
    pdf: Path


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ReportError(
            str(path),
            f"cannot be written: {error.strerror or error}",
            "a folder that this user may write to",
            "name another folder with --out",
        ) from None


def write_report(result: Result, out_dir: Path) -> ReportFiles:
    """Write `report.html`, then `report.pdf`; the page is there even where the PDF fails.

    Raises:
        ReportError: the folder cannot be written, or the PDF cannot be made.
    """
    files = ReportFiles(html=out_dir / "report.html", pdf=out_dir / "report.pdf")
    said = contents(result)
    _write(files.html, fill(said, "screen").encode())
    _write(files.pdf, render_pdf(fill(said, "paper"), style_sheet()))
    return files
