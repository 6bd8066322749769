import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from grader.errors import IntakeError, UsageError
from grader.export.csv_edit import read_sheet
from grader.export.filling import Filled
from grader.export.final_marks import Rules, final_marks
from grader.export.lateness import LateRule
from grader.export.moodle_worksheet import fill_worksheet, participants
from tests.export.made_up import COMPLETE, MISSING, SUBMITTED, UNCHECKED, WAITING, cohort
from tests.export.moodle_files import COLUMNS, Row, worksheet

ADA = Row("101", "Ada Example", "1111111", "ada@example.edu")
BO = Row("102", "Bo Under Score", online='Two\nlines, "quoted"')


def filled(
    tmp_path: Path, content: bytes, rules: Rules | None = None, *, rescale: bool = False
) -> Filled:
    file = tmp_path / "Grades.csv"
    file.write_bytes(content)
    chosen = rules or Rules()
    marks = final_marks(cohort(COMPLETE, WAITING, MISSING), chosen)
    return fill_worksheet(read_sheet(file), marks, chosen, rescale=rescale)


def lines(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_grade_and_comments_change(tmp_path: Path, bom: bool, end: str) -> None:
    content = worksheet(BO, ADA, bom=bom, end=end)
    done = filled(tmp_path, content)
    comment = "Marks: 3.75 of 5. Questions: 1.1: 1.5 of 2, 1.2: 2.25 of 3."
    expected = content.replace(
        b'"Submitted for grading - ",,5.00,Yes,"Friday, 4 July 2025, 5:59 PM",,-,',
        b'"Submitted for grading - ",3.75,5.00,Yes,"Friday, 4 July 2025, 5:59 PM",,-,'
        + f'"{comment}"'.encode(),
    )
    assert content != expected
    assert done.content == expected
    assert done.students == {"z1111111"}


def test_students_are_found_by_participant_then_number_then_address(tmp_path: Path) -> None:
    by_number = Row("999", id_number="z1111111")
    assert filled(tmp_path, worksheet(by_number)).students == {"z1111111"}
    by_address = Row("999", email="ADA@example.edu")
    assert filled(tmp_path, worksheet(by_address)).students == {"z1111111"}
    participant_first = Row("104", id_number="z1111111")
    assert filled(tmp_path, worksheet(participant_first)).students == frozenset()


def test_two_rows_about_one_student_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"line 3: z1111111 again, after line 2"):
        filled(tmp_path, worksheet(ADA, Row("999", id_number="1111111")))


def test_whoever_is_left_out_is_named(tmp_path: Path) -> None:
    rows = (
        Row("101", changeable="No"),
        Row("102", grade="4.00", comment="from last week"),
        Row("777"),
    )
    content = worksheet(*rows)
    done = filled(tmp_path, content)
    assert done.content == content
    assert done.notes == (
        "in the sheet but not in the results (1): Participant 777",
        "the school's system does not let their mark be changed (1): z1111111",
        "no mark here, so the one that is in the sheet was left (1): z2222222",
        "in the results but not in the sheet (1): z4444444",
    )


def test_pending_marks_are_empty_and_a_part_says_of_what(tmp_path: Path) -> None:
    assert lines(filled(tmp_path, worksheet(BO)).content)[0]["Grade"] == ""
    line = lines(filled(tmp_path, worksheet(BO), Rules("exclude")).content)[0]
    assert line["Grade"] == "0.5"
    assert line["Feedback comments"].startswith(
        "Marks: 0.5 of 1.5. Of 1.5 automatic marks; 3.5 more"
    )
    assert line["Online text"] == BO.online


def test_the_comment_states_the_rule_to_whom_it_hit(tmp_path: Path) -> None:
    rules = Rules(late=LateRule(SUBMITTED - timedelta(hours=1)))
    line = lines(filled(tmp_path, worksheet(ADA), rules).content)[0]
    assert line["Grade"] == "3.5"
    assert (
        "Late: 1 started day, 0.25 marks off. Late submissions lose 5%" in line["Feedback comments"]
    )


def test_a_tutors_own_comment_stays_and_ours_is_renewed(tmp_path: Path) -> None:
    theirs = Row("101", comment="See me")
    line = lines(filled(tmp_path, worksheet(theirs)).content)[0]
    assert (line["Grade"], line["Feedback comments"]) == ("3.75", "See me")
    ours = Row("101", grade="1.00", comment="Marks: 1 of 5.")
    line = lines(filled(tmp_path, worksheet(ours)).content)[0]
    assert line["Feedback comments"].startswith("Marks: 3.75 of 5.")


def test_comments_that_are_switched_off_are_not_needed(tmp_path: Path) -> None:
    done = filled(tmp_path, worksheet(ADA, columns=11))
    assert lines(done.content)[0]["Grade"] == "3.75"


def test_a_decimal_comma_is_kept(tmp_path: Path) -> None:
    line = lines(filled(tmp_path, worksheet(Row("101", maximum="5,00"))).content)[0]
    assert line["Grade"] == "3,75"


def test_another_maximum_is_converted_only_where_asked_for(tmp_path: Path) -> None:
    content = worksheet(Row("101", maximum="100.00"))
    with pytest.raises(UsageError, match=r"Grades\.csv, line 2: at most 100 marks there, 5 here"):
        filled(tmp_path, content)
    line = lines(filled(tmp_path, content, rescale=True).content)[0]
    assert line["Grade"] == "75"
    assert line["Feedback comments"].startswith("Marks: 3.75 of 5.")


def test_a_scale_of_words_is_refused(tmp_path: Path) -> None:
    content = worksheet(Row("101", maximum="Distinction"))
    with pytest.raises(IntakeError, match='"Distinction" as Maximum Grade'):
        filled(tmp_path, content)


@pytest.mark.parametrize(
    "missing", ["Identifier", "Grade", "Maximum Grade", "Grade can be changed"]
)
def test_what_is_no_worksheet_is_refused(tmp_path: Path, missing: str) -> None:
    header = ",".join(name for name in COLUMNS if name != missing)
    with pytest.raises(IntakeError, match=f'no columns "{missing}"'):
        filled(tmp_path, header.encode() + b"\n")


def test_names_cannot_put_markup_into_a_comment(tmp_path: Path) -> None:
    bad = COMPLETE.model_copy(
        update={"questions": [COMPLETE.questions[0].model_copy(update={"id": "<b>&1"})]}
    )
    marks = final_marks(cohort(bad), Rules())
    file = tmp_path / "g.csv"
    file.write_bytes(worksheet(ADA))
    done = fill_worksheet(read_sheet(file), marks, Rules())
    assert "&lt;b&gt;&amp;1: 1.5 of 2" in lines(done.content)[0]["Feedback comments"]


def test_participant_numbers_are_known_from_the_worksheet(tmp_path: Path) -> None:
    file = tmp_path / "g.csv"
    file.write_bytes(worksheet(Row("555", id_number="z1111111"), Row("777")))
    marks = final_marks(cohort(COMPLETE, UNCHECKED), Rules())
    assert participants(read_sheet(file), marks) == {"z1111111": "555"}
