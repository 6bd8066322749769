from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import IntakeError
from grader.handin.candidate import Candidate
from grader.handin.opening import open_candidate
from grader.submission.intake import Submission

from .cohort_folders import KUZU, ROLES, find, one, tar_bytes, tree, zip_bytes

JANE = "Jane Citizen_7_assignsubmission_file_"


def opened(candidate: Candidate, tmp_path: Path) -> Submission:
    workdir = tmp_path / "work"
    workdir.mkdir()
    return open_candidate(candidate, workdir, ROLES)


def test_the_submission_has_the_candidate_s_id(tmp_path: Path) -> None:
    folder = tree(tmp_path / "tue09a" / "1234567")
    (folder / "submission.tar").write_bytes(tar_bytes({"kuzu.py": KUZU}))
    submission = opened(one(find(tmp_path / "tue09a")), tmp_path)
    assert submission.id == "z1234567"
    assert submission.path == "1234567/submission.tar"
    assert [file.role for file in submission.files] == ["kuzu.py"]


def test_loose_files_get_the_student_s_own_names_back(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}kuzu.py", f"{JANE}hw1.pdf", f"{JANE}my notes.txt")
    submission = opened(one(find(folder)), tmp_path)
    assert submission.id == "Jane-Citizen-7"
    assert submission.path == f"hw1/{JANE}hw1.pdf and 2 more files"
    assert {file.name: file.role for file in submission.files} == {
        "kuzu.py": "kuzu.py",
        "hw1.pdf": "hw1.pdf",
        "my notes.txt": "other",
    }
    kuzu = submission.path_of("kuzu.py")
    assert kuzu is not None
    assert kuzu.read_bytes() == KUZU


def test_a_single_loose_archive_is_the_submission(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1")
    (folder / f"{JANE}code.zip").write_bytes(zip_bytes({"kuzu.py": KUZU}))
    assert opened(one(find(folder)), tmp_path).path_of("kuzu.py") is not None


def test_an_archive_among_loose_files_is_unpacked_as_in_a_folder(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}hw1.pdf")
    (folder / f"{JANE}code.zip").write_bytes(zip_bytes({"kuzu.py": KUZU}))
    submission = opened(one(find(folder)), tmp_path)
    assert {path for path, _ in submission.places} == {"kuzu.py", "hw1.pdf"}


def test_what_is_known_of_the_candidate_is_the_first_note(tmp_path: Path) -> None:
    candidate = one(find(tree(tmp_path / "hw1", "z1234567/kuzu.py")))
    submission = opened(candidate.noting("not on the list"), tmp_path)
    assert submission.notes[0] == "not on the list"


@pytest.mark.parametrize("name", ["..", "a\\..\\..\\b", "ku\nzu.py"])
def test_a_hostile_name_does_not_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}{name}", f"{JANE}kuzu.py")
    before = {path for path in tmp_path.rglob("*") if path.is_relative_to(folder)}
    submission = opened(one(find(folder)), tmp_path)
    assert [file.name for file in submission.files] == ["kuzu.py"]
    assert "left out: names " in submission.notes[0]
    assert before == {path for path in tmp_path.rglob("*") if path.is_relative_to(folder)}


def test_of_two_files_that_would_get_one_name_one_is_taken(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}src\\kuzu.py", f"{JANE}src\\\\kuzu.py")
    submission = opened(one(find(folder)), tmp_path)
    assert len(submission.files) == 1
    assert "left out: its name is taken" in submission.notes[0]


def test_a_loose_file_too_large_for_a_submission_is_not_copied(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", f"{JANE}kuzu.py")
    with (folder / f"{JANE}weights.pth").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    submission = opened(one(find(folder)), tmp_path)
    assert submission.notes[0] == "left out: larger than 64 MiB: weights.pth"


def test_where_a_file_cannot_have_a_second_name_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refused)
    folder = tree(tmp_path / "hw1", f"{JANE}kuzu.py")
    assert opened(one(find(folder)), tmp_path).path_of("kuzu.py") is not None


def test_a_candidate_with_a_problem_is_not_opened(tmp_path: Path) -> None:
    candidate = one(find(tree(tmp_path / "hw1", f"{JANE}/")))
    with pytest.raises(IntakeError, match=r"Jane-Citizen-7: missing: the folder .* is empty"):
        opened(candidate, tmp_path)


def test_an_error_says_what_is_known_of_the_candidate(tmp_path: Path) -> None:
    candidate = one(find(tree(tmp_path / "hw1", f"{JANE}essay.txt")))
    with pytest.raises(IntakeError) as raised:
        opened(candidate.noting("not on the list"), tmp_path)
    assert raised.value.where == f"hw1/{JANE}essay.txt"
    assert raised.value.found.startswith("none of the files asked for; found essay.txt")
    assert raised.value.found.endswith("(not on the list)")


def test_a_link_that_came_later_is_not_followed(tmp_path: Path) -> None:
    candidate = one(find(tree(tmp_path / "hw1", "z1234567/kuzu.py")))
    (tmp_path / "hw1" / "link").symlink_to(tmp_path / "hw1" / "z1234567")
    linked = replace(candidate, paths=(tmp_path / "hw1" / "link",))
    with pytest.raises(IntakeError, match="hw1/link: it cannot be read: a link, which is not"):
        opened(linked, tmp_path)


def test_a_file_that_is_gone_is_an_intake_error(tmp_path: Path) -> None:
    candidate = one(find(tree(tmp_path / "hw1", f"{JANE}kuzu.py")))
    candidate.paths[0].unlink()
    with pytest.raises(IntakeError, match="it cannot be read: No such file"):
        opened(candidate, tmp_path)
