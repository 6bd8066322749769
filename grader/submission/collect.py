"""Takes files from anywhere into a private folder, under limits and under names nobody chose.

Every file becomes a numbered blob; the name it came with is kept beside it as text and checked.
So no name, however it was made up, decides where anything is written.
"""

import hashlib
import os
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

MIB = 1024 * 1024
CHUNK = 64 * 1024
SHOWN = 3
DRIVE = re.compile(r"^[A-Za-z]:")
JUNK = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}


class Readable(Protocol):
    """Anything that hands out bytes: an open file, a zip member, a tar member."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


@dataclass(frozen=True)
class Limits:
    """What one submission may hold. Generous for coursework, small enough for any machine.

    Attributes:
        file_bytes: largest single file; a larger one is left out with a note.
        total_bytes: all files together, counted while they are decompressed.
        entries: files, folders and links together.
        depth: folders in a name, plus one for the file.
        name_bytes: length of one part of a name in UTF-8, as file systems have it.
        header_bytes: what an archive may make us read at once before its first file.
    """

    file_bytes: int = 64 * MIB
    total_bytes: int = 256 * MIB
    entries: int = 2_000
    depth: int = 8
    name_bytes: int = 255
    header_bytes: int = 2 * MIB


class LimitReachedError(Exception):
    """More entries or bytes than a submission may have; the text says which."""


class UnsafeNameError(Exception):
    """A name that no honest tool writes; the text is the reason."""


@dataclass(frozen=True)
class Collected:
    """A file taken in: its checked relative name, where its bytes lie, size and SHA-256."""

    name: str
    blob: Path
    size: int
    digest: str


def checked_name(raw: str, limits: Limits) -> str:
    """The relative POSIX name that `raw` stands for; a backslash separates like a slash.

    Raises:
        UnsafeNameError: absolute, with a drive letter, leading out of the folder, too deep, too
            long, empty, or with characters that cannot be shown (control characters, bytes that
            are not UTF-8).
    """
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in raw):
        raise UnsafeNameError("names with control characters or bytes that are not UTF-8")
    posix = raw.replace("\\", "/")
    if posix.startswith("/") or DRIVE.match(posix):
        raise UnsafeNameError("absolute names")
    parts = [part for part in posix.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise UnsafeNameError("names that lead out of the folder")
    if not parts:
        raise UnsafeNameError("empty names")
    if len(parts) > limits.depth:
        raise UnsafeNameError(f"names more than {limits.depth} folders deep")
    if max(len(part.encode()) for part in parts) > limits.name_bytes:
        raise UnsafeNameError(f"names longer than {limits.name_bytes} bytes")
    return "/".join(parts)


def is_junk(name: str) -> bool:
    """Whether a checked name is hidden or made by a machine, such as `__MACOSX/._kuzu.py`."""
    return any(part.startswith(".") or part in JUNK for part in name.split("/"))


class Collector:
    """Gathers the files of one submission and what a tutor should know about those left out."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.limits = limits
        self.files: dict[str, Collected] = {}
        self.folder = folder
        self._entries = 0
        self._bytes = 0
        self._left_out: dict[str, list[str]] = {}

    def count_entry(self) -> None:
        """Call once for every file, folder or link met.

        Raises:
            LimitReachedError: there are more of them than the limits allow.
        """
        self._entries += 1
        if self._entries > self.limits.entries:
            raise LimitReachedError(f"more than {self.limits.entries} entries")

    def leave_out(self, reason: str, raw: str) -> None:
        """Remember that `raw` was not taken, and why."""
        self._left_out.setdefault(reason, []).append(raw)

    def accept(self, raw: str) -> str | None:
        """The checked name of an entry, or None (with a note) where it must not be taken."""
        try:
            name = checked_name(raw, self.limits)
        except UnsafeNameError as reason:
            self.leave_out(str(reason), raw)
            return None
        if is_junk(name):
            self.leave_out("hidden or machine-made files", raw)
            return None
        return name

    def add(self, name: str, source: Readable, modified: float | None = None) -> None:
        """Copy `source` in under a checked name; of two with one name the later counts.

        `modified`, in seconds since 1970, becomes the blob's time, where the system can keep it.

        Raises:
            LimitReachedError: all files together have more bytes than the limits allow.
        """
        blob = self.folder / f"{self._entries:06d}"
        with blob.open("wb") as target:
            copied = self._copy(source, target)
        if copied is None:
            blob.unlink()
            self.leave_out(f"files larger than {size_text(self.limits.file_bytes)}", name)
            return
        if earlier := self.files.get(name):
            self.leave_out("earlier files of the same name", name)
            earlier.blob.unlink(missing_ok=True)
        if modified is not None:
            with suppress(OSError, OverflowError, ValueError):
                os.utime(blob, (modified, modified))
        self.files[name] = Collected(name, blob, *copied)

    def remove(self, name: str) -> Collected:
        """Take a file out again, for an archive that is replaced by what it holds."""
        return self.files.pop(name)

    def notes(self) -> list[str]:
        """One line for each reason, with the first names and the count of the others."""
        return [f"left out: {reason}: {listed(raws)}" for reason, raws in self._left_out.items()]

    def _copy(self, source: Readable, target: IO[bytes]) -> tuple[int, str] | None:
        digest, size = hashlib.sha256(), 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            self._bytes += len(chunk)
            if self._bytes > self.limits.total_bytes:
                raise LimitReachedError(f"more than {size_text(self.limits.total_bytes)}")
            if size > self.limits.file_bytes:
                return None
            digest.update(chunk)
            target.write(chunk)
        return size, digest.hexdigest()


def size_text(size: int) -> str:
    """A number of bytes for a person.

    >>> size_text(64 * MIB), size_text(100)
    ('64 MiB', '100 bytes')
    """
    return f"{size // MIB} MiB" if size >= MIB else f"{size} bytes"


def listed(raws: list[str]) -> str:
    """Names for a person: at most three, anything odd escaped, the rest counted."""
    shown = ", ".join(display_name(raw) for raw in raws[:SHOWN])
    more = len(raws) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def display_name(raw: str) -> str:
    """A name safe to print in a terminal or a report: odd characters escaped, 80 at most."""
    short = raw if len(raw) <= 80 else raw[:60] + "..."
    return short if short.isprintable() else ascii(short)[1:-1]
