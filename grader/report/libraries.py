"""Imports what a report needs and is slow to import, for those who have time to do so early."""

import sys
from contextlib import redirect_stdout

with redirect_stdout(sys.stderr):  # WeasyPrint prints a banner where Pango is missing
    import weasyprint

from grader.report import curves, decision, files, pdf

__all__ = ["curves", "decision", "files", "pdf", "weasyprint"]
