import os
from pathlib import Path

import pytest

from .cohort_folders import KUZU, SUBMITTED_ZIP, by_student, find, one, tar_bytes, tree


def test_folders_and_archives_named_by_student_number(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/kuzu.py", "README.md", "expected.toml")
    (folder / "Z2222222.zip").write_bytes(SUBMITTED_ZIP)
    (folder / "z3333333_hw1.tar.gz").write_bytes(tar_bytes({"kuzu.py": KUZU}))
    (folder / "4444444").mkdir()
    (folder / "4444444" / "kuzu.py").write_bytes(KUZU)
    found = find(folder)
    assert found.layout == "folders"
    assert [candidate.student for candidate in found.candidates] == [
        "z1111111",
        "z2222222",
        "z3333333",
        "z4444444",
    ]
    assert not any(one.problem or one.reason for one in found.candidates)
    assert found.notes == ["left aside: a file beside the submissions: README.md, expected.toml"]


def test_a_packed_submission_needs_no_ending_to_be_one(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1")
    (folder / "z1111111").write_bytes(SUBMITTED_ZIP)
    assert one(find(folder)).paths == (folder / "z1111111",)


def test_a_spreadsheet_is_packed_and_still_nobody_s_submission(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/kuzu.py")
    (folder / "marks.xlsx").write_bytes(SUBMITTED_ZIP)
    found = find(folder)
    assert one(found).student == "z1111111"
    assert [left.name for left in found.left_aside] == ["marks.xlsx"]


def test_a_folder_and_an_archive_of_one_student_are_a_duplicate(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1234567/kuzu.py")
    (folder / "Z1234567.zip").write_bytes(SUBMITTED_ZIP)
    candidate = one(find(folder))
    assert candidate.student == "z1234567"
    assert candidate.problem == "duplicate"
    assert set(candidate.paths) == {folder / "z1234567", folder / "Z1234567.zip"}
    assert candidate.reason == (
        "2 submissions: hw1/Z1234567.zip, hw1/z1234567; none was graded: keep the one that counts, "
        "move the others away, and run the command again"
    )


def test_an_empty_folder_is_a_missing_submission(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/src/", "z1111111/.DS_Store", "z2222222/kuzu.py")
    candidate = by_student(find(folder))["z1111111"]
    assert (candidate.problem, candidate.paths) == ("missing", ())
    assert candidate.reason == "the folder z1111111 is empty"


def test_an_empty_folder_beside_the_submission_does_not_count(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/")
    (folder / "z1111111.zip").write_bytes(SUBMITTED_ZIP)
    candidate = one(find(folder))
    assert (candidate.problem, candidate.paths) == ("", (folder / "z1111111.zip",))
    assert candidate.reason == "the folder z1111111 is empty"


def test_two_empty_folders_of_one_student_are_missing_once(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/", "Z1111111_b/", "z2222222/kuzu.py")
    candidate = by_student(find(folder))["z1111111"]
    assert candidate.problem == "missing"
    assert candidate.reason == "the folder Z1111111_b is empty; the folder z1111111 is empty"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("z1111111.zip", b"hello", "z1111111.zip: not an archive, though named like one"),
        ("z1111111.rar", b"Rar!\x1a\x07\x00", "a RAR archive; only zip and tar are read"),
    ],
)
def test_what_is_no_archive_that_can_be_opened_is_unreadable(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    folder = tree(tmp_path / "hw1", "z2222222/kuzu.py")
    (folder / name).write_bytes(data)
    candidate = by_student(find(folder))["z1111111"]
    assert candidate.problem == "unreadable"
    assert why in candidate.reason


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tree(tmp_path / "elsewhere", "kuzu.py")
    folder = tree(tmp_path / "hw1", "z2222222/kuzu.py")
    (folder / "z1111111").symlink_to(elsewhere)
    (folder / "latest").symlink_to(elsewhere)
    found = find(folder)
    candidate = by_student(found)["z1111111"]
    assert candidate.problem == "unreadable"
    assert candidate.reason == "z1111111: a link, which is not followed"
    assert found.notes == ["left aside: a link, which is not followed: latest"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z2222222/kuzu.py")
    os.mkfifo(folder / "z1111111.zip")
    assert by_student(find(folder))["z1111111"].reason == "z1111111.zip: no file and no folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator can read every folder")
def test_what_the_permissions_forbid_is_unreadable(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/kuzu.py", "z2222222/kuzu.py")
    (folder / "z3333333.zip").write_bytes(SUBMITTED_ZIP)
    (folder / "z1111111").chmod(0)
    (folder / "z3333333.zip").chmod(0)
    found = by_student(find(folder))
    (folder / "z1111111").chmod(0o755)
    assert found["z1111111"].problem == found["z3333333"].problem == "unreadable"
    assert "Permission denied" in found["z1111111"].reason
    assert "the permissions do not allow to read it" in found["z3333333"].reason


def test_folders_named_by_name(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "Jane Citizen/kuzu.py", "José/hw1/kuzu.py", "李娜/notes.txt")
    students = set(by_student(find(folder)))
    assert "Jane-Citizen" in students
    assert len(students) == 3


def test_folders_that_differ_in_capitals_alone_are_one_student(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "jane/kuzu.py", "Jane/kuzu.py")
    assert one(find(folder)).problem == "duplicate"


def test_an_archive_for_each_name(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1")
    for name in ("Jane Citizen.zip", "Max.tgz"):
        (folder / name).write_bytes(SUBMITTED_ZIP)
    assert set(by_student(find(folder))) == {"Jane-Citizen", "Max"}


def test_loose_files_that_begin_with_the_student_number_are_one_submission(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111_kuzu.py", "z1111111_hw1.pdf", "z2222222-comment.txt")
    found = find(folder)
    assert one(found).student == "z1111111"
    assert one(found).paths == (folder / "z1111111_hw1.pdf", folder / "z1111111_kuzu.py")
    assert [left.name for left in found.left_aside] == ["z2222222-comment.txt"]


def test_a_comment_beside_a_submission_is_no_second_submission(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "z1111111/kuzu.py", "z1111111.txt")
    assert one(find(folder)).problem == ""
