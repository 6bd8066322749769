import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.handin.candidate import Found
from grader.handin.layout_gradescope import METADATA
from grader.handin.layouts import find_submissions, open_candidate
from grader.submission.collect import display_name

from .cohort_folders import ROLES, SUBMITTED_ZIP, find, one, tree, zip_bytes

MOODLE = "Jane Citizen_7_assignsubmission_file_"
SAMPLES = Path(__file__).parents[2] / "submissions"


def test_the_samples_of_this_project_are_a_cohort(tmp_path: Path) -> None:
    found = find_submissions(SAMPLES, workdir=tmp_path, roles=ROLES)
    assert found.layout == "folders"
    assert [candidate.student for candidate in found.candidates] == sorted(
        path.name for path in SAMPLES.iterdir() if path.is_dir()
    )
    assert not any(candidate.problem for candidate in found.candidates)
    assert {left.name for left in found.left_aside} == {"README.md", "expected.toml"}


def test_students_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    names = ("z3333333/kuzu.py", "Z1111111/kuzu.py", "2222222/kuzu.py", "Jane/kuzu.py")
    students = [candidate.student for candidate in find(tree(tmp_path / "hw1", *names)).candidates]
    assert students == ["Jane", "z1111111", "z2222222", "z3333333"]


def test_folders_around_everything_are_seen_through(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1", "a/b/z1111111/kuzu.py", "a/readme.txt", "a/.git/config")
    found = find(folder)
    assert one(found).student == "z1111111"
    assert {left.name for left in found.left_aside} == {"a/readme.txt", "a/.git"}


def test_the_only_student_s_folder_is_not_seen_through(tmp_path: Path) -> None:
    for name in ("z1111111", MOODLE, "Jane"):
        found = find(tree(tmp_path / f"hw-{name}", f"{name}/kuzu.py"))
        assert one(found).paths[0].name == name


def test_a_cohort_is_found_through_a_link_to_its_folder(tmp_path: Path) -> None:
    tree(tmp_path / "hw1", "z1111111/kuzu.py")
    (tmp_path / "link").symlink_to(tmp_path / "hw1")
    assert one(find(tmp_path / "link")).student == "z1111111"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (
            (f"{MOODLE}/kuzu.py", "z1234567/kuzu.py"),
            f"a name of a Moodle download ({MOODLE}), a student's own folder, archive or file "
            "(z1234567)",
        ),
        (
            ("submission_1/kuzu.py", f"{MOODLE}/kuzu.py"),
            f"a name of a Moodle download ({MOODLE}), a name of a Gradescope export (submission_1)",
        ),
        (("submission_metadata.yml", "tue09a/z1111111/submission.tar"), "(tue09a)"),
        ((f"{MOODLE}/kuzu.py", "solution/kuzu.py"), "(solution)"),
        ((f"{MOODLE}/kuzu.py", "z1111111_kuzu.py"), "(z1111111_kuzu.py)"),
    ],
)
def test_two_layouts_at_once_are_an_error(
    tmp_path: Path, names: tuple[str, ...], found: str
) -> None:
    with pytest.raises(IntakeError) as raised:
        find(tree(tmp_path / "hw1", *names))
    assert raised.value.where == "hw1"
    assert raised.value.found.startswith("more than one layout: ")
    assert found in raised.value.found
    assert raised.value.hint == ("move what does not belong to the submissions to another folder")


@pytest.mark.parametrize(
    ("names", "found", "hint"),
    [
        ((), "an empty folder", "check that this is the folder"),
        (("notes.txt", "a/letter.txt", "b/"), "no layout that is known: a, b, notes.txt", "check"),
        (("submission.tar", "sub1.tar"), "the files of one submission: sub1.tar", "above it"),
        (("kuzu.py", "hw1.pdf"), "the files of one submission: hw1.pdf, kuzu.py", "`grader run`"),
    ],
)
def test_no_known_layout_is_an_error(
    tmp_path: Path, names: tuple[str, ...], found: str, hint: str
) -> None:
    with pytest.raises(IntakeError) as raised:
        find(tree(tmp_path / "hw1", *names))
    assert raised.value.found.startswith(found)
    assert "a Moodle bulk download" in raised.value.expected
    assert hint in raised.value.hint


def test_a_folder_with_the_bulk_download_alone_says_to_give_that(tmp_path: Path) -> None:
    folder = tree(tmp_path / "hw1")
    (folder / "download.zip").write_bytes(zip_bytes({f"{MOODLE}/kuzu.py": b""}))
    with pytest.raises(IntakeError, match=r"are in download\.zip, give that itself"):
        find(folder)


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"hw1: it cannot be opened: No such file"):
        find(tmp_path / "hw1")


