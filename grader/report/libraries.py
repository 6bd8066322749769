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
    """Lay out one line and draw what never changes: the first time takes a second."""
    page.prepare()
    pdf.render_pdf(
        "<html lang='en'><head><title>.</title></head><body><p>1 \u304a</p></body></html>",
        page.style_sheet(),
    )
