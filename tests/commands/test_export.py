import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.export.cohort_file import FILE
from tests.commands.conftest import Grader
from tests.export.made_up import COMPLETE, UNCHECKED, WAITING, cohort
from tests.export.moodle_files import Row, worksheet

DEADLINE = "2025-07-03 19:00 Australia/Sydney"
"""Everybody in the made-up cohort handed in 23 hours after it."""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """The results folder of the made-up cohort."""
    folder = tmp_path / "marks"
    for standing in (COMPLETE, WAITING, UNCHECKED):
        (folder / standing.folder).mkdir(parents=True)
        (folder / standing.folder / "report.pdf").write_bytes(b"%PDF-")
    (folder / FILE).write_text(cohort().model_dump_json())
    return folder


@pytest.fixture
def said(grader: Grader, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What an export that works prints."""

    def export(*args: object) -> str:
        assert grader("export", *args) == 0
        return capsys.readouterr().out

    return export


@pytest.fixture
def refused(grader: Grader, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What an export that is called wrongly prints."""

    def export(*args: object) -> str:
        assert grader("export", *args) == 2
        return capsys.readouterr().err

    return export


Saying = Callable[..., str]


def finals(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return {line["id"]: line["final"] for line in csv.DictReader(opened)}


def test_without_a_word_only_what_is_complete_is_exported(results: Path, said: Saying) -> None:
    assert said(results, "--format", "csv").splitlines() == [
        "1 of 7 marks exported",
        "6 left empty, of which",
        "  2 with marks that wait for a person (see --pending and --pending-from)",
        "  1 without a submission (see --missing)",
        "  1 with more than one submission",
        "  1 with a submission that cannot be read",
        "  1 not graded, by a fault of the grader",
        "Measured on: Bundled kana, rendered from open fonts. These marks are not official.",
        f"written: {results / 'export' / 'marks.csv'}",
    ]
    marks = finals(results / "export" / "marks.csv")
    assert [marks["z1111111"], *set(marks.values()) - {"3.75"}] == ["3.75", ""]


def test_zeros_are_given_only_as_asked(results: Path, tmp_path: Path, said: Saying) -> None:
    file = tmp_path / "new" / "sheet.csv"
    options = ["--pending", "zero", "--missing", "zero", "--excel", "--out", file]
    text = said(results, "--format", "csv", *options)
    assert "0 marks, as asked, for 1 without a submission" in text
    assert "1 with checks that could not be made, which are no zero" in text
    assert list(finals(file).values()) == ["3.75", "0.5", "", "0", "", "", ""]
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_marks_of_a_person_complete_a_student(results: Path, tmp_path: Path, said: Saying) -> None:
    (tmp_path / "written.csv").write_text(
        "student,question,marks\nz2222222,1.1,0.25\nz2222222,1.2,2\n"
    )
    text = said(results, "--format", "csv", "--pending-from", tmp_path / "written.csv")
    assert text.startswith("2 of 7 marks exported")
    assert finals(results / "export" / "marks.csv")["z2222222"] == "2.75"


def test_lateness_uses_times_and_extensions(results: Path, tmp_path: Path, said: Saying) -> None:
    (tmp_path / "times.csv").write_text("who,when\nz1111111,2025-07-04 19:00\n")
    (tmp_path / "extensions.csv").write_text("id,deadline\nz2222222,2025-07-05 18:00\n")
    options = ["--late-from", DEADLINE, "--late-percent", "10", "--late-days", "3"]
    options += [
        "--times",
        str(tmp_path / "times.csv"),
        "--time-column",
        "when",
        "--id-column",
        "who",
    ]
    options += ["--extensions", str(tmp_path / "extensions.csv"), "--pending", "exclude"]
    text = said(results, "--format", "csv", *options)
    assert "2 late. Late submissions lose 10%" in text
    marks = finals(results / "export" / "marks.csv")
    assert [marks[student] for student in ("z1111111", "z2222222", "z3333333")] == [
        "3.25",  # exactly a day late by the tutor's file
        "0.5",  # extended
        "4",  # 23 hours late
    ]


def test_an_unknown_time_leaves_the_mark_empty(results: Path, said: Saying) -> None:
    timeless = COMPLETE.model_copy(update={"submitted": None})
    (results / FILE).write_text(cohort(timeless).model_dump_json())
    text = said(results, "--format", "csv", "--late-from", DEADLINE)
    assert "1 without a known time of submission (see --times)" in text


def test_moodle_gets_its_worksheet_and_the_reports(
    results: Path, tmp_path: Path, said: Saying
) -> None:
    given = tmp_path / "Grades-COMP9444.csv"
    given.write_bytes(worksheet(Row("101", "Ada Example"), Row("777")))
    text = said(results, "--format", "moodle", "--worksheet", given)
    assert text.startswith("1 of 7 marks exported")
    assert "in the sheet but not in the results (1): Participant 777" in text
    assert "feedback.zip: 3 reports, 0.0 MB" in text
    written = results / "export" / "moodle"
    assert b",3.75,5.00,Yes," in (written / given.name).read_bytes()
    assert given.read_bytes() == worksheet(Row("101", "Ada Example"), Row("777"))
    with zipfile.ZipFile(written / "feedback.zip") as archive:
        assert "Bo Under Score_102_assignsubmission_file_/report.pdf" in archive.namelist()


def test_moodle_without_a_worksheet_gets_the_reports_alone(results: Path, said: Saying) -> None:
    text = said(results, "--format", "moodle")
    assert text.startswith("0 of 7 marks exported")
    assert "no --worksheet: only feedback files, no marks" in text


def test_reports_that_cannot_go_out_are_named(results: Path, said: Saying) -> None:
    (results / COMPLETE.folder / "report.pdf").unlink()
    unknown = WAITING.model_copy(update={"identifiers": {}})
    (results / FILE).write_text(cohort(COMPLETE, unknown).model_dump_json())
    text = said(results, "--format", "moodle")
    assert "without a participant number, so not in it (1): z2222222" in text
    assert "without a report in the results, so not in it (1): z1111111" in text


def test_canvas_gets_its_gradebook(results: Path, tmp_path: Path, said: Saying) -> None:
    given = tmp_path / "gradebook.csv"
    given.write_text("Student,ID,A1 (7)\n Points Possible,,10\nAda,9001,\n")
    options = ["--gradebook", given, "--column", "A1", "--rescale"]
    assert said(results, "--format", "canvas", *options).startswith("1 of 7 marks exported")
    assert (results / "export" / "gradebook.csv").read_text().endswith("Ada,9001,7.5\n")


def test_what_the_system_gave_is_never_written_over(
    results: Path, tmp_path: Path, refused: Saying
) -> None:
    given = tmp_path / "gradebook.csv"
    given.write_text("Student,ID,A1 (7)\nAda,9001,\n")
    options = ["--gradebook", given, "--column", "A1", "--out", given]
    assert "would replace the file that was given" in refused(
        results, "--format", "canvas", *options
    )
    assert given.read_text().endswith("Ada,9001,\n")


def test_gradescope_gets_a_file_a_student_and_no_old_ones(results: Path, said: Saying) -> None:
    folder = results / "export" / "gradescope"
    said(results, "--format", "gradescope", "--pending", "exclude")
    assert len(list(folder.glob("*/results.json"))) == 3
    said(results, "--format", "gradescope")
    (file,) = folder.glob("*/results.json")
    assert file.parent.name == "z1111111"
    assert json.loads(file.read_text())["score"] == 3.75


def test_an_autograder_needs_no_results(tmp_path: Path, said: Saying) -> None:
    text = said("--autograder", tmp_path / "new" / "autograder.zip")
    assert "read what WITHOUT_SANDBOX means" in text
    assert zipfile.is_zipfile(tmp_path / "new" / "autograder.zip")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], "no --format"),
        (["--format", "csv", "--worksheet", "x"], "--worksheet: given with --format csv"),
        (["--format", "gradescope", "--rescale"], "--rescale: given with --format gradescope"),
        (["--format", "moodle", "--excel"], "--excel: given with --format moodle"),
        (["--format", "canvas", "--column", "A1"], "--format canvas: no gradebook"),
        (["--format", "csv", "--extensions", "x"], "--extensions: no deadline"),
        (["--format", "csv", "--late-from", DEADLINE, "--id-column", "x"], "no file"),
        (["--format", "csv", "--late-from", "tomorrow"], "no such time"),
        (["--format", "csv", "--late-percent", "lots"], "'lots' is not a number from 0 to 100"),
        (["--format", "csv", "--autograder", "x.zip"], "given together with RESULTS or --format"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    results: Path, refused: Saying, options: list[str], found: str
) -> None:
    assert found in refused(results, *options)


def test_no_results_are_refused(refused: Saying) -> None:
    assert "no RESULTS" in refused("--format", "csv")


def test_a_line_that_cannot_be_used_exports_nothing(
    results: Path, tmp_path: Path, grader: Grader, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "written.csv").write_text("student,question,marks\nz2222222,1.1,9\n")
    options = ["--format", "csv", "--pending-from", tmp_path / "written.csv"]
    assert grader("export", results, *options) == 3
    assert "written.csv, line 2: " in capsys.readouterr().err
    assert not (results / "export").exists()
