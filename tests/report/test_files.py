import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.errors import ReportError
from grader.report import ReportFiles, render_html, write_report
from grader.report.libraries import rehearse
from grader.report.page import environment, rehearsal
from grader.report.sequences import oracle_pictures
from grader.resources import templates_dir

from . import example


def test_folders_are_made_and_both_files_written(sample_files: ReportFiles) -> None:
    assert sample_files.html.name == "report.html"
    assert sample_files.pdf.read_bytes().startswith(b"%PDF-")
    assert sample_files.html.read_text(encoding="utf-8") == render_html(example.sample())


def test_a_file_in_the_way_is_reported_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(ReportError) as caught:
        write_report(example.ungraded(), tmp_path / "out")
    assert caught.value.where.endswith("out")
    assert "cannot be written" in caught.value.found
    assert "--out" in caught.value.hint


def test_a_folder_in_place_of_the_pdf_leaves_the_page(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(ReportError, match=r"report\.pdf"):
        write_report(example.ungraded(), tmp_path)
    assert (tmp_path / "report.html").is_file()


def test_after_a_rehearsal_nothing_that_never_changes_is_left_to_do() -> None:
    rehearse()
    compiled, drawn = dict(environment().cache or {}), oracle_pictures.cache_info().misses
    render_html(example.sample())
    assert dict(environment().cache or {}) == compiled
    assert oracle_pictures.cache_info().misses == drawn


def test_a_rehearsal_has_no_kind_of_text_that_reports_do_not_have() -> None:
    """Nobody would see that it no longer does what it is for."""
    rehearsed = {element.get("class") for element in ElementTree.fromstring(rehearsal()).iter()}
    styled = set(re.findall(r"\.([a-z-]+)", (templates_dir() / "report.css").read_text()))
    assert rehearsed - {None} <= styled
