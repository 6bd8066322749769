"""What lies in a cohort's folder, looked at without following links or opening anything."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Literal

from grader.submission.archive import FOREIGN, kind_of
from grader.submission.collect import Limits, is_junk, listed
from grader.submission.roles import ARCHIVE_NAME

ARCHIVE_ENDING = re.compile(rf"{ARCHIVE_NAME.pattern}|\.(rar|7z)$", re.IGNORECASE)
MOST = Limits().entries
"""So many entries of a student's own folder are looked at; more are no submission."""


@dataclass(frozen=True)
class Entry:
    """A name in a folder. `trouble` says why it cannot be taken; empty where nothing is wrong."""

    name: str
    path: Path
    kind: Literal["folder", "file", "other"]
    trouble: str = ""

    @property
    def hidden(self) -> bool:
        """Whether it is hidden or made by a machine, such as `.DS_Store`."""
        return is_junk(self.name)

    @property
    def archive(self) -> bool:
        """Whether it is named like an archive; a spreadsheet is packed too, and is none."""
        return self.kind != "folder" and ARCHIVE_ENDING.search(self.name) is not None

    @property
    def packing(self) -> str | None:
        """What an archive is by its first bytes: "zip", "tar", "RAR" ...; None for any other."""
        if self.kind != "file" or self.trouble:
            return None
        try:
            return kind_of(self.path)
        except OSError:
            return None

    @property
    def why_unreadable(self) -> str:
        """Why nothing can be taken from it, as far as can be seen without opening it."""
        if self.trouble or self.kind == "folder":
            return self.trouble
        if not os.access(self.path, os.R_OK):
            return "the permissions do not allow to read it"
        if self.packing in FOREIGN.values():
            return f"a {self.packing} archive; only zip and tar are read"
        if self.packing is None and self.archive:
            return "not an archive, though named like one"
        return ""


@dataclass(frozen=True)
class Listing:
    """A folder and what could not be brought into it from the archive it was unpacked from.

    Attributes:
        root: the folder.
        left_out: why the file at a path was left out; its folder exists, itself it need not.
    """

    root: Path
    left_out: Mapping[Path, str] = field(default_factory=dict)

    def entries(self, folder: Path, most: int | None = None) -> list[Entry]:
        """What lies in a folder, by name; at most `most` entries, whichever come first.

        Raises:
            OSError: the folder cannot be read.
        """
        with os.scandir(folder) as found:
            entries = {one.name: _entry(one) for one in islice(found, most)}
        for path in self._below.get(folder, ()):
            if path.parent == folder:
                lost = Entry(path.name, path, "other", self.left_out[path])
                entries.setdefault(path.name, lost)
        return [entries[name] for name in sorted(entries)]

    def peek(self, folder: Path) -> list[Entry]:
        """What lies in a student's folder; nothing where it cannot be read."""
        try:
            return self.entries(folder, MOST)
        except OSError:
            return []

    def is_empty(self, folder: Path) -> bool:
        """Whether no file lies below a folder; hidden ones do not count.

        Raises:
            OSError: the folder itself cannot be read.
        """
        self.entries(folder, 1)
        return next(self._files(folder, Limits().depth), None) is None

    def _files(self, folder: Path, depth: int) -> Iterator[Entry]:
        for entry in self.peek(folder):
            if entry.hidden:
                continue
            if entry.kind == "folder" and depth:
                yield from self._files(entry.path, depth - 1)
            else:
                yield entry

    def left_out_below(self, path: Path) -> str:
        """A sentence about what was left out of a submission; empty where nothing was."""
        by_reason: dict[str, list[str]] = {}
        for lost in self._below.get(path, ()):
            name = str(lost.relative_to(path.parent))
            by_reason.setdefault(self.left_out[lost], []).append(name)
        return "; ".join(f"left out, {why}: {listed(names)}" for why, names in by_reason.items())

    @cached_property
    def _below(self) -> dict[Path, list[Path]]:
        """What was left out, by its own path and by each folder that it would lie in."""
        below: dict[Path, list[Path]] = {}
        for lost in self.left_out:
            for place in (lost, *lost.parents):
                below.setdefault(place, []).append(lost)
        return below


def _entry(found: os.DirEntry[str]) -> Entry:
    path = Path(found.path)
    try:
        mode = found.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return Entry(found.name, path, "other", f"it cannot be read: {error.strerror}")
    if stat.S_ISDIR(mode):
        return Entry(found.name, path, "folder")
    if stat.S_ISREG(mode):
        return Entry(found.name, path, "file")
    trouble = "a link, which is not followed" if stat.S_ISLNK(mode) else "no file and no folder"
    return Entry(found.name, path, "other", trouble)
