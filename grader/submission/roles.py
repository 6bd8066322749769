"""Decides which handed-in file is which, from names alone, and never guesses between two.

Browsers and systems change names: `kuzu(1).py`, `kuzu.py.txt`, `KUZU.PY`, `z0000001_kuzu.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.submission.collect import display_name

EXACT, OTHER_CASE, CHANGED = 0, 1, 2
ARCHIVE_NAME = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
COPY = r"(\s*\(\d+\)|\s*[-_ ]\s*copy(\s*\d+)?)?"


@dataclass(frozen=True)
class RolesFound:
    """The file name of each role that was found, and notes for the tutor."""

    names: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def assign_roles(names: Sequence[str], roles: Sequence[str]) -> RolesFound:
    """Find the file of each role among relative POSIX names.

    A file nearer the top comes before a deeper one, then the exact name before one in another
    case before a changed one (`kuzu(1).py`). Two that are equally good leave the role unfilled.
    """
    found: dict[str, str] = {}
    notes: list[str] = []
    base = base_folder(names)
    if base != PurePosixPath("."):
        notes.append(f"the files lie in the folder {display_name(str(base))}")
    for role in roles:
        ranked = sorted(_ranked(names, role, base))
        best = [name for rank, name in ranked if rank == ranked[0][0]]
        if len(best) == 1:
            found[role] = best[0]
        notes += _role_notes(role, [name for _, name in ranked], best, names)
    return RolesFound(found, tuple(notes))


def base_folder(names: Sequence[str]) -> PurePosixPath:
    """The deepest folder that holds everything: where a submission packed with its folder starts.

    >>> str(base_folder(["hw1/kuzu.py", "hw1/src/check.py"]))
    'hw1'
    """
    folders = [PurePosixPath(name).parent.parts for name in names]
    shared: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return PurePosixPath(*shared)


def _ranked(
    names: Sequence[str], role: str, base: PurePosixPath
) -> list[tuple[tuple[int, int], str]]:
    """Candidates with (folders below the base, quality of the name).

    At most one folder deep, not counting an archive that was unpacked in its place.
    """
    candidates = []
    for name in names:
        path = PurePosixPath(name)
        quality = _quality(path.name, role)
        folders = path.relative_to(base).parts[:-1]
        plain = [folder for folder in folders if not ARCHIVE_NAME.search(folder)]
        if quality is not None and len(plain) <= 1:
            candidates.append(((len(folders), quality), name))
    return candidates


def _quality(file: str, role: str) -> int | None:
    if file == role:
        return EXACT
    if file.casefold() == role.casefold():
        return OTHER_CASE
    stem, suffix = role.rsplit(".", 1)
    pattern = rf"(z\d{{7}}[-_ ]+)?{re.escape(stem)}{COPY}\.{re.escape(suffix)}(\.txt)?"
    return CHANGED if re.fullmatch(pattern, file, re.IGNORECASE) else None


def _role_notes(role: str, ranked: list[str], best: list[str], names: Sequence[str]) -> list[str]:
    if not ranked:
        return _missing(role, names)
    if len(best) > 1:
        both = " and ".join(display_name(name) for name in best)
        return [f"{role}: {both} could both be it; neither was taken"]
    notes = []
    taken, others = best[0], [display_name(name) for name in ranked[1:]]
    if PurePosixPath(taken).name != role:
        notes.append(f"{role}: {display_name(taken)} was taken for it")
    if others:
        notes.append(f"{role}: {display_name(taken)} was taken, not {', '.join(others)}")
    return notes


def _missing(role: str, names: Sequence[str]) -> list[str]:
    stem = role.rsplit(".", 1)[0].casefold()
    similar = [name for name in names if PurePosixPath(name).stem.casefold() == stem]
    if similar:
        return [f"{role}: not handed in, but {display_name(similar[0])} was"]
    return [f"{role}: not handed in"]
