from pathlib import Path

import pytest

from grader.errors import IntakeError, UsageError
from grader.export.canvas_gradebook import fill_gradebook
from grader.export.csv_edit import read_sheet
from grader.export.filling import Filled
from grader.export.final_marks import Rules, final_marks
from tests.export.made_up import COMPLETE, MISSING, UNCHECKED, WAITING, cohort

GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz (11),Assignment 1 (12345),Current Score,Final (x)
,,,,,Manual Posting,,,
"    Points Possible",,,,,10,{points},(read only),(read only)
"Example, Ada",9001,1111111,z1111111,COMP9444,7.00,,70.00,A
"Score, Bo_Under",8888,2222222,z2222222,COMP9444,,1.00,,
"Example, Chi",9003,,z3333333,"COMP9444, T2",,,,
"Stranger, A",9999,7654321,z7654321,COMP9444,,,,
"Student, Test",9998,,abcdef,COMP9444,,,,
"""


def filled(
    tmp_path: Path,
    *,
    points: str = "5.0",
    column: str = "Assignment 1",
    text: str = GRADEBOOK,
    rules: Rules | None = None,
    rescale: bool = False,
) -> Filled:
    file = tmp_path / "gradebook.csv"
    file.write_bytes(text.format(points=points).encode("utf-8-sig"))
    marks = final_marks(cohort(COMPLETE, WAITING, UNCHECKED, MISSING), rules or Rules())
    return fill_gradebook(read_sheet(file), marks, column, rescale=rescale)


def test_one_column_is_filled_and_not_a_byte_besides(tmp_path: Path) -> None:
    done = filled(tmp_path)
    expected = GRADEBOOK.format(points="5.0").replace("COMP9444,7.00,,", "COMP9444,7.00,3.75,")
    assert done.content == expected.encode("utf-8-sig")
    assert done.students == {"z1111111"}


def test_students_are_found_by_id_or_by_their_numbers(tmp_path: Path) -> None:
    done = filled(tmp_path, rules=Rules("exclude"))
    assert done.students == {"z1111111", "z2222222", "z3333333"}
    text = done.content.decode("utf-8-sig")
    assert '"Score, Bo_Under",8888,2222222,z2222222,COMP9444,,0.5,,' in text
    assert '"Example, Chi",9003,,z3333333,"COMP9444, T2",,4.5,,' in text


def test_whoever_is_left_out_is_named_but_not_the_test_student(tmp_path: Path) -> None:
    assert filled(tmp_path).notes == (
        "in the sheet but not in the results (1): Stranger, A",
        "no mark here, so the one that is in the sheet was left (1): z2222222",
        "in the results but not in the sheet (1): z4444444",
    )


@pytest.mark.parametrize("column", ["Assignment 1", " Assignment 1 (12345) "])
def test_the_assignment_is_known_with_or_without_its_number(tmp_path: Path, column: str) -> None:
    assert filled(tmp_path, column=column).students == {"z1111111"}


def test_an_assignment_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='no assignments "Homework"') as error:
        filled(tmp_path, column="Homework")
    assert '"Quiz (11)", "Assignment 1 (12345)"' in str(error.value)


def test_two_assignments_of_one_name_are_told_apart_by_number(tmp_path: Path) -> None:
    text = GRADEBOOK.replace("Quiz (11)", "Assignment 1 (11)")
    with pytest.raises(UsageError, match='2 assignments "Assignment 1"'):
        filled(tmp_path, text=text)
    assert filled(tmp_path, text=text, column="Assignment 1 (12345)").students


def test_other_points_are_converted_only_where_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Points Possible: at most 20 marks there, 5 here"):
        filled(tmp_path, points="20")
    assert b"7.00,15," in filled(tmp_path, points="20", rescale=True).content


def test_points_that_are_not_given_are_not_compared(tmp_path: Path) -> None:
    assert b"7.00,3.75," in filled(tmp_path, points="").content


def test_a_column_that_canvas_calculates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r'line 3: "\(read only\)" as Points Possible'):
        filled(tmp_path, column="Final")


def test_what_is_no_gradebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match='no columns "Student"'):
        filled(tmp_path, text="Name,Assignment 1 (12345)\nAda,\n")
