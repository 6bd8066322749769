"""Folders for what is under way, which a student's process may have filled with anything."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
