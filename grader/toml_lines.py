"""Finds the line of a TOML file on which a value stands, so that an error can point at it.

The standard library's parser keeps no positions. This reader follows headers and keys of text that
the parser has accepted, and skips values, whatever they hold.
"""

import re
import tomllib
from collections.abc import Sequence

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_VALUE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"""|[][{}\n]|[^]["'#{}\n]+""",
    re.DOTALL,
)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Line, from 1, on which `path` or its nearest enclosing table begins; `text` is valid TOML.

    >>> line_of('[[q]]\\nid = 1\\n[[q]]\\nid = 2\\n', ("q", 1, "id"))
    4
    """
    places = _places(text)
    wanted: Path = tuple(path)
    while wanted and wanted not in places:
        wanted = wanted[:-1]
    return text.count("\n", 0, places.get(wanted, 0)) + 1


def _places(text: str) -> dict[Path, int]:
    """Where in the text each table and each key begins."""
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    here = _blank(text, 0)
    while here < len(text):
        brackets = 2 if text.startswith("[[", here) else int(text[here] == "[")
        parts, end = _key(text, here + brackets)
        if brackets:
            table = _table(parts, brackets == 2, counts)
            path, end = table, end + brackets
        else:
            path, end = (*table, *parts), _after_value(text, end + 1)
        for length in range(1, len(path) + 1):
            places.setdefault(path[:length], here)
        here = _blank(text, end)
    return places


def _blank(text: str, here: int) -> int:
    """Where the next header or key begins."""
    blank = _BLANK.match(text, here)
    assert blank is not None
    return blank.end()


def _key(text: str, here: int) -> tuple[list[str], int]:
    """The parts of a dotted key, unquoted, and where it ends."""
    parts: list[str] = []
    dot = "."
    while dot and (part := _PART.match(text, here)):
        quoted = part[1][0] in "\"'"
        parts.append(tomllib.loads(f"key = {part[1]}")["key"] if quoted else part[1])
        here, dot = part.end(), part[2]
    return parts, here


def _after_value(text: str, here: int) -> int:
    """Where the line ends on which a value ends; brackets may carry it over many lines."""
    depth = 0
    while (token := _VALUE.match(text, here)) and not (token[0] == "\n" and depth == 0):
        depth += (token[0] in "[{") - (token[0] in "]}")
        here = token.end()
    return here


def _table(parts: Sequence[str], repeated: bool, counts: dict[Path, int]) -> Path:
    """The path of a header, with the position of each repeated table filled in."""
    path: Path = ()
    for i, part in enumerate(parts):
        path = (*path, part)
        last = i == len(parts) - 1
        if last and repeated:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
