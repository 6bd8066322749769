"""Checks are known by name before any module of the assignment runs."""

from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.marks.declared_checks import declared_checks


def test_names_are_read_in_order_without_running_the_modules(tmp_path: Path) -> None:
    (tmp_path / "check_b.py").write_text("def check_three(s): ...\n")
    (tmp_path / "check_a.py").write_text(
        "raise SystemExit\ndef check_one(s): ...\ndef helper(): ...\ndef check_two(s): ...\n"
    )
    (tmp_path / "other.py").write_text("def check_no(s): ...\n")
    assert declared_checks(tmp_path) == ["one", "two", "three"]


def test_a_folder_that_is_not_there_declares_none(tmp_path: Path) -> None:
    assert declared_checks(tmp_path / "checks") == []


@pytest.mark.parametrize("second", ["check_a.py", "check_b.py"])
def test_two_checks_of_one_name_are_refused(second: str, tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "check_a.py").write_text("def check_one(s): ...\n")
    with (folder / second).open("a") as module:
        module.write("def check_one(s): ...\n")
    with pytest.raises(AssignmentError) as caught:
        declared_checks(folder)
    assert caught.value.where.startswith(f"checks/{second}, line ")
    assert caught.value.found == "check_one is defined here and in checks/check_a.py, line 1"


@pytest.mark.parametrize(
    ("source", "where"),
    [
        (b"def check_one(s): ...\ndef check_two(s:\n", "checks/check_a.py, line 2"),
        (b"a = '\xff'\n", "checks/check_a.py"),
        (b"a = '\0'\n", "checks/check_a.py"),
    ],
    ids=["syntax", "encoding", "null byte"],
)
def test_a_module_that_does_not_parse_is_named(source: bytes, where: str, tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "check_a.py").write_bytes(source)
    with pytest.raises(AssignmentError) as caught:
        declared_checks(folder)
    assert caught.value.where.startswith(where)
    assert caught.value.found.startswith("does not parse: ")