def test_a_pipe_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hw1")
    with pytest.raises(IntakeError, match="hw1: it cannot be opened: Not a directory"):
        find(tmp_path / "hw1")


# Any names at all, with those among them that mean something.

any_name = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."})
of_students = st.sampled_from(
    "z1111111 Z1111111 1111111 z1111111.zip z1111111_kuzu.py z2222222.tar z2222222.rar jane "
    "Jane.zip README.md .DS_Store kuzu.py tue09a wed10b submission.tar sub1.tar".split()
)
of_gradescope = st.sampled_from(["submission_1", "submission_2", "submission_3"])
of_moodle = st.builds(
    "{}_{}_assignsubmission_{}_{}".format,
    any_name,
    st.integers(1, 3),
    st.sampled_from(["file", "onlinetext"]),
    st.one_of(st.just(""), any_name),
)


def _file(path: Path) -> None:
    path.write_bytes(b"")


def _archive(path: Path) -> None:
    path.write_bytes(SUBMITTED_ZIP)


def _student(path: Path) -> None:
    tree(path, "kuzu.py")


def _given(path: Path) -> None:
    tree(path, "submission.tar", "sub1.tar", data=SUBMITTED_ZIP)


def _group(path: Path) -> None:
    tree(path, "z3333333/submission.tar", "z1111111/kuzu.py", "log", "odd/x")


def _link(path: Path) -> None:
    path.symlink_to("/etc")


def _metadata(path: Path) -> None:
    people = "  - :sid: z1111111\n  - :name: Jane\n"
    path.write_text(f"submission_1:\n  :submitters:\n{people}submission_2:\n  :submitters: []\n")


Cohort = dict[str, Callable[[Path], None]]

anything = st.sampled_from([_file, _archive, _student, _given, _group, _link, os.mkdir, os.mkfifo])
nobody_s = st.dictionaries(
    any_name, st.sampled_from([_file, _archive, _link, os.mkdir]), max_size=3
)


def _with_strays(names: st.SearchStrategy[str]) -> st.SearchStrategy[Cohort]:
    cohorts = st.dictionaries(names, anything, min_size=1, max_size=6)
    return st.builds(lambda strays, cohort: strays | cohort, nobody_s, cohorts)


exports = _with_strays(of_gradescope).map(lambda names: names | {METADATA: _metadata})
cohorts = st.one_of(
    _with_strays(of_students),
    _with_strays(of_moodle),
    exports,
    st.dictionaries(st.one_of(any_name, of_students, of_gradescope, of_moodle), anything),
)


def _mentioned(entry: Path, found: Found) -> int:
    """In how many places a name turns up: candidates, their reasons, what was left aside."""
    places = {
        candidate.student
        for candidate in found.candidates
        if any(path == entry or path.is_relative_to(entry) for path in candidate.paths)
    }
    if entry.name == METADATA or (places and _is_several_people_s(entry)):
        return 1
    if places:
        return len(places)
    aside = [left.name for left in found.left_aside]
    if any(left == entry.name or left.startswith(f"{entry.name}/") for left in aside):
        return 1
    return any(display_name(entry.name) in candidate.reason for candidate in found.candidates)


def _is_several_people_s(entry: Path) -> bool:
    """Whether it is a folder of students, or the submission of two who worked together."""
    return (entry / "z3333333").is_dir() or entry.name == "submission_1"


@given(cohorts)
def test_every_name_is_one_candidate_s_or_left_aside(cohort: Cohort) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "hw1"
        folder.mkdir()
        for entry, make in cohort.items():
            try:
                make(folder / entry)
            except OSError:  # a name longer than this file system has them
                continue
        try:
            found = find(folder)
        except IntakeError:
            return
        for path in folder.iterdir():
            assert _mentioned(path, found) == 1, path
        _sound(found, folder, Path(place))


def _sound(found: Found, folder: Path, place: Path) -> None:
    """Ids are safe and unique, paths lie in the folder, and everything opens or says why not."""
    students = [candidate.student.casefold() for candidate in found.candidates]
    assert len(set(students)) == len(students)
    for number, candidate in enumerate(found.candidates):
        assert candidate.student.isascii()
        assert not set(candidate.student) & set("/\\\n\0")
        assert candidate.student not in {"", ".", ".."}
        assert all(path.is_relative_to(folder) for path in candidate.paths)
        assert candidate.problem == "" or candidate.reason
        assert (candidate.problem == "missing") == (candidate.paths == ())
        assert candidate.reason.isprintable()
        workdir = place / f"open{number}"
        workdir.mkdir()
        with suppress(IntakeError):
            submission = open_candidate(candidate, workdir, ROLES)
            assert submission.id == candidate.student
            assert submission.root.is_relative_to(workdir)
