"""Imports and tries what a report needs, for those who have time to do so early."""

import sys
from contextlib import redirect_stdout

with redirect_stdout(sys.stderr):  # WeasyPrint prints a banner where Pango is missing
    import weasyprint

from grader.report import curves, decision, files, page, pdf

__all__ = ["curves", "decision", "files", "pdf", "rehearse", "weasyprint"]


def rehearse() -> None:
    """Lay out one line in the report's fonts: finding fonts the first time takes half a second."""
    pdf.render_pdf(
        "<html lang='en'><head><title>.</title></head><body><p>1 \u304a</p></body></html>",
        page.style_sheet(),
    )
