"""Archives as hostile as they come: each is built here, byte by byte where tools refuse."""

import contextlib
import io
import lzma
import struct
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.submission.archive import kind_of, unpack
from grader.submission.collect import MIB, Collector, Limits

Unpack = Callable[[Path], Collector]


@pytest.fixture
def opened(tmp_path: Path) -> Unpack:
    def open_archive(archive: Path, limits: Limits | None = None) -> Collector:
        folder = tmp_path / "blobs"
        folder.mkdir()
        collector = Collector(folder, limits or Limits())
        unpack(archive, collector, archive.name)
        return collector

    return open_archive


def zip_of(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def tar_of(path: Path, *members: tuple[str | tarfile.TarInfo, bytes], mode: str = "w") -> Path:
    # the modes differ by compression alone
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def zip_member(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def tar_member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def names(collector: Collector) -> set[str]:
    return set(collector.files)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_packing_of_a_tar_is_read_whatever_its_extension(
    tmp_path: Path, opened: Unpack, mode: str
) -> None:
    collector = opened(tar_of(tmp_path / "hw1.zip", ("hw1/kuzu.py", b"x = 1\n"), mode=mode))
    assert collector.files["hw1/kuzu.py"].blob.read_bytes() == b"x = 1\n"


def test_a_zip_is_read_whatever_its_extension(tmp_path: Path, opened: Unpack) -> None:
    collector = opened(zip_of(tmp_path / "hw1.tar", ("hw1/", b""), ("hw1/kuzu.py", b"x = 1\n")))
    assert names(collector) == {"hw1/kuzu.py"}
    assert collector.notes() == []


SLIPS = ["../kuzu.py", "a/../../kuzu.py", "/tmp/kuzu.py", "C:\\kuzu.py", "..\\kuzu.py", "a\nb.py"]


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("build", [zip_of, tar_of])
def test_a_name_that_leads_elsewhere_is_left_out_and_the_rest_taken(
    tmp_path: Path, opened: Unpack, slip: str, build: Callable[..., Path]
) -> None:
    collector = opened(build(tmp_path / "a", (slip, b"bad"), ("kuzu.py", b"good")))
    assert names(collector) == {"kuzu.py"}
    assert len(collector.notes()) == 1


def test_the_part_of_a_zip_name_behind_nul_does_not_vanish(tmp_path: Path, opened: Unpack) -> None:
    path = zip_of(tmp_path / "a.zip", ("kuzu.py?.txt", b"bad"), ("check.py", b""))
    path.write_bytes(path.read_bytes().replace(b"kuzu.py?", b"kuzu.py\0"))
    assert names(opened(path)) == {"check.py"}


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o060644])
def test_links_pipes_and_devices_in_a_zip_are_left_out(
    tmp_path: Path, opened: Unpack, mode: int
) -> None:
    member = zip_member("hw1.pdf", mode)
    collector = opened(zip_of(tmp_path / "a.zip", (member, b"/etc/passwd"), ("kuzu.py", b"")))
    assert names(collector) == {"kuzu.py"}
    assert collector.notes() == ["left out: links, devices and pipes: hw1.pdf"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
)
def test_links_pipes_and_devices_in_a_tar_are_left_out(
    tmp_path: Path, opened: Unpack, kind: bytes
) -> None:
    member = tar_member("hw1.pdf", kind, "/etc/passwd")
    collector = opened(tar_of(tmp_path / "a.tar", (member, b""), ("kuzu.py", b"")))
    assert names(collector) == {"kuzu.py"}
    assert collector.notes() == ["left out: links, devices and pipes: hw1.pdf"]


