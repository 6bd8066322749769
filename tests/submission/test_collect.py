import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.collect import (
    Collector,
    LimitReachedError,
    Limits,
    UnsafeNameError,
    checked_name,
    display_name,
    is_junk,
    listed,
)

SMALL = Limits(file_bytes=8, total_bytes=20, entries=3, depth=3, name_bytes=10)


@pytest.fixture
def collector(tmp_path: Path) -> Collector:
    return Collector(tmp_path, SMALL)


def take(collector: Collector, name: str, data: bytes) -> None:
    collector.count_entry()
    collector.add(name, io.BytesIO(data))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("kuzu.py", "kuzu.py"),
        ("./hw1//kuzu.py", "hw1/kuzu.py"),
        ("hw1\\kuzu.py", "hw1/kuzu.py"),
        ("作业/kuzu.py", "作业/kuzu.py"),
    ],
)
def test_a_usual_name_becomes_a_relative_posix_name(raw: str, name: str) -> None:
    assert checked_name(raw, Limits()) == name


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("C:\\kuzu.py", "absolute"),
        ("\\\\server\\share", "absolute"),
        ("../kuzu.py", "out of the folder"),
        ("hw1\\..\\..\\kuzu.py", "out of the folder"),
        ("ku\nzu.py", "control characters"),
        ("kuzu.py\0.txt", "control characters"),
        ("kuzu\u202eyp.py", "control characters"),
        ("kuzu\udcff.py", "not UTF-8"),
        ("", "empty"),
        ("./", "empty"),
        ("a/b/c/kuzu.py", "folders deep"),
        ("字字字字.py", "longer than 10 bytes"),
    ],
)
def test_a_name_no_honest_tool_writes_is_refused(raw: str, reason: str) -> None:
    with pytest.raises(UnsafeNameError, match=reason):
        checked_name(raw, SMALL)


@given(st.text())
def test_a_checked_name_always_stays_inside(raw: str) -> None:
    try:
        name = checked_name(raw, Limits())
    except UnsafeNameError:
        return
    base = Path("/base")
    assert Path(base, name).is_relative_to(base)
    assert ".." not in name.split("/")


@pytest.mark.parametrize("name", ["__MACOSX/._kuzu.py", ".git/config", "a/.DS_Store", "Thumbs.db"])
def test_what_machines_add_is_junk(name: str) -> None:
    assert is_junk(name)
    assert not is_junk("hw1/kuzu.py")


def test_size_and_digest_are_those_of_the_bytes(collector: Collector) -> None:
    take(collector, "kuzu.py", b"abc")
    file = collector.files["kuzu.py"]
    assert (file.size, file.digest[:8]) == (3, "ba7816bf")  # SHA-256 of "abc", FIPS 180-2
    assert file.blob.read_bytes() == b"abc"


def test_a_file_over_the_limit_is_left_out_with_a_note(tmp_path: Path) -> None:
    collector = Collector(tmp_path, SMALL)
    take(collector, "net.pth", b"123456789")
    assert collector.files == {}
    assert collector.notes() == ["left out: files larger than 8 bytes: net.pth"]
    assert list(tmp_path.iterdir()) == []


def test_bytes_are_limited_over_all_files(collector: Collector) -> None:
    take(collector, "a", b"12345678")
    take(collector, "b", b"12345678")
    with pytest.raises(LimitReachedError, match="more than 20 bytes"):
        take(collector, "c", b"12345678")


def test_entries_are_limited_whether_taken_or_not(collector: Collector) -> None:
    for _ in range(3):
        collector.count_entry()
    with pytest.raises(LimitReachedError, match="more than 3 entries"):
        collector.count_entry()


def test_of_two_files_of_one_name_the_later_counts(collector: Collector) -> None:
    take(collector, "kuzu.py", b"old")
    take(collector, "kuzu.py", b"new")
    assert collector.files["kuzu.py"].blob.read_bytes() == b"new"
    assert collector.notes() == ["left out: earlier files of the same name: kuzu.py"]


def test_a_refused_name_leaves_a_note_that_is_safe_to_print(collector: Collector) -> None:
    assert collector.accept("\x1b[31mkuzu.py") is None
    (note,) = collector.notes()
    assert note.isprintable()
    assert r"\x1b[31mkuzu.py" in note


def test_long_lists_and_names_are_shortened() -> None:
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert display_name("x" * 200) == "x" * 60 + "..."
