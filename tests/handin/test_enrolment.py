from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import IntakeError

from .cohort_folders import by_student, find, one, roster_of, tree

MOODLE = "Jane Citizen_77_assignsubmission_file_"


def test_names_and_times_come_from_the_list(tmp_path: Path) -> None:
    roster = roster_of(
        tmp_path, "zID,Name,Email,Submitted\nz1234567,Jane,j@example.edu,2025-03-03T12:59Z\n"
    )
    candidate = one(find(tree(tmp_path / "hw1", "z1234567/kuzu.py"), roster))
    assert candidate.name == "Jane"
    assert candidate.identifiers == {"email": "j@example.edu"}
    assert candidate.submitted == datetime(2025, 3, 3, 12, 59, tzinfo=UTC)
    assert (candidate.problem, candidate.reason) == ("", "")


def test_who_is_on_the_list_and_handed_in_nothing_is_missing(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "zID,Name,Status\nz1234567,Jane,\nz7654321,Max,No submission\n")
    found = by_student(find(tree(tmp_path / "hw1", "z1234567/kuzu.py"), roster))
    missing = found["z7654321"]
    assert (missing.problem, missing.paths, missing.layout) == ("missing", (), "folders")
    assert missing.name == "Max"
    assert missing.reason == (
        "on the list roster.csv, but nothing was handed in; its status there is No submission"
    )


def test_who_handed_in_and_is_not_on_the_list_is_kept(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "zID\nz1234567\n")
    names = ("z1234567/kuzu.py", "z7654321/kuzu.py")
    candidate = by_student(find(tree(tmp_path / "hw1", *names), roster))["z7654321"]
    assert (candidate.problem, candidate.reason) == ("", "not on the list roster.csv")


def test_a_moodle_participant_gets_the_student_number_of_the_worksheet(tmp_path: Path) -> None:
    roster = roster_of(
        tmp_path, "Identifier,Full name,ID number\nParticipant 77,Citizen Jane,1234567\n"
    )
    candidate = one(find(tree(tmp_path / "hw1", f"{MOODLE}/kuzu.py"), roster))
    assert (candidate.student, candidate.name) == ("z1234567", "Citizen Jane")
    assert candidate.identifiers == {"moodle": "77", "moodle_folder": MOODLE}


@pytest.mark.parametrize("folder", [MOODLE, "Participant_77_assignsubmission_file_"])
def test_without_student_numbers_a_participant_keeps_the_id(tmp_path: Path, folder: str) -> None:
    roster = roster_of(tmp_path, "Identifier,Status\nParticipant 77,\nParticipant 78,\n")
    found = find(tree(tmp_path / "hw1", f"{folder}/kuzu.py"), roster)
    alone = one(find(tree(tmp_path / "hw2", f"{folder}/kuzu.py")))
    assert set(by_student(found)) == {alone.student, "participant-78"}


def test_a_list_without_participant_numbers_knows_a_student_by_the_address(tmp_path: Path) -> None:
    metadata = "submission_1:\n  :submitters:\n  - :name: Jane\n    :email: J@example.edu\n"
    folder = tree(tmp_path / "hw1", "submission_1/kuzu.py")
    (folder / "submission_metadata.yml").write_text(metadata)
    roster = roster_of(tmp_path, "zID,Email\nz1234567,j@example.edu\n")
    assert one(find(folder, roster)).student == "z1234567"


def test_an_address_that_two_share_says_nothing(tmp_path: Path) -> None:
    metadata = (
        "submission_1:\n  :submitters:\n  - :name: Jane\n    :email: j@example.edu\n"
        "submission_2:\n  :submitters:\n  - :sid: z7654321\n"
    )
    folder = tree(tmp_path / "hw1", "submission_1/kuzu.py", "submission_2/kuzu.py")
    (folder / "submission_metadata.yml").write_text(metadata)
    roster = roster_of(tmp_path, "zID,Email\nz1234567,j@example.edu\nz7654321,j@example.edu\n")
    found = by_student(find(folder, roster))
    assert set(found) == {"j-example.edu", "z1234567", "z7654321"}
    assert found["j-example.edu"].reason == "not on the list roster.csv"


def test_two_submissions_that_the_list_says_are_one_student_s_are_a_duplicate(
    tmp_path: Path,
) -> None:
    other = "z1234567_9_assignsubmission_file_"
    roster = roster_of(tmp_path, "Identifier,zID\nParticipant 77,z1234567\n")
    folder = tree(tmp_path / "hw1", f"{MOODLE}/kuzu.py", f"{other}/kuzu.py")
    assert one(find(folder, roster)).problem == "duplicate"


def test_a_student_number_that_the_list_contradicts_is_mentioned(tmp_path: Path) -> None:
    folder = "z7654321 Jane_77_assignsubmission_file_"
    roster = roster_of(tmp_path, "Identifier,zID\nParticipant 77,z1234567\n")
    candidate = one(find(tree(tmp_path / "hw1", f"{folder}/kuzu.py"), roster))
    assert candidate.student == "z1234567"
    assert candidate.reason == "handed in as z7654321"


def test_a_list_that_knows_none_of_them_is_an_error(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "zID\nz1234567\n")
    with pytest.raises(IntakeError) as raised:
        find(tree(tmp_path / "hw1", f"{MOODLE}/kuzu.py"), roster)
    assert raised.value.found == "none of those who handed in is on it: Jane-Citizen-77"
    assert "grading worksheet" in raised.value.hint