def test_a_link_to_a_folder_outside_does_not_carry_the_next_member_there(
    tmp_path: Path, opened: Unpack
) -> None:
    link = tar_member("out", tarfile.SYMTYPE, str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    collector = opened(tar_of(tmp_path / "a.tar", (link, b""), ("out/kuzu.py", b"x")))
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert names(collector) == {"out/kuzu.py"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("build", [zip_of, tar_of])
def test_of_two_members_of_one_name_the_later_counts(
    tmp_path: Path, opened: Unpack, build: Callable[..., Path]
) -> None:
    collector = opened(build(tmp_path / "a", ("kuzu.py", b"first"), ("kuzu.py", b"second")))
    assert collector.files["kuzu.py"].blob.read_bytes() == b"second"
    assert collector.notes() == ["left out: earlier files of the same name: kuzu.py"]


def test_a_tar_name_that_is_not_utf_8_is_left_out(tmp_path: Path, opened: Unpack) -> None:
    path = tar_of(tmp_path / "a.tar", ("k?zu.py", b"x"), ("check.py", b""))
    raw = bytearray(path.read_bytes())
    raw[1:2] = b"\xff"
    raw[148:156] = b"%06o\0 " % (sum(raw[:148]) + 8 * 32 + sum(raw[156:512]))
    path.write_bytes(raw)
    assert names(opened(path)) == {"check.py"}


@pytest.mark.parametrize("build", [zip_of, tar_of])
def test_too_many_entries_are_refused(
    tmp_path: Path, opened: Callable[..., Collector], build: Callable[..., Path]
) -> None:
    path = build(tmp_path / "a", *((f"{i}.py", b"") for i in range(11)))
    with pytest.raises(IntakeError, match="more than 10 entries"):
        opened(path, Limits(entries=10))


def test_a_zip_bomb_is_stopped_by_the_bytes_that_come_out(
    tmp_path: Path, opened: Callable[..., Collector]
) -> None:
    path = zip_of(tmp_path / "a.zip", *((f"{i}.bin", bytes(MIB)) for i in range(5)))
    with pytest.raises(IntakeError, match=r"more than 3 MiB.*bomb"):
        opened(path, Limits(total_bytes=3 * MIB))


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_packed_tar_bomb_is_stopped_before_it_is_read_as_a_tar(
    tmp_path: Path, opened: Callable[..., Collector], mode: str
) -> None:
    path = tar_of(tmp_path / "a.tgz", ("zeros.bin", bytes(4 * MIB)), mode=mode)
    with pytest.raises(IntakeError, match=r"more than 3 MiB.*bomb"):
        opened(path, Limits(total_bytes=3 * MIB))
    assert list((tmp_path / "blobs").iterdir()) == []


def test_a_zip_header_that_understates_the_size_gains_nothing(
    tmp_path: Path, opened: Unpack
) -> None:
    path = zip_of(tmp_path / "a.zip", ("kuzu.py", bytes(MIB)))
    lying = path.read_bytes().replace(struct.pack("<L", MIB), struct.pack("<L", 10))
    path.write_bytes(lying)
    with pytest.raises(IntakeError, match="cannot be read"):
        opened(path)


def test_a_zip_directory_of_many_mebibytes_is_not_loaded(tmp_path: Path, opened: Unpack) -> None:
    comments = [zipfile.ZipInfo(f"{i}") for i in range(50)]
    for info in comments:
        info.comment = bytes(65_000)
    with pytest.raises(IntakeError, match="a header of more than 2 MiB"):
        opened(zip_of(tmp_path / "a.zip", *((info, b"") for info in comments)))


def test_methods_without_a_memory_bound_are_left_out(tmp_path: Path, opened: Unpack) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net.bin", bytes(100), zipfile.ZIP_LZMA)
        archive.writestr("kuzu.py", b"", zipfile.ZIP_STORED)
    collector = opened(path)
    assert names(collector) == {"kuzu.py"}
    assert "method other than deflate: net.bin" in collector.notes()[0]


def test_an_xz_stream_that_asks_for_much_memory_is_refused(tmp_path: Path, opened: Unpack) -> None:
    tar = tar_of(tmp_path / "a.tar", ("kuzu.py", b"")).read_bytes()
    packed = bytearray(lzma.compress(tar))
    packed[16] = 34  # the block header's dictionary size: 512 MiB in the format's code
    packed[20:24] = struct.pack("<L", zlib.crc32(packed[12:20]))
    path = tmp_path / "a.txz"
    path.write_bytes(packed)
    with pytest.raises(IntakeError, match="emory"):
        opened(path)


def test_an_encrypted_zip_says_so(tmp_path: Path, opened: Unpack) -> None:
    path = zip_of(tmp_path / "a.zip", ("kuzu.py", b"x"))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(IntakeError, match=r"encrypted.*password") as error:
        opened(path)
    assert error.value.hint.startswith("ask for the files again")


@pytest.mark.parametrize("build", [zip_of, tar_of])
def test_a_truncated_archive_says_so(
    tmp_path: Path, opened: Unpack, build: Callable[..., Path]
) -> None:
    path = build(tmp_path / "a.zip", ("kuzu.py", bytes(range(256)) * 8))
    raw = path.read_bytes()
    path.write_bytes(raw[: min(1200, len(raw) * 2 // 3)])
    with pytest.raises(IntakeError, match=r"a\.zip: a (zip|tar) archive that cannot be read"):
        opened(path)


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_truncated_packed_tar_says_so(tmp_path: Path, opened: Unpack, mode: str) -> None:
    noise = lzma.compress(bytes(100_000))
    path = tar_of(tmp_path / "a.tgz", ("kuzu.py", noise), mode=mode)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(IntakeError, match="cannot be read"):
        opened(path)


def test_a_tar_header_with_a_negative_size_ends(tmp_path: Path, opened: Unpack) -> None:
    path = tar_of(tmp_path / "a.tar", ("kuzu.py", b"x" * 600))
    raw = bytearray(path.read_bytes())
    raw[124:136] = b"\xff" * 10 + struct.pack(">h", -1024)
    raw[148:156] = b"%06o\0 " % (sum(raw[:148]) + 8 * 32 + sum(raw[156:512]))
    path.write_bytes(raw)
    with pytest.raises(IntakeError, match="cannot be read"):
        opened(path)


def test_a_chain_of_tar_extension_headers_ends(tmp_path: Path, opened: Unpack) -> None:
    header = tar_of(tmp_path / "one.tar", (tar_member("x", tarfile.XHDTYPE), b"")).read_bytes()
    path = tmp_path / "a.tar"
    path.write_bytes(header[:512] * 3000)
    with pytest.raises(IntakeError, match="cannot be read"):
        opened(path)


def test_rar_and_7z_are_named(tmp_path: Path, opened: Unpack) -> None:
    path = tmp_path / "hw1.zip"
    path.write_bytes(b"Rar!\x1a\x07\x01\x00")
    assert kind_of(path) == "RAR"
    with pytest.raises(IntakeError, match="a RAR archive") as error:
        opened(path)
    assert error.value.expected == "a folder, a zip or a tar"


def test_a_python_file_is_not_an_archive(tmp_path: Path, opened: Unpack) -> None:
    path = tmp_path / "kuzu.py"
    path.write_text("import torch\n")
    with pytest.raises(IntakeError, match="not an archive") as error:
        opened(path)
    assert "give the folder" in error.value.hint


HEADS = st.sampled_from(
    [b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0"]
)


@given(HEADS, st.binary(max_size=600), st.booleans())
def test_random_bytes_give_an_intake_error_or_files(head: bytes, tail: bytes, tar: bool) -> None:
    raw = (head + tail).ljust(262, b"\0")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a")
        path.write_bytes(raw[:257] + b"ustar" + raw[262:] if tar else raw)
        collector = Collector(Path(folder), Limits())
        with contextlib.suppress(IntakeError):
            unpack(path, collector, "a")
        assert all(file.blob.is_file() for file in collector.files.values())


@pytest.mark.parametrize("build", [zip_of, tar_of])
def test_a_file_keeps_the_time_at_which_it_was_last_changed(
    tmp_path: Path, opened: Unpack, build: Callable[..., Path]
) -> None:
    then = time.mktime((2025, 3, 3, 23, 59, 0, 0, 0, -1))
    in_zip = zipfile.ZipInfo("kuzu.py", (2025, 3, 3, 23, 59, 0))
    in_tar = tarfile.TarInfo("kuzu.py")
    in_tar.mtime = int(then)
    member = in_zip if build is zip_of else in_tar
    collector = opened(build(tmp_path / "a", (member, b"x = 1\n")))
    assert collector.files["kuzu.py"].blob.stat().st_mtime == then


@pytest.mark.parametrize("build", [zip_of, tar_of])
def test_a_time_that_no_calendar_has_is_no_reason_to_refuse_a_file(
    tmp_path: Path, opened: Unpack, build: Callable[..., Path]
) -> None:
    in_zip = zipfile.ZipInfo("kuzu.py", (2107, 15, 31, 31, 63, 62))
    in_tar = tarfile.TarInfo("kuzu.py")
    in_tar.mtime = 2**62
    member = in_zip if build is zip_of else in_tar
    assert names(opened(build(tmp_path / "a", (member, b"x = 1\n")))) == {"kuzu.py"}
