from pathlib import Path

from grader.handin.candidate import Candidate, Found, LeftAside, one_each


def test_notes_name_what_was_left_aside_once_for_each_reason() -> None:
    aside = (*(LeftAside(name, "a text") for name in "abcde"), LeftAside("f", "a link"))
    assert Found("folders", [], aside).notes == [
        "left aside: a text: a, b, c and 2 more",
        "left aside: a link: f",
    ]


def test_of_one_submission_and_empty_folders_the_submission_counts() -> None:
    empty = Candidate("z1", (), "folders", problem="missing", reason="the folder z1 is empty")
    packed = Candidate("Z1", (Path("hw1/Z1.zip"),), "folders", reason="odd")
    (joined,) = one_each([empty, packed])
    assert joined == packed.noting("the folder z1 is empty")


def test_an_unreadable_submission_and_a_good_one_are_two() -> None:
    bad = Candidate("z1", (Path("hw1/z1.rar"),), "folders", problem="unreadable", reason="RAR")
    good = Candidate("z1", (Path("hw1/z1"),), "folders")
    (joined,) = one_each([good, bad])
    assert joined.problem == "duplicate"
    assert joined.reason.startswith("2 submissions: hw1/z1, hw1/z1.rar; none was graded: ")
    assert joined.reason.endswith("; RAR")
