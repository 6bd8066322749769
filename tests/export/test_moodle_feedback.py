import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.standing import Standing
from grader.errors import ReportError
from grader.export.final_marks import FinalMark
from grader.export.moodle_feedback import folder_name, write_feedback
from grader.handin.layouts import find_submissions
from tests.export.made_up import COMPLETE, MISSING, UNCHECKED, WAITING
from tests.export.moodle_files import accepted, download_folder

NAMES = {"101": "Ada Example", "102": "Bo_Under Score", "103": "José  42 Ñandú"}


def marks(*standings: Standing) -> list[FinalMark]:
    return [FinalMark(standing) for standing in standings]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Reports of the three who were graded."""
    for standing in (COMPLETE, WAITING, UNCHECKED):
        folder = tmp_path / "results" / standing.folder
        folder.mkdir(parents=True)
        (folder / "report.pdf").write_bytes(b"%PDF-" + standing.student.encode())
        (folder / "report.html").write_text(standing.student)
    return tmp_path / "results"


def test_a_bulk_download_comes_back_to_the_same_participants(tmp_path: Path) -> None:
    """Download as Moodle writes it, take it in as a cohort, export, import as Moodle does."""
    download = tmp_path / "download"
    for number, name in NAMES.items():
        folder = download / download_folder(name, number)
        folder.mkdir(parents=True)
        (folder / "kuzu.py").write_text("x = 1\n")
    found = find_submissions(download, workdir=tmp_path, roles=("kuzu.py",), roster=None)
    standings = []
    for one in found.candidates:
        standing = Standing(
            student=one.student,
            status="graded",
            name=one.name,
            identifiers=dict(one.identifiers),
            folder=one.student,
        )
        (tmp_path / "out" / one.student).mkdir(parents=True)
        report = f"%PDF- {one.identifiers['moodle']}"
        (tmp_path / "out" / one.student / "report.pdf").write_text(report)
        standings.append(standing)
    feedback = write_feedback(tmp_path / "f.zip", tmp_path / "out", marks(*standings), {})
    assert len(feedback.students) == 3
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert sorted(archive.namelist()) == sorted(
            f"{' '.join(download_folder(name, number).split())}/report.pdf"
            for number, name in NAMES.items()
        )
        for path in archive.namelist():
            taken = accepted(path, {101, 102, 103})
            assert taken is not None
            assert archive.read(path).decode() == f"%PDF- {taken[0]}"
            assert taken[1:] == ("assignsubmission_file", "/report.pdf")


def test_the_importer_here_drops_a_file_as_moodle_does() -> None:
    assert accepted("Bo_Under_102_assignsubmission_file_/report.pdf", {102}) is None
    assert accepted("Bo Under_102_assignsubmission_file_/report.pdf", {101}) is None
    assert accepted("Bo Under_102_assignsubmission_file_/.report.pdf", {102}) is None
    assert accepted("all/Bo_102_assignsubmission_file_report.pdf", {102}) is not None


def test_the_page_goes_beside_the_paper_where_asked_for(tmp_path: Path, results: Path) -> None:
    write_feedback(tmp_path / "f.zip", results, marks(COMPLETE), {}, html=True)
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        folder = "Ada Example_101_assignsubmission_file_"
        assert archive.namelist() == [f"{folder}/report.pdf", f"{folder}/report.html"]
        assert archive.read(f"{folder}/report.pdf") == b"%PDF-z1111111"


def test_whoever_cannot_get_a_file_is_named(tmp_path: Path, results: Path) -> None:
    (results / WAITING.folder / "report.pdf").unlink()
    unknown = UNCHECKED.model_copy(update={"identifiers": {}})
    feedback = write_feedback(
        tmp_path / "f.zip", results, marks(COMPLETE, WAITING, unknown, MISSING), {}
    )
    assert feedback.students == {"z1111111"}
    assert feedback.without == ("z2222222",)
    assert feedback.unknown == ("z3333333",)


def test_the_worksheets_number_counts_before_an_older_one(tmp_path: Path, results: Path) -> None:
    write_feedback(tmp_path / "f.zip", results, marks(COMPLETE), {"z1111111": "555"})
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert archive.namelist() == ["Ada Example_555_assignsubmission_file_/report.pdf"]


def test_the_same_reports_make_the_same_zip(tmp_path: Path, results: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_feedback(tmp_path / name, results, marks(COMPLETE, WAITING), {})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_report_that_cannot_be_read_spoils_no_earlier_zip(
    tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f.zip").write_text("earlier")

    def refuse(_file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReportError, match=r"report\.pdf: cannot be read \(Permission denied\)"):
        write_feedback(tmp_path / "f.zip", results, marks(COMPLETE), {})
    assert (tmp_path / "f.zip").read_text() == "earlier"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["f.zip"]


@given(st.text(max_size=200), st.integers(0, 10**9))
def test_whatever_the_name_moodle_finds_the_participant(name: str, number: int) -> None:
    standing = Standing(student="z1", status="graded", name=name)
    folder = folder_name(standing, str(number))
    assert "/" not in folder
    assert accepted(f"{folder}/report.pdf", {number}) == (
        number,
        "assignsubmission_file",
        "/report.pdf",
    )


@given(st.text(max_size=30), st.integers(0, 10**9))
def test_whatever_the_folder_moodle_finds_the_participant(name: str, number: int) -> None:
    prefix = f"{name}_{number}_assignsubmission_file_"
    standing = Standing(student="z1", status="graded", identifiers={"moodle_folder": prefix})
    found = accepted(f"{folder_name(standing, str(number))}/report.pdf", {number})
    assert found is not None
    assert found[0] == number
