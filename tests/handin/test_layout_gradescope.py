from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import IntakeError

from .cohort_folders import by_student, find, one, tree

HEAD = "---\n"
JANE = """submission_11:
  :submitters:
  - :name: Jane Citizen
    :sid: z1234567
    :email: jane@example.edu
  :created_at: 2025-03-03 12:59:01.123456789 Z
  :score: 3.5
"""


def export(root: Path, metadata: str, *names: str) -> Path:
    folder = tree(root / "assignment_5_export", *names)
    (folder / "submission_metadata.yml").write_text(HEAD + metadata, encoding="utf-8")
    return root


def test_the_metadata_say_whose_each_submission_is(tmp_path: Path) -> None:
    found = find(export(tmp_path / "hw1", JANE, "submission_11/kuzu.py"))
    candidate = one(found)
    assert found.layout == candidate.layout == "gradescope"
    assert (candidate.student, candidate.name) == ("z1234567", "Jane Citizen")
    assert candidate.identifiers == {
        "gradescope": "11",
        "sid": "z1234567",
        "email": "jane@example.edu",
    }
    assert candidate.submitted == datetime(2025, 3, 3, 12, 59, 1, 123456, tzinfo=UTC)
    assert candidate.paths == (tmp_path / "hw1/assignment_5_export/submission_11",)
    assert (candidate.problem, candidate.reason, found.left_aside) == ("", "", ())


@pytest.mark.parametrize(
    ("sid", "email", "student"),
    [
        ("1234567", "", "z1234567"),
        ("", "z1234567@example.edu", "z1234567"),
        ("0012345", "", "z0012345"),
        ("00123456", "", "00123456"),
        ("", "jane@example.edu", "jane-example.edu"),
        ("", "", "Jane-Citizen"),
        ("null", "~", "Jane-Citizen"),
    ],
)
def test_the_surest_thing_known_of_a_submitter_is_the_id(
    tmp_path: Path, sid: str, email: str, student: str
) -> None:
    metadata = JANE.replace("z1234567", sid).replace("jane@example.edu", email)
    assert one(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py"))).student == student


def test_each_of_a_group_has_the_submission(tmp_path: Path) -> None:
    metadata = JANE.replace("  :created_at", "  - :name: Max\n    :sid: z7654321\n  :created_at")
    found = by_student(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py")))
    assert set(found) == {"z1234567", "z7654321"}
    assert found["z1234567"].paths == found["z7654321"].paths
    assert found["z7654321"].reason == "handed in together with z1234567"
    assert found["z7654321"].problem == ""


def test_somebody_named_twice_in_a_group_has_one_submission(tmp_path: Path) -> None:
    again = "  - :name: Jane\n    :sid: Z1234567\n  :created_at"
    metadata = JANE.replace("  :created_at", again)
    assert one(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py"))).problem == ""


def test_a_student_with_two_submissions_is_a_duplicate(tmp_path: Path) -> None:
    metadata = JANE + JANE.replace("submission_11", "submission_12")
    folder = export(tmp_path / "hw1", metadata, "submission_11/kuzu.py", "submission_12/kuzu.py")
    assert one(find(folder)).problem == "duplicate"


def test_earlier_submissions_are_mentioned(tmp_path: Path) -> None:
    metadata = JANE + "  :history:\n  - :id: 9\n    :score: 1.0\n  - :id: 10\n"
    candidate = one(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py")))
    assert candidate.reason == "the submission that counts; Gradescope's history names 2"


def test_a_time_with_the_tags_of_ruby_is_read(tmp_path: Path) -> None:
    time = """!ruby/object:ActiveSupport::TimeWithZone
    utc: 2025-03-03 12:59:00.000000000
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Australia/Sydney
    time: 2025-03-03 23:59:00.000000000 Z"""
    metadata = JANE.replace("2025-03-03 12:59:01.123456789 Z", time)
    candidate = one(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py")))
    assert candidate.submitted == datetime(2025, 3, 3, 12, 59, tzinfo=UTC)


def test_a_time_that_cannot_be_read_is_mentioned(tmp_path: Path) -> None:
    metadata = JANE.replace("2025-03-03 12:59:01.123456789 Z", "in time")
    candidate = one(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py")))
    assert candidate.submitted is None
    assert candidate.reason == "its time of submission cannot be read: in time"


def test_what_is_named_and_not_there_is_missing(tmp_path: Path) -> None:
    metadata = JANE + JANE.replace("11", "12").replace("z1234567", "z7654321")
    candidate = by_student(find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py")))[
        "z7654321"
    ]
    assert (candidate.problem, candidate.paths) == ("missing", ())
    assert candidate.name == "Jane Citizen"
    assert "names submission_12, which is not in the export" in candidate.reason


@pytest.mark.parametrize("metadata", [JANE, JANE + "submission_12:\n  :submitters: []\n"])
def test_a_submission_without_a_submitter_keeps_its_number(tmp_path: Path, metadata: str) -> None:
    names = ("submission_11/kuzu.py", "submission_12/kuzu.py", "notes.txt")
    found = find(export(tmp_path / "hw1", metadata, *names))
    candidate = by_student(found)["submission_12"]
    assert candidate.problem == ""
    assert candidate.reason == "submission_metadata.yml does not say whose it is"
    assert candidate.identifiers == {"gradescope": "12"}
    assert [left.name for left in found.left_aside] == ["notes.txt"]


def test_a_record_without_submitter_and_without_folder_is_mentioned(tmp_path: Path) -> None:
    metadata = JANE + "submission_12:\n  :submitters: []\n"
    found = find(export(tmp_path / "hw1", metadata, "submission_11/kuzu.py"))
    assert len(found.candidates) == 1
    assert [left.name for left in found.left_aside] == ["submission_12"]


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ("a: [", "it cannot be read"),
        ("a: &a [*a]", "it cannot be read"),
        ("- a\n- b\n", "no list of submissions"),
        ("submission_11: nobody\n", "no list of submissions"),
        ("", "no list of submissions"),
        ("[" * 5000, "it cannot be read"),
        ("a: \x00", "it cannot be read"),
    ],
)
def test_metadata_that_are_none_are_an_error(tmp_path: Path, metadata: str, found: str) -> None:
    folder = export(tmp_path / "hw1", metadata, "submission_11/kuzu.py")
    with pytest.raises(IntakeError, match=found) as raised:
        find(folder)
    assert raised.value.where == "assignment_5_export/submission_metadata.yml"
    assert raised.value.hint == "download the export again and leave it as it is"


def test_metadata_make_no_objects(tmp_path: Path) -> None:
    attack = f"x: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n"
    with pytest.raises(IntakeError):
        find(export(tmp_path / "hw1", attack, "submission_11/kuzu.py"))
    assert not (tmp_path / "made").exists()


def test_metadata_as_large_as_no_export_has_them_are_not_read(tmp_path: Path) -> None:
    folder = export(tmp_path / "hw1", "", "submission_11/kuzu.py")
    with (folder / "assignment_5_export" / "submission_metadata.yml").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(IntakeError, match="larger than 64 MiB"):
        find(folder)


def test_submissions_without_the_metadata_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"submission_metadata\.yml: not there"):
        find(tree(tmp_path / "hw1", "submission_11/kuzu.py", "submission_12/kuzu.py"))
