import io
import tarfile
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.handin import unpacking
from grader.submission.collect import Limits

from .cohort_folders import KUZU, SUBMITTED_ZIP, by_student, find, one, tar_bytes, zip_bytes

JANE = "Jane Citizen_7_assignsubmission_file_"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for four files and a thousand bytes for each student."""
    monkeypatch.setattr(unpacking, "STUDENT", Limits(entries=4, total_bytes=1000))
    monkeypatch.setattr(unpacking, "COHORT", Limits(file_bytes=1000, total_bytes=100_000))


def packed(path: Path, files: dict[str, bytes]) -> Path:
    path.write_bytes(zip_bytes(files) if path.suffix == ".zip" else tar_bytes(files))
    return path


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_a_bulk_download_is_one_archive(tmp_path: Path, ending: str) -> None:
    files = {f"{JANE}/kuzu.py": KUZU, f"{JANE}/src/a.py": b"", "notes.txt": b""}
    found = find(packed(tmp_path / f"download{ending}", files))
    assert found.layout == "moodle"
    assert one(found).paths[0].joinpath("kuzu.py").read_bytes() == KUZU
    assert one(found).reason == ""
    assert [left.name for left in found.left_aside] == ["notes.txt"]


def test_every_layout_may_be_packed(tmp_path: Path) -> None:
    metadata = b"submission_11:\n  :submitters:\n  - :sid: z1234567\n"
    gradescope = {"x_export/submission_metadata.yml": metadata, "x_export/submission_11/a.py": b""}
    cohorts = {
        "folders": {"hw1/z1234567/kuzu.py": KUZU},
        "give": {"hw1/tue/z1234567/submission.tar": SUBMITTED_ZIP, "hw1/wed/x": b""},
        "gradescope": gradescope,
    }
    for layout, files in cohorts.items():
        found = find(packed(tmp_path / f"{layout}.zip", files))
        assert (found.layout, found.candidates[0].student) == (layout, "z1234567")


def test_the_times_in_the_archive_tell_which_give_submission_is_the_latest(tmp_path: Path) -> None:
    path = tmp_path / "give.tar"
    with tarfile.open(path, "w") as archive:
        for name, time in (("submission.tar", 2_000_000), ("sub1.tar", 1_000_000)):
            info = tarfile.TarInfo(f"tue/1234567/{name}")
            info.size, info.mtime = len(SUBMITTED_ZIP), time
            archive.addfile(info, io.BytesIO(SUBMITTED_ZIP))
    assert one(find(path)).paths[0].name == "submission.tar"


def test_hidden_files_come_along_as_they_would_in_a_folder(tmp_path: Path) -> None:
    files = {"z1111111/.git/config": b"", "z1111111/kuzu.py": KUZU, "__MACOSX/._x": b""}
    found = find(packed(tmp_path / "hw1.zip", files))
    assert (one(found).paths[0] / ".git/config").exists()
    assert [left.name for left in found.left_aside] == ["__MACOSX"]


@pytest.mark.usefixtures("small")
def test_one_student_s_many_files_cost_the_others_nothing(tmp_path: Path) -> None:
    files = {f"z1111111/{number}.py": b"" for number in range(90)} | {"z2222222/kuzu.py": KUZU}
    found = by_student(find(packed(tmp_path / "hw1.zip", files)))
    assert found["z2222222"].reason == ""
    assert len(list(found["z1111111"].paths[0].iterdir())) == 4
    assert "more than 4 files of one student: z1111111/" in found["z1111111"].reason
    assert "36 more entries, for like reasons" in found["z1111111"].reason


@pytest.mark.usefixtures("small")
def test_one_student_s_many_bytes_cost_the_others_nothing(tmp_path: Path) -> None:
    files = {f"{JANE}/{number}.bin": bytes(900) for number in range(4)}
    files |= {"Max_8_assignsubmission_file_/kuzu.py": KUZU}
    found = by_student(find(packed(tmp_path / "hw1.zip", files)))
    assert found["Max-8"].reason == ""
    assert "more than 1000 bytes of one student" in found["Jane-Citizen-7"].reason


@pytest.mark.usefixtures("small")
def test_an_archive_too_large_for_a_submission_makes_its_student_unreadable(tmp_path: Path) -> None:
    files = {"z1111111.zip": bytes(1001), "z2222222/kuzu.py": KUZU}
    found = by_student(find(packed(tmp_path / "hw1.zip", files)))
    assert found["z2222222"].problem == ""
    assert found["z1111111"].problem == "unreadable"
    assert found["z1111111"].reason == "z1111111.zip: files larger than 1000 bytes"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("large", "other"),
    [
        ("tue/1111111/submission.tar", "wed/2222222/submission.tar"),
        (f"{JANE}code.zip", "Max_8_assignsubmission_file_kuzu.py"),
    ],
)
def test_that_is_so_in_every_layout(tmp_path: Path, large: str, other: str) -> None:
    found = find(packed(tmp_path / "hw1.zip", {large: bytes(1001), other: SUBMITTED_ZIP}))
    assert {candidate.problem for candidate in found.candidates} == {"unreadable", ""}


@pytest.mark.usefixtures("small")
def test_a_folder_with_nothing_left_in_it_is_not_taken_for_empty(tmp_path: Path) -> None:
    files = {"z1111111/kuzu.py": bytes(1001), "z2222222/kuzu.py": KUZU}
    candidate = by_student(find(packed(tmp_path / "hw1.zip", files)))["z1111111"]
    assert candidate.problem == ""
    assert candidate.reason == ("left out, files larger than 1000 bytes: z1111111/kuzu.py")


def test_links_and_devices_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "hw1.tar"
    with tarfile.open(path, "w") as archive:
        for name, target in (("z1111111", "/etc"), ("z2222222/kuzu.py", "/etc/passwd")):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        archive.addfile(tarfile.TarInfo("z2222222/check.py"))
        archive.addfile(tarfile.TarInfo("z1111111/kuzu.py"))
    found = by_student(find(path))
    assert found["z1111111"].reason == "left out, links, devices and pipes: z1111111"
    assert found["z2222222"].reason == "left out, links, devices and pipes: z2222222/kuzu.py"
    assert not any(one.is_symlink() for one in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../evil.py", "..\\..\\evil.py"),
        ("/etc/evil.py", "\\etc\\evil.py"),
        ("C:\\evil.py", "C:\\evil.py"),
        ("..", ".."),
        ("ev\nil/kuzu.py", "ev\\nil\\kuzu.py"),
        ("\u202eyp.live", "\\u202eyp.live"),
    ],
)
def test_a_name_that_leads_elsewhere_is_left_aside(tmp_path: Path, name: str, shown: str) -> None:
    found = find(packed(tmp_path / "hw1.tar", {"z1111111/kuzu.py": KUZU, name: b""}))
    assert len(found.candidates) == 1
    assert shown in found.notes[0]
    unpacked = tmp_path / "work-hw1.tar" / "unpacked"
    assert [path.name for path in unpacked.iterdir()] == ["z1111111"]


def test_a_hostile_name_inside_a_submission_is_told_of_its_student(tmp_path: Path) -> None:
    files = {"z1111111/kuzu.py": KUZU, "z1111111/../../evil.py": b"", "z1111111/a\nb.py": b""}
    candidate = one(find(packed(tmp_path / "hw1.tar", files)))
    assert "names that lead out of the folder" in candidate.reason
    assert "names with control characters" in candidate.reason


def test_of_two_members_of_one_name_the_later_counts_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "hw1.tar"
    with tarfile.open(path, "w") as archive:
        for data in (b"x = 1\n", KUZU):
            info = tarfile.TarInfo("z1111111/kuzu.py")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    candidate = one(find(path))
    assert (candidate.paths[0] / "kuzu.py").read_bytes() == KUZU
    assert candidate.reason == "left out, earlier files of the same name: z1111111/kuzu.py"


def test_a_file_and_a_folder_of_one_name_do_not_stop_the_others(tmp_path: Path) -> None:
    files = {"z1111111/a": b"", "z1111111/a/kuzu.py": KUZU, "z2222222/kuzu.py": KUZU}
    found = by_student(find(packed(tmp_path / "hw1.tar", files)))
    assert "its name is taken or not possible here" in found["z1111111"].reason
    assert found["z2222222"].reason == ""


def test_a_directory_as_long_as_that_of_a_large_cohort_is_read(tmp_path: Path) -> None:
    path = tmp_path / "hw1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50):  # as long as that of fifteen thousand files
            member = zipfile.ZipInfo(f"z{number:07d}/kuzu.py")
            member.comment = bytes(65_000)
            archive.writestr(member, KUZU)
        start = archive.fp.tell() if archive.fp else 0
    assert path.stat().st_size - start > Limits().header_bytes
    assert len(find(path).candidates) == 50


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"hello", "a file that is not an archive"),
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        pytest.param(SUBMITTED_ZIP[:50], "cannot be read", id="half a zip"),
    ],
)
def test_what_cannot_be_unpacked_is_an_error(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "download.zip"
    path.write_bytes(data)
    with pytest.raises(IntakeError, match=found) as raised:
        find(path)
    assert raised.value.where == "download.zip"


@pytest.mark.usefixtures("small")
def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="too large, possibly a decompression bomb"):
        find(packed(tmp_path / "hw1.tar.gz", {"z1111111/kuzu.py": bytes(200_000)}))


raw_parts = st.one_of(
    st.sampled_from(["..", ".", "", "z1111111", "z2222222.zip", "kuzu.py", JANE, "C:", "a\\.."]),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
raw_names = st.lists(raw_parts, min_size=1, max_size=4).map("/".join)


@given(st.lists(raw_names, max_size=8))
def test_whatever_the_names_nothing_leaves_the_folder_for_unpacking(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "hw1.tar"
        path.write_bytes(tar_bytes({"z3333333/kuzu.py": KUZU} | dict.fromkeys(names, b"x"), "w"))
        with suppress(IntakeError):
            found = find(path)
            assert "z3333333" in by_student(found)
        assert {one.name for one in Path(place).iterdir()} == {"hw1.tar", "work-hw1.tar"}
        assert {one.name for one in (Path(place) / "work-hw1.tar").iterdir()} <= {
            "blobs",
            "unpacked",
        }
