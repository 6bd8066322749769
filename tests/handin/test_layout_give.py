import os
from pathlib import Path

import pytest

from .cohort_folders import KUZU, by_student, find, one, tar_bytes, tree

FIRST = tar_bytes({"kuzu.py": b"x = 1\n"}, "w")
SECOND = tar_bytes({"kuzu.py": KUZU}, "w")
MONDAY = 1_741_000_000.0


def given(root: Path, *archives: tuple[str, bytes, float]) -> Path:
    """A tutorial group with one student who gave these archives at these times."""
    student = tree(root / "tue09a" / "1234567")
    (student / "log").write_text("given\n")
    for name, data, time in archives:
        (student / name).write_bytes(data)
        os.utime(student / name, (time, time))
    return root


def test_students_of_all_groups_by_number_with_and_without_z(tmp_path: Path) -> None:
    folder = tree(
        tmp_path / "hw1",
        "tue09a/z1111111/submission.tar",
        "tue09a/2222222/submission.tar",
        "tue09a/2222222/log",
        "wed10b/z3333333/submission.tar",
        "wed10b/tutor.txt",
        "give.spec",
        "thu12c/",
        "autotest/test1.sh",
        data=SECOND,
    )
    found = find(folder)
    assert found.layout == "give"
    assert set(by_student(found)) == {"z1111111", "z2222222", "z3333333"}
    assert by_student(found)["z2222222"].paths == (folder / "tue09a/2222222/submission.tar",)
    assert not any(one.problem or one.reason for one in found.candidates)
    assert {left.name for left in found.left_aside} == {
        "wed10b/tutor.txt",
        "give.spec",
        "thu12c",
        "autotest",
    }


def test_work_beside_the_groups_is_somebody_s(tmp_path: Path) -> None:
    names = ("tue09a/z1111111/submission.tar", "z2222222/submission.tar", "Jane/kuzu.py")
    found = by_student(find(tree(tmp_path / "hw1", *names, data=SECOND)))
    assert set(found) == {"z1111111", "z2222222", "Jane"}


def test_one_group_alone_is_a_give_tree(tmp_path: Path) -> None:
    found = find(given(tmp_path / "hw1", ("submission.tar", SECOND, MONDAY)))
    assert (found.layout, one(found).student) == ("give", "z1234567")


def test_a_student_in_two_groups_is_a_duplicate(tmp_path: Path) -> None:
    names = ("tue09a/z1111111/submission.tar", "wed10b/1111111/submission.tar")
    assert one(find(tree(tmp_path / "hw1", *names, data=SECOND))).problem == "duplicate"


def test_an_archive_or_files_in_the_place_of_a_student_folder(tmp_path: Path) -> None:
    names = ("tue09a/z1111111/kuzu.py", "tue09a/z2222222/", "wed10b/z4444444/kuzu.py")
    folder = tree(tmp_path / "hw1", *names)
    (folder / "tue09a" / "z3333333.tar").write_bytes(SECOND)
    found = by_student(find(folder))
    assert found["z1111111"].paths == (folder / "tue09a/z1111111",)
    assert found["z2222222"].problem == "missing"
    assert found["z3333333"].paths == (folder / "tue09a/z3333333.tar",)
    assert {candidate.layout for candidate in found.values()} == {"give"}


@pytest.mark.parametrize(
    ("archives", "latest", "evidence"),
    [
        ([("submission.tar", 0), ("sub1.tar", -600), ("sub0.tar", -900)], "submission.tar", "time"),
        ([("submission.tar", 0), ("sub1.tar", 600)], "sub1.tar", "time"),
        ([("sub2.tar", 900), ("sub10.tar", 9000)], "sub10.tar", "time"),
        ([("sub2.tar", 0), ("sub10.tar", 0)], "sub10.tar", "number"),
        ([("sub9.tar", 1), ("sub10.tar.gz", 0)], "sub10.tar.gz", "number"),
    ],
)
def test_the_latest_counts_where_number_or_time_say_which_it_is(
    tmp_path: Path, archives: list[tuple[str, float]], latest: str, evidence: str
) -> None:
    packed = [
        (name, SECOND if name == latest else FIRST, MONDAY + later) for name, later in archives
    ]
    candidate = one(find(given(tmp_path / "hw1", *packed)))
    assert candidate.problem == ""
    assert candidate.paths[0].name == latest
    others = ", ".join(sorted(name for name, _ in archives if name != latest))
    assert candidate.reason == f"{latest} counts, the latest by its {evidence}, not {others}"


def test_a_copy_of_the_highest_number_is_no_contradiction(tmp_path: Path) -> None:
    archives = [
        ("submission.tar", SECOND, MONDAY),
        ("sub1.tar", FIRST, MONDAY),
        ("sub2.tar", SECOND, MONDAY),
    ]
    candidate = one(find(given(tmp_path / "hw1", *archives)))
    assert candidate.paths[0].name == "sub2.tar"


@pytest.mark.parametrize(
    ("archives", "why"),
    [
        ([("submission.tar", 0), ("sub1.tar", 0)], "neither their numbers nor their times say"),
        ([("submission.tar", 0), ("sub1.tar", 3)], "neither their numbers nor their times say"),
        ([("sub1.tar", 0), ("sub1.tar.gz", 0)], "neither their numbers nor their times say"),
        ([("sub1.tar", 900), ("sub2.tar", 0)], "their numbers and their times contradict"),
    ],
)
def test_where_they_do_not_say_it_a_person_decides(
    tmp_path: Path, archives: list[tuple[str, float]], why: str
) -> None:
    packed = [
        (name, FIRST if number else SECOND, MONDAY + later)
        for number, (name, later) in enumerate(archives)
    ]
    candidate = one(find(given(tmp_path / "hw1", *packed)))
    assert candidate.problem == "duplicate"
    assert len(candidate.paths) == len(archives)
    assert why in candidate.reason
    assert "keep the one that counts" in candidate.reason


def test_an_archive_that_cannot_be_read_leaves_the_choice_to_a_person(tmp_path: Path) -> None:
    folder = given(
        tmp_path / "hw1", ("submission.tar", SECOND, MONDAY), ("sub1.tar", b"", MONDAY - 900)
    )
    candidate = one(find(folder))
    assert candidate.problem == "duplicate"
    assert "one of them cannot be read" in candidate.reason


def test_a_single_archive_that_is_none_is_unreadable(tmp_path: Path) -> None:
    candidate = one(find(given(tmp_path / "hw1", ("submission.tar", b"", MONDAY))))
    assert candidate.problem == "unreadable"
    assert candidate.reason == "submission.tar: not an archive, though named like one"
