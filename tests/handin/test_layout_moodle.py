from pathlib import Path

import pytest

from .cohort_folders import KUZU, by_student, find, one, tree, zip_bytes

JANE = "Jane Citizen_1234567_assignsubmission_file_"


def test_a_folder_for_each_student(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}/kuzu.py")
    candidate = one(find(folder))
    assert candidate.layout == "moodle"
    assert candidate.student == "Jane-Citizen-1234567"
    assert candidate.name == "Jane Citizen"
    assert candidate.identifiers == {"moodle": "1234567", "moodle_folder": JANE}
    assert candidate.paths == (folder / JANE,)


@pytest.mark.parametrize(
    ("folder", "name", "student"),
    [
        ("José Ó Briain_7_assignsubmission_file_", "José Ó Briain", "Jose-O-Briain-7"),
        ("李娜_7_assignsubmission_file_", "李娜", "participant-7"),
        (
            "Mary_Ann_de_la_Cruz_7_assignsubmission_file_",
            "Mary Ann de la Cruz",
            "Mary-Ann-de-la-Cruz-7",
        ),
        ("A_12_B_7_assignsubmission_file_", "A 12 B", "A-12-B-7"),
        ("z1234567 Jane_7_assignsubmission_file_", "z1234567 Jane", "z1234567"),
        ("Participant_7_assignsubmission_file_", "", "participant-7"),
        ("Participant 7_assignsubmission_file_", "", "participant-7"),
        (
            "Tue 9am-Jane Citizen_7_assignsubmission_file_",
            "Tue 9am-Jane Citizen",
            "Tue-9am-Jane-Citizen-7",
        ),
        ("Jane Citizen_7_assignsubmission_file", "Jane Citizen", "Jane-Citizen-7"),
    ],
)
def test_names_as_moodle_writes_them(tmp_path: Path, folder: str, name: str, student: str) -> None:
    candidate = one(find(tree(tmp_path / "hw1", f"{folder}/kuzu.py")))
    assert candidate.name == name
    assert candidate.student == student
    assert candidate.identifiers["moodle"] == "7"
    assert candidate.identifiers["moodle_folder"].endswith("7_assignsubmission_file_")


def test_two_students_of_one_name_are_two(tmp_path: Path) -> None:
    other = JANE.replace("1234567", "7654321")
    found = find(tree(tmp_path / "hw1", f"{JANE}/kuzu.py", f"{other}/kuzu.py"))
    assert set(by_student(found)) == {"Jane-Citizen-1234567", "Jane-Citizen-7654321"}


def test_the_flat_form_gives_each_student_the_loose_files(tmp_path: Path) -> None:
    other = "Max_8_assignsubmission_file_"
    folder = tree(
        tmp_path / "hw1", f"{JANE}kuzu.py", f"{JANE}hw1.pdf", f"{other}my_assignsubmission_file_.py"
    )
    found = by_student(find(folder))
    assert found["Jane-Citizen-1234567"].paths == (
        folder / f"{JANE}hw1.pdf",
        folder / f"{JANE}kuzu.py",
    )
    assert found["Jane-Citizen-1234567"].identifiers["moodle_folder"] == JANE
    assert found["Max-8"].identifiers["moodle_folder"] == other


def test_a_folder_and_loose_files_of_one_student_are_a_duplicate(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}/kuzu.py", f"{JANE}check.py", f"{JANE}kuzu.py")
    candidate = one(find(folder))
    assert candidate.problem == "duplicate"
    assert len(candidate.paths) == 3
    assert "_kuzu.py" not in candidate.reason
    assert "and 1 more file" in candidate.reason


def test_typed_text_is_not_the_submission(tmp_path: Path) -> None:
    text = JANE.replace("file", "onlinetext")
    found = find(tree(tmp_path / "hw1", f"{JANE}/kuzu.py", f"{text}/onlinetext.html"))
    assert one(found).paths == (tmp_path / "hw1" / JANE,)
    assert one(found).reason == ""
    assert [left.name for left in found.left_aside] == [text]


@pytest.mark.parametrize("ending", ["/onlinetext.html", "onlinetext.html"])
def test_who_only_typed_text_handed_in_nothing(tmp_path: Path, ending: str) -> None:
    text = JANE.replace("file", "onlinetext")
    candidate = one(find(tree(tmp_path / "hw1", f"{text}{ending}")))
    assert (candidate.problem, candidate.paths) == ("missing", ())
    assert candidate.reason == "no files, only text typed into Moodle"
    assert candidate.identifiers == {"moodle": "1234567"}


def test_an_empty_folder_is_a_missing_submission(tmp_path: Path) -> None:
    candidate = one(find(tree(tmp_path / "hw1", f"{JANE}/")))
    assert candidate.problem == "missing"
    assert candidate.identifiers["moodle_folder"] == JANE


def test_a_loose_file_that_is_no_archive_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}kuzu.py", f"{JANE}code.zip")
    (folder / f"{JANE}check.py").symlink_to("/etc/passwd")
    candidate = one(find(folder))
    assert candidate.paths == (folder / f"{JANE}kuzu.py",)
    assert f"{JANE}code.zip: not an archive, though named like one" in candidate.reason
    assert "check.py: a link, which is not followed" in candidate.reason


@pytest.mark.parametrize("ending", ["", "code.zip"])
def test_where_no_loose_file_can_be_taken_the_submission_is_unreadable(
    tmp_path: Path, ending: str
) -> None:
    candidate = one(find(tree(tmp_path / "hw1", f"{JANE}{ending}")))
    assert candidate.problem == "unreadable"
    assert candidate.reason


def test_other_things_in_the_folder_are_left_aside(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}/kuzu.py", "worksheet.csv", "notes/todo.txt")
    (folder / "download.zip").write_bytes(zip_bytes({f"{JANE}/kuzu.py": KUZU}))
    assert {left.name for left in find(folder).left_aside} == {
        "worksheet.csv",
        "notes",
        "download.zip",
    }
