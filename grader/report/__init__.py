"""Writes a result down for people: one HTML page and one PDF, from `Result` alone."""

from grader.report.files import ReportFiles, write_report
from grader.report.page import render_html

__all__ = ["ReportFiles", "render_html", "write_report"]
