"""Folders for what is under way, which a student's process may have filled with anything."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = 64 * 2**20
"""Bytes that grading one submission may need for a while; usual ones need a tenth."""


def full_disk(folder: Path) -> str:
    """That there is no room left where a folder lies, in words; "" where there is some."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:  # it is not there: whoever writes to it will say so
        return ""
    return f"{folder} has {free // 2**20} MiB of space left" if free < ROOM else ""


@contextmanager
def scratch_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A new folder that only this user can enter, below `parent` or among the temporary files."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder, if it is there, whatever it holds.

    Not with shutil.rmtree, which gives up in folders a thousand deep and in those without
    permissions.
    """
    for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        subprocess.run(
            [*command, "--", str(folder)],
            env={"PATH": os.defpath},
            capture_output=True,
            check=False,
        )
