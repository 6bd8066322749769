"""Writes a zip file of any size in one step, with the same bytes for the same content."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import ReportError

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file knows; all members have it."""


class ZipWriter:
    """A zip file that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, content: bytes, *, program: bool = False) -> None:
        """One file; `program` makes it executable."""
        member = zipfile.ZipInfo(name, EPOCH)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.create_system = 3  # Unix: the mode counts
        member.external_attr = (0o100755 if program else 0o100644) << 16
        self._archive.writestr(member, content)


@contextmanager
def replacing_zip(path: Path) -> Iterator[ZipWriter]:
    """Replaces a zip file once the block ends without an error.

    Raises:
        ReportError: it cannot be written; what was there before is still there.
    """
    part = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with part.open("xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield ZipWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise ReportError(
            str(path), f"cannot be written ({error.strerror or error})", "room on the disk"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
