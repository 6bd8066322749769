"""Takes a submission in: a folder, a zip or a tar becomes a clean private copy with known roles.

Students hand in `Kuzu.py`, `kuzu(1).py`, a folder in a folder or a zip in a zip. Whatever can be
understood without guessing is accepted, with a note for the tutor; nothing is decoded or run.
"""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import IntakeError
from grader.results import SubmittedFile
from grader.submission.archive import kind_of, unpack
from grader.submission.collect import MIB, Collector, Limits, display_name, listed
from grader.submission.folder import take_folder
from grader.submission.roles import ARCHIVE_NAME, RolesFound, assign_roles, base_folder

__all__ = ["Limits", "Submission", "SubmittedFile", "open_submission", "submission_id"]

STUDENT_ID = re.compile(r"(?<![A-Za-z])z\d{7}(?!\d)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """Who handed in what, and where the private copy of it lies.

    Attributes:
        id: student id in lower case, or the cleaned name of the folder or archive.
        path: the last two parts of the path given, for display.
        files: every file taken, by name; `role` is the assignment's name for it or "other".
        digest: SHA-256 over the sorted names and digests of the files.
        root: folder of the private copy; files with a role carry the role's exact name in it.
        notes: what a tutor should know: odd names, files left out and why.
    """

    id: str
    path: str
    files: tuple[SubmittedFile, ...]
    digest: str
    root: Path
    notes: tuple[str, ...]
    places: tuple[tuple[str, Path], ...]

    def path_of(self, role: str) -> Path | None:
        """Where the file of this role lies in the private copy, or None where it is missing."""
        return dict(self.places).get(role)

    def moved(self, root: Path) -> "Submission":
        """The same submission, its private copy now at `root`."""
        places = tuple((role, root / path.relative_to(self.root)) for role, path in self.places)
        return replace(self, root=root, places=places)


def open_submission(
    path: Path, workdir: Path, roles: Sequence[str], limits: Limits | None = None
) -> Submission:
    """Copy a submission into `workdir` and find the file of each role.

    Args:
        path: a folder, zip, tar or packed tar; what it is decides its content.
        workdir: an existing empty folder that nobody else writes to.
        roles: the file names the assignment asks for, e.g. ("kuzu.py", "check.py", "hw1.pdf").
        limits: what a submission may hold; the defaults suit coursework.

    Raises:
        IntakeError: nothing there, no files, no file of any role, or an archive that is damaged,
            encrypted or too large.
    """
    shown = _shown(path)
    blobs = workdir / "blobs"
    blobs.mkdir()
    collector = Collector(blobs, limits or Limits())
    _take(path, collector, shown)
    notes = _open_inner_archive(collector, roles, shown)
    if not collector.files:
        raise _nothing(shown, collector, roles)
    found = assign_roles(sorted(collector.files), roles)
    if not found.names:
        raise _no_role(shown, sorted(collector.files), roles, found)
    root = workdir / "files"
    places = _lay_out(collector, found, root)
    files = _files(collector, {found.names[role]: role for role, _ in places})
    return Submission(
        id=submission_id(path),
        path=shown,
        files=files,
        digest=_digest(files),
        root=root,
        notes=(*notes, *found.notes, *collector.notes()),
        places=places,
    )


def _take(path: Path, collector: Collector, shown: str) -> None:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            take_folder(path, collector)
        elif stat.S_ISREG(mode):
            unpack(path, collector, shown)
        else:
            raise IntakeError(
                shown, "neither a folder nor a file", "a folder, a zip or a tar", "check the path"
            )
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise IntakeError(
            shown,
            f"it cannot be opened: {reason}",
            "the path of a submission: a folder, a zip or a tar",
            "check the spelling of the path and its permissions",
        ) from None


def _open_inner_archive(collector: Collector, roles: Sequence[str], shown: str) -> list[str]:
    """Where a role is missing and one archive lies among the files, unpack it in its place."""
    names = sorted(collector.files)
    if set(assign_roles(names, roles).names) == set(roles):
        return []
    inner = [
        name
        for name in names
        if ARCHIVE_NAME.search(name) and kind_of(collector.files[name].blob) is not None
    ]
    if len(inner) > 1:
        return [f"several archives inside, none was unpacked: {listed(inner)}"]
    if not inner:
        return []
    archive = collector.remove(inner[0])
    unpack(archive.blob, collector, f"{shown}: {display_name(inner[0])}", f"{inner[0]}/")
    return [f"the archive {display_name(inner[0])} inside the submission was unpacked"]


def _lay_out(collector: Collector, found: RolesFound, root: Path) -> tuple[tuple[str, Path], ...]:
    """Move the blobs to their names below `root`; files with a role first, so they win."""
    root.mkdir(exist_ok=True)  # empty, where a sandbox waits for what comes into it
    base = base_folder(list(collector.files))
    places = []
    for role, name in found.names.items():
        target = root / PurePosixPath(name).relative_to(base).with_name(role)
        if _place(name, target, collector):
            places.append((role, target))
    for name in sorted(set(collector.files) - set(found.names.values())):
        _place(name, root / PurePosixPath(name).relative_to(base), collector)
    open_to_sandbox(root)
    return tuple(places)


def open_to_sandbox(root: Path) -> None:
    """Let everybody read a private copy: the sandbox is another user, and we may have any umask."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _place(name: str, target: Path, collector: Collector) -> bool:
    """Move a file to its place; an archive can hold a file and a folder of one name."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise FileExistsError
        collector.files[name].blob.rename(target)
    except OSError:
        collector.leave_out("files whose name is taken or not possible here", name)
        collector.remove(name)
        return False
    return True


def _files(collector: Collector, role_of: dict[str, str]) -> tuple[SubmittedFile, ...]:
    return tuple(
        SubmittedFile(
            name=name, role=role_of.get(name, "other"), size=file.size, digest=file.digest
        )
        for name, file in sorted(collector.files.items())
    )


def _digest(files: Sequence[SubmittedFile]) -> str:
    lines = "".join(f"{file.name}\0{file.digest}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def submission_id(path: Path) -> str:
    """The student id in the path's last two names, in lower case; else the last, cleaned."""
    resolved = path.resolve()
    for name in (resolved.name, resolved.parent.name):
        if match := STUDENT_ID.search(name):
            return match[0].lower()
    stem = resolved.name if path.is_dir() else ARCHIVE_NAME.sub("", resolved.name)
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-.")[:64] or "submission"


def _shown(path: Path) -> str:
    """The last two parts of the path; the last alone where the other is a home folder."""
    full = Path(os.path.abspath(path))
    if full.parent in {Path.home(), Path(full.anchor)} or len(Path(path).parts) < 2:
        return display_name(full.name)
    return display_name(f"{full.parent.name}/{full.name}")


def _nothing(shown: str, collector: Collector, roles: Sequence[str]) -> IntakeError:
    notes = collector.notes()
    found = f"it holds no files ({'; '.join(notes)})" if notes else "it holds no files"
    return IntakeError(
        shown, found, f"the files {', '.join(roles)}", "check that the right folder was given"
    )


def _no_role(shown: str, names: list[str], roles: Sequence[str], found: RolesFound) -> IntakeError:
    notes = "".join(f"; {note}" for note in found.notes)
    return IntakeError(
        shown,
        f"none of the files asked for; found {listed(names)}{notes}",
        f"the files {', '.join(roles)}",
        "check that this is the right folder; rename the files as the assignment asks",
    )


@contextmanager
def private_copy(file: Path, limits: Limits | None = None) -> Iterator[Path]:
    """A copy of one file that the sandbox may read, in a folder that holds nothing else.

    Raises:
        IntakeError: it is no file, cannot be opened or is too large.
    """
    most = (limits or Limits()).file_bytes
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        copy = Path(folder) / "report"
        try:
            if not file.is_file():
                raise IntakeError(_shown(file), "it is no file", "the path of a report")
            if file.stat().st_size > most:
                raise IntakeError(
                    _shown(file), f"it is larger than {most // MIB} MiB", "a report of usual size"
                )
            shutil.copyfile(file, copy)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else error
            raise IntakeError(
                _shown(file),
                f"it cannot be opened: {reason}",
                "a report that can be read",
                "check the spelling of the path and its permissions",
            ) from None
        open_to_sandbox(Path(folder))
        yield copy
