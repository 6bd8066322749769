import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.submission.collect import MIB
from grader.submission.intake import Limits, Submission, open_submission

ROLES = ("kuzu.py", "check.py", "hw1.pdf")
KUZU = b"import torch\n"

Open = Callable[..., Submission]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def open_it(path: Path, limits: Limits | None = None) -> Submission:
        workdir = tmp_path / "work"
        workdir.mkdir()
        return open_submission(path, workdir, ROLES, limits)

    return open_it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission as asked for: three files in a folder named by the student id."""
    path = tmp_path / "z0000001"
    path.mkdir()
    (path / "kuzu.py").write_bytes(KUZU)
    (path / "check.py").write_bytes(b"import torch.nn as nn\n")
    (path / "hw1.pdf").write_bytes(b"%PDF-1.7\n")
    return path


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def roles_of(submission: Submission) -> dict[str, str]:
    return {file.name: file.role for file in submission.files}


def test_a_folder_becomes_a_private_copy(folder: Path, opened: Open) -> None:
    submission = opened(folder)
    kuzu = submission.path_of("kuzu.py")
    assert kuzu is not None
    assert kuzu.parent == submission.root != folder
    assert kuzu.read_bytes() == KUZU
    assert submission.id == "z0000001"
    assert submission.notes == ()
    assert roles_of(submission) == {name: name for name in ROLES}


def test_size_and_digests_are_recorded(folder: Path, opened: Open) -> None:
    kuzu = next(file for file in opened(folder).files if file.role == "kuzu.py")
    assert (kuzu.size, len(kuzu.digest)) == (len(KUZU), 64)


def test_the_digest_changes_with_a_byte_and_with_a_name(folder: Path, tmp_path: Path) -> None:
    digests: list[str] = []
    for step in (lambda: None, lambda: (folder / "kuzu.py").write_bytes(b"import torcH\n")):
        step()
        workdir = tmp_path / f"work{len(digests)}"
        workdir.mkdir()
        digests.append(open_submission(folder, workdir, ROLES).digest)
    (folder / "kuzu.py").rename(folder / "Kuzu.py")
    (tmp_path / "last").mkdir()
    digests.append(open_submission(folder, tmp_path / "last", ROLES).digest)
    assert len(set(digests)) == 3


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_an_archive_of_the_folder_is_the_same_submission(
    folder: Path, tmp_path: Path, opened: Open, mode: str
) -> None:
    path = tmp_path / "Z0000001_hw1.zip"
    if mode == "zip":
        zipped(path, {file.name: file.read_bytes() for file in folder.iterdir()})
    else:
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            archive.add(folder, arcname=".")
    submission = opened(path)
    assert submission.id == "z0000001"
    assert roles_of(submission) == {name: name for name in ROLES}


def test_names_in_any_case_are_taken_and_carry_the_right_name_in_the_copy(
    folder: Path, opened: Open
) -> None:
    (folder / "kuzu.py").rename(folder / "KUZU.PY")
    submission = opened(folder)
    assert submission.path_of("kuzu.py") == submission.root / "kuzu.py"
    assert submission.notes == ("kuzu.py: KUZU.PY was taken for it",)


def test_files_one_folder_down_are_found(folder: Path, opened: Open) -> None:
    inner = folder / "assignment 1"
    inner.mkdir()
    for name in ROLES:
        (folder / name).rename(inner / name)
    submission = opened(folder)
    assert submission.path_of("check.py") == submission.root / "check.py"
    assert submission.notes == ("the files lie in the folder assignment 1",)


def test_an_archive_inside_the_folder_is_unpacked(tmp_path: Path, opened: Open) -> None:
    folder = tmp_path / "z0000002"
    folder.mkdir()
    (folder / "hw1.pdf").write_bytes(b"%PDF")
    zipped(folder / "code.zip", {"a1/kuzu.py": KUZU, "a1/check.py": b""})
    submission = opened(folder)
    assert {name: submission.path_of(name) is not None for name in ROLES} == dict.fromkeys(
        ROLES, True
    )
    assert submission.notes == ("the archive code.zip inside the submission was unpacked",)


def test_of_several_archives_inside_none_is_guessed(folder: Path, opened: Open) -> None:
    (folder / "kuzu.py").unlink()
    for name in ("a.zip", "b.zip"):
        zipped(folder / name, {"kuzu.py": KUZU})
    submission = opened(folder)
    assert submission.path_of("kuzu.py") is None
    assert submission.notes[0] == "several archives inside, none was unpacked: a.zip, b.zip"


def test_helper_modules_travel_with_the_copy(folder: Path, opened: Open) -> None:
    (folder / "utils").mkdir()
    (folder / "utils" / "layers.py").write_bytes(b"x = 1\n")
    submission = opened(folder)
    assert (submission.root / "utils" / "layers.py").read_bytes() == b"x = 1\n"
    assert roles_of(submission)["utils/layers.py"] == "other"


def test_links_and_pipes_are_neither_followed_nor_waited_for(folder: Path, opened: Open) -> None:
    (folder / "hw1.pdf").unlink()
    (folder / "hw1.pdf").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    submission = opened(folder)
    assert submission.path_of("hw1.pdf") is None
    assert "left out: links, devices and pipes: hw1.pdf, loop, pipe" in submission.notes
    assert all(path.is_file() or path.is_dir() for path in submission.root.rglob("*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator can read every file")
def test_an_unreadable_file_is_noted(folder: Path, opened: Open) -> None:
    (folder / "hw1.pdf").chmod(0)
    assert "left out: unreadable files: hw1.pdf" in opened(folder).notes


def test_copies_are_readable_for_everyone_whatever_the_source_was(
    folder: Path, opened: Open
) -> None:
    (folder / "kuzu.py").chmod(stat.S_IRUSR)
    (folder / "utils").mkdir()
    (folder / "utils" / "layers.py").write_bytes(b"x = 1\n")
    mask = os.umask(0o077)
    try:
        submission = opened(folder)
    finally:
        os.umask(mask)
    for path in (submission.root, *submission.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)


def test_hidden_and_machine_made_files_are_left_out(folder: Path, opened: Open) -> None:
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._kuzu.py").write_bytes(b"\0\5\26\7")
    (folder / ".DS_Store").write_bytes(b"Bud1")
    submission = opened(folder)
    assert set(roles_of(submission)) == set(ROLES)
    assert submission.notes == ("left out: hidden or machine-made files: .DS_Store, __MACOSX",)


def test_a_file_too_large_is_left_out(folder: Path, opened: Open) -> None:
    (folder / "net.pth").write_bytes(bytes(2 * MIB))
    submission = opened(folder, Limits(file_bytes=MIB))
    assert "left out: files larger than 1 MiB: net.pth" in submission.notes


def test_a_crowded_folder_gives_what_lies_at_its_top(folder: Path, opened: Open) -> None:
    (folder / "data").mkdir()
    for i in range(20):
        (folder / "data" / str(i)).write_bytes(b"")
    submission = opened(folder, Limits(entries=10))
    assert submission.path_of("kuzu.py") is not None
    assert "everything after the limit (more than 10 entries): data/" in submission.notes[-1]


def test_a_file_and_a_folder_of_one_name_do_not_clash(tmp_path: Path, opened: Open) -> None:
    path = zipped(tmp_path / "a.zip", {"kuzu.py": KUZU, "kuzu.py/check.py": b"", "notes": b"n"})
    submission = opened(path)
    assert submission.path_of("kuzu.py") is not None
    assert submission.path_of("check.py") is None
    assert submission.notes[-1].endswith("not possible here: kuzu.py/check.py")


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("z1234567", "z1234567"),
        ("Z1234567_hw1", "z1234567"),
        ("Ann O'Hara (late)", "Ann-O-Hara-late"),
        ("xyz1234567", "xyz1234567"),
        ("z12345678", "z12345678"),
        ("作业", "submission"),
    ],
)
def test_the_id_is_read_from_the_name(folder: Path, opened: Open, name: str, student: str) -> None:
    assert opened(folder.rename(folder.parent / name)).id == student


def test_the_id_is_read_from_the_folder_above(folder: Path, opened: Open) -> None:
    path = zipped(folder / "hw1.zip", {"kuzu.py": KUZU})
    assert opened(path).id == "z0000001"


def test_the_path_shown_has_two_parts_and_never_a_home(
    folder: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert opened(folder).path == "z0000001"


def test_the_current_folder_is_shown_by_its_name(
    folder: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    submission = opened(Path("."))
    assert (submission.path, submission.id) == ("z0000001", "z0000001")


def test_a_missing_path_says_so(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(IntakeError) as error:
        opened(tmp_path / "z9999999")
    assert error.value.where.endswith("/z9999999")
    assert "No such file" in error.value.found
    assert error.value.expected == "the path of a submission: a folder, a zip or a tar"
    assert "spelling" in error.value.hint


def test_a_path_that_no_system_has_says_so(opened: Open) -> None:
    with pytest.raises(IntakeError, match="cannot be opened"):
        opened(Path("z\0"))


def test_a_pipe_is_not_waited_for(tmp_path: Path, opened: Open) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(IntakeError, match="neither a folder nor a file"):
        opened(tmp_path / "pipe")


def test_an_empty_folder_says_what_was_expected(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "z0000003" / "empty").mkdir(parents=True)
    with pytest.raises(IntakeError, match="it holds no files") as error:
        opened(tmp_path / "z0000003")
    assert error.value.expected == "the files kuzu.py, check.py, hw1.pdf"


def test_a_folder_of_hidden_files_says_what_was_left_out(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".kuzu.py.swp").write_bytes(b"")
    with pytest.raises(IntakeError, match=r"no files \(left out: hidden.*\.kuzu\.py\.swp"):
        opened(tmp_path / "a")


def test_a_folder_without_any_file_asked_for_says_what_it_holds(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "a").mkdir()
    for name in ("main.py", "hw1.docx"):
        (tmp_path / "a" / name).write_bytes(b"")
    with pytest.raises(IntakeError) as error:
        opened(tmp_path / "a")
    assert "none of the files asked for; found hw1.docx, main.py" in error.value.found
    assert "rename the files" in error.value.hint


NAME = st.text(max_size=30) | st.lists(
    st.sampled_from(["..", ".", "", "kuzu.py", "a", "/", "C:", "\\", "\0", "con", "~"]), max_size=8
).map("/".join)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(st.lists(NAME, min_size=1, max_size=6))
def test_whatever_a_zip_calls_its_members_nothing_is_written_outside(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as top:
        path = Path(top, "z0000004.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for i, name in enumerate([*names, "check.py"]):
                info = zipfile.ZipInfo("placeholder")
                info.filename = info.orig_filename = name.encode("utf-8", "replace").decode()
                archive.writestr(info, f"member {i}")
        workdir = Path(top, "work")
        workdir.mkdir()
        try:
            submission = open_submission(path, workdir, ROLES)
        except IntakeError:
            pass
        else:
            assert all(p.resolve().is_relative_to(workdir) for p in submission.root.rglob("*"))
        assert {entry.name for entry in Path(top).iterdir()} == {"z0000004.zip", "work"}
        assert {entry.name for entry in workdir.iterdir()} <= {"blobs", "files"}


@given(st.binary(max_size=400))
def test_random_bytes_as_an_archive_give_an_intake_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as top:
        path = Path(top, "z0000005.zip")
        path.write_bytes(data)
        workdir = Path(top, "work")
        workdir.mkdir()
        with pytest.raises(IntakeError):
            open_submission(path, workdir, ROLES)
