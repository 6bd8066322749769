"""Unpacks a bulk download: one archive with the submissions of everybody.

Each student has the room of one submission, so that whoever hands in too much loses it alone.
Archives inside are left packed: they are opened one by one, under the limits of a submission.
"""

import re
import shutil
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Final

from grader.handin.identity import student_number
from grader.handin.layout_gradescope import SUBMISSION
from grader.handin.layout_moodle import PREFIX
from grader.handin.listing import Listing
from grader.submission.archive import unpack
from grader.submission.collect import (
    MIB,
    Collector,
    Limits,
    Readable,
    UnsafeNameError,
    checked_name,
    size_text,
)

STUDENT: Final = Limits()
COHORT: Final = Limits(
    file_bytes=STUDENT.total_bytes,
    total_bytes=16 * 1024 * MIB,
    entries=1_000_000,
    depth=STUDENT.depth + 4,
    header_bytes=32 * MIB,
)
"""A few thousand students with some MB each. An archive inside may be as large as a submission."""
ABSOLUTE: Final = re.compile(r"[A-Za-z]:|[/\\]")
REMEMBERED: Final = 50
"""So many names left out are remembered of each student; the others are counted."""


def unpack_cohort(archive: Path, workdir: Path, where: str) -> Listing:
    """Unpack a zip or tar below `workdir`, with a memory of what had to be left out.

    Raises:
        IntakeError: not an archive, damaged, encrypted, or larger than any cohort.
    """
    blobs, root = workdir / "blobs", workdir / "unpacked"
    blobs.mkdir()
    root.mkdir()
    collector = _CohortCollector(blobs)
    unpack(archive, collector, where)
    for name, file in collector.files.items():
        target = root / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                raise FileExistsError
            file.blob.rename(target)
        except OSError:
            collector.leave_out("its name is taken or not possible here", name)
    shutil.rmtree(blobs)
    return Listing(root, {_place(root, raw): why for raw, why in collector.reasons().items()})


class _CohortCollector(Collector):
    """Takes hidden files too, as a folder on disk has them, and keeps account of each student."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, COHORT)
        self._reasons: dict[str, str] = {}
        self._lost: Counter[str] = Counter()
        self._files_of: Counter[str] = Counter()
        self._bytes_of: Counter[str] = Counter()

    def leave_out(self, reason: str, raw: str) -> None:
        owner = _owner(raw)
        self._lost[owner] += 1
        if self._lost[owner] <= REMEMBERED:
            self._reasons[raw] = reason

    def accept(self, raw: str) -> str | None:
        try:
            return checked_name(raw, self.limits)
        except UnsafeNameError as reason:
            self.leave_out(str(reason), raw)
            return None

    def add(self, name: str, source: Readable, modified: float | None = None) -> None:
        owner = _owner(name)
        self._files_of[owner] += 1
        if self._files_of[owner] > STUDENT.entries:
            self.leave_out(f"more than {STUDENT.entries} files of one student", name)
        elif self._bytes_of[owner] > STUDENT.total_bytes:
            self.leave_out(f"more than {size_text(STUDENT.total_bytes)} of one student", name)
        else:
            before = self.files.get(name)
            super().add(name, source, modified)
            after = self.files.get(name)
            self._bytes_of[owner] += after.size if after is not None and after is not before else 0

    def reasons(self) -> dict[str, str]:
        """Why each name was left out; what is not remembered is counted under the student's."""
        more = {
            owner: f"{count - REMEMBERED} more entries, for like reasons"
            for owner, count in self._lost.items()
            if count > REMEMBERED
        }
        return self._reasons | more


def _owner(name: str) -> str:
    """The part of a name that tells whose file it is; where none does, its first two folders."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    for count, part in enumerate(parts, 1):
        if prefix := PREFIX.match(part):
            return "/".join((*parts[: count - 1], prefix[0]))
        if SUBMISSION.fullmatch(part) or student_number(part):
            return "/".join(parts[:count])
    return "/".join(parts[:2])


def _place(root: Path, raw: str) -> Path:
    """Where the file would lie: below the folders of its name that can exist, which are made."""
    if ABSOLUTE.match(raw):
        return root / _in_words(raw)
    parts = [part for part in raw.replace("\\", "/").split("/") if part not in {"", "."}]
    folder = root
    for number, part in enumerate(parts[:-1]):
        try:
            (folder / checked_name(part, COHORT)).mkdir(exist_ok=True)
        except (UnsafeNameError, OSError):
            return folder / _in_words("/".join(parts[number:]))
        folder /= part
    return folder / _in_words(parts[-1] if parts else raw)


def _in_words(name: str) -> str:
    """A name that cannot be one, as one printable part of a path that is only ever shown."""
    printable = name if name.isprintable() and name not in {"", ".."} else ascii(name)
    return printable.replace("/", "\\")
