from grader.handin.csv_table import Table
from grader.handin.roster_columns import columns_of, quoted


def test_columns_are_known_by_any_spelling_of_their_names() -> None:
    columns = columns_of(Table(("Full  name", "E-MAIL", "student_id"), ()), "roster.csv")
    assert (columns["name"], columns["email"], columns["number"]) == ([0], [1], [2])


def test_of_several_names_for_one_thing_the_surer_comes_first() -> None:
    columns = columns_of(Table(("Username", "Student ID", "zID"), ()), "roster.csv")
    assert columns["number"] == [2, 1, 0]


def test_canvas_means_something_else_by_id_and_student() -> None:
    columns = columns_of(Table(("Student", "ID", "SIS Login ID"), ()), "gradebook.csv")
    assert (columns["name"], columns["canvas"], columns["number"]) == ([0], [1], [2])


def test_elsewhere_they_may_be_student_numbers() -> None:
    columns = columns_of(Table(("Student", "ID"), ()), "marks.csv")
    assert columns["number"] == [0, 1]


def test_a_name_is_quoted_without_its_odd_characters() -> None:
    assert quoted("a\x1b[2Jb") == '"a\\x1b[2Jb"'
