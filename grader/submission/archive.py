"""Unpacks a zip or tar that nobody vouches for.

What a file is decides its content, never its extension. Sizes written in headers are not
believed: bytes are counted as they come out. Only regular files are taken; a link, a device or a
name that leads elsewhere is left out with a note, and the rest is still graded.
"""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from grader.errors import IntakeError
from grader.submission.collect import CHUNK, MIB, Collector, LimitReachedError, Readable, size_text

MAGIC = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
FOREIGN = {b"Rar!\x1a\x07": "RAR", b"7z\xbc\xaf\x27\x1c": "7z"}
TAR_MAGIC_AT = 257
XZ_MEMORY = 160 * MIB
AGAIN = "ask for the files again, or unpack it by hand and give the folder"
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    MemoryError,
)


def kind_of(path: Path) -> str | None:
    """What the first bytes say: zip, tar, gzip, bzip2, xz, RAR or 7z; None for anything else."""
    with path.open("rb") as file:
        head = file.read(TAR_MAGIC_AT + 5)
    if head[TAR_MAGIC_AT:] == b"ustar":
        return "tar"
    for magic, kind in (MAGIC | FOREIGN).items():
        if head.startswith(magic):
            return kind
    return None


def unpack(archive: Path, into: Collector, where: str, prefix: str = "") -> None:
    """Take every regular file of `archive` into the collector, names prefixed by `prefix`.

    Args:
        archive: a zip, or a tar as it is or packed with gzip, bzip2 or xz.
        into: receives files and notes and enforces the limits.
        where: the archive's name for error messages.
        prefix: put before each name, e.g. "code.zip/" for an archive inside a submission.

    Raises:
        IntakeError: not an archive, truncated, damaged, encrypted, or larger than the limits.
    """
    kind = kind_of(archive)
    if kind is None or kind in FOREIGN.values():
        found = f"a {kind} archive" if kind else "a file that is not an archive"
        raise IntakeError(
            where, found, "a folder, a zip or a tar", "give the folder, or pack it as a zip"
        )
    try:
        if kind == "zip":
            _unpack_zip(archive, into, where, prefix)
        else:
            _unpack_tar(archive, kind, into, prefix)
    except LimitReachedError as limit:
        raise IntakeError(
            where,
            f"it unpacks to {limit}: too large, possibly a decompression bomb",
            f"at most {into.limits.entries} entries and "
            f"{size_text(into.limits.total_bytes)} once unpacked",
            "look at the archive by hand; leave data sets, environments and checkpoints out of it",
        ) from None
    except BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise _not_copied(where, error) from None
        raise IntakeError(
            where,
            f"a {kind} archive that cannot be read: {error or type(error).__name__}",
            "a complete archive",
            AGAIN,
        ) from None


def _not_copied(where: str, error: OSError) -> IntakeError:
    return IntakeError(
        where,
        f"the system could not read or copy it: {error.strerror}",
        "a readable file and free space in the folder for temporary files",
        "check the permissions and the free space, then grade again",
    )


class _Guarded(io.FileIO):
    """A file that refuses to be read in one huge piece, as a lying header would have it."""

    def __init__(self, path: str | Path, most: int) -> None:
        super().__init__(path)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        asked = self._most + 1 if size is None or size < 0 else min(size, self._most + 1)
        data = super().read(asked)
        if len(data) > self._most:
            raise LimitReachedError(f"a header of more than {size_text(self._most)}")
        return data


def _unpack_zip(archive: Path, into: Collector, where: str, prefix: str) -> None:
    with _Guarded(archive, into.limits.header_bytes) as file, zipfile.ZipFile(file) as opened:
        for member in opened.infolist():
            into.count_entry()
            if member.flag_bits & 1:
                raise IntakeError(
                    where,
                    "an encrypted zip: its files need a password",
                    "an archive without a password",
                    AGAIN,
                )
            name = _zip_name(member, into)
            if name is not None:
                with opened.open(member) as source:
                    into.add(prefix + name, source, _zip_time(member))


def _zip_name(member: zipfile.ZipInfo, into: Collector) -> str | None:
    """The name under which to take a member, None where it is no file to take."""
    raw, mode = member.orig_filename, member.external_attr >> 16
    if raw.endswith(("/", "\\")):
        return None
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        into.leave_out("links, devices and pipes", raw)
        return None
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # zipfile decompresses the other methods without a bound on memory.
        into.leave_out("files compressed by a method other than deflate", raw)
        return None
    return into.accept(raw)


def _zip_time(member: zipfile.ZipInfo) -> float | None:
    """Seconds since 1970; a zip keeps local time without saying of which zone, so ours is meant."""
    try:
        return time.mktime((*member.date_time, 0, 0, -1))
    except (OverflowError, ValueError):
        return None


def _unpack_tar(archive: Path, kind: str, into: Collector, prefix: str) -> None:
    with tempfile.NamedTemporaryFile(dir=into.folder) as plain:
        with archive.open("rb") as packed:
            _decompress(packed, kind, plain, into.limits.total_bytes)
        plain.flush()
        with (
            _Guarded(plain.name, into.limits.header_bytes) as file,
            tarfile.open(fileobj=file, mode="r:", errors="surrogateescape") as opened,
        ):
            for member in _members(opened, into):
                name = _tar_name(member, into)
                source = opened.extractfile(member) if name is not None else None
                if name is not None and source is not None:
                    into.add(prefix + name, source, member.mtime)


def _members(opened: tarfile.TarFile, into: Collector) -> Iterator[tarfile.TarInfo]:
    """Each member once; a header that points backwards would otherwise be read for ever."""
    last = -1
    while (member := opened.next()) is not None:
        into.count_entry()
        if member.size < 0 or member.offset <= last:
            raise tarfile.ReadError("headers out of order")
        last = member.offset
        yield member


def _tar_name(member: tarfile.TarInfo, into: Collector) -> str | None:
    if member.isdir():
        return None
    if not member.isreg() or member.issparse():
        into.leave_out("links, devices and pipes", member.name)
        return None
    return into.accept(member.name)


def _decompress(packed: IO[bytes], kind: str, plain: IO[bytes], limit: int) -> None:
    """Write the tar inside to `plain`, never holding more than a chunk, never more than `limit`."""
    source: Readable
    match kind:
        case "gzip":
            source = gzip.GzipFile(fileobj=packed)
        case "bzip2":
            source = bz2.BZ2File(packed)
        case "xz":
            source = _Xz(packed)
        case _:
            source = packed
    written = 0
    while chunk := source.read(CHUNK):
        written += len(chunk)
        if written > limit:
            raise LimitReachedError(f"more than {size_text(limit)}")
        plain.write(chunk)


class _Xz:
    """Reads one xz stream with a bound on memory, which `lzma.LZMAFile` has no parameter for."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._stream = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=XZ_MEMORY)

    def read(self, size: int, /) -> bytes:
        while not self._stream.eof:
            fresh = self._packed.read(CHUNK) if self._stream.needs_input else b""
            if self._stream.needs_input and not fresh:
                raise EOFError("the stream ends before its end marker")
            if data := self._stream.decompress(fresh, size):
                return data
        return b""
