"""Small cohorts on disk, for the tests of their layouts."""

import tarfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from grader.handin.candidate import Candidate, Found
from grader.handin.layouts import find_submissions
from grader.handin.roster import Roster, load_roster

ROLES = ("kuzu.py", "check.py", "hw1.pdf")
KUZU = b"import torch\n"


def tree(root: Path, *names: str, data: bytes = KUZU) -> Path:
    """A folder with these files; a name that ends in a slash is an empty folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return root


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def tar_bytes(files: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    packed = BytesIO()
    # the modes differ by compression alone
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return packed.getvalue()


SUBMITTED_ZIP = zip_bytes({"kuzu.py": KUZU})


def find(folder: Path, roster: Roster | None = None) -> Found:
    workdir = folder.parent / f"work-{folder.name}"
    workdir.mkdir()
    return find_submissions(folder, workdir=workdir, roles=ROLES, roster=roster)


def by_student(found: Found) -> dict[str, Candidate]:
    return {candidate.student: candidate for candidate in found.candidates}


def one(found: Found) -> Candidate:
    (candidate,) = found.candidates
    return candidate


def roster_of(folder: Path, text: str) -> Roster:
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return load_roster(path)
