"""Finds the line of a TOML file on which a value stands, so that an error can point at it.

The standard library's parser keeps no positions. This reader follows headers and keys only, which
is all that an assignment file needs.
"""

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Line, from 1, on which `path` or its nearest enclosing table begins.

    >>> line_of('[[q]]\\nid = 1\\n[[q]]\\nid = 2\\n', ("q", 1, "id"))
    4
    """
    places = _places(text)
    wanted: Path = tuple(path)
    while wanted and wanted not in places:
        wanted = wanted[:-1]
    return places.get(wanted, 1)


def _places(text: str) -> dict[Path, int]:
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _table(header[2], header[1] == "[[", counts)
            places.setdefault(table, number)
        elif key := _KEY.match(line):
            places.setdefault((*table, key[1].strip("\"'")), number)
    return places


def _table(name: str, repeated: bool, counts: dict[Path, int]) -> Path:
    """The path of a header, with the position of each repeated table filled in."""
    path: Path = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for i, part in enumerate(parts):
        path = (*path, part)
        last = i == len(parts) - 1
        if last and repeated:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
