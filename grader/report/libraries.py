"""Imports and tries what a report needs, for those who have time to do so early."""

import sys
from contextlib import redirect_stdout

import contourpy
import numpy.ma  # which contourpy asks for, and numpy imports only then

with redirect_stdout(sys.stderr):  # WeasyPrint prints a banner where Pango is missing
    import weasyprint

from grader.report import curves, decision, files, page, pdf

__all__ = ["contourpy", "curves", "decision", "files", "numpy", "pdf", "rehearse", "weasyprint"]


def rehearse() -> None:
    """Draw what never changes and find all fonts: the first time takes a second."""
    page.prepare()
    pdf.render_pdf(page.rehearsal(), page.style_sheet())
