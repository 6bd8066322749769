"""An error must point at the right line, whatever the file looks like."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.toml_lines import line_of

DOCUMENT = """\
# a comment with [brackets] and a = b
title = "one"

[networks.NetLin]  # the first
threshold = { low = 1, high = 2 }
[networks."Net.Full"]
allow = [
  "dropout",  # ] is no end
  "[norm]",
]
low.high = 3

[[questions]]
id = "1.1"
text = \"\"\"
[questions]
id = "not a key"
\"\"\"
[questions.checks]
a = 1
[[questions.criteria]]
id = 'x = 1'
[[questions.criteria]]
id = "y"
[[questions]]
id = "1.2"
[[questions.criteria]]
id = "z"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("networks",), 4),
        (("networks", "NetLin"), 4),
        (("networks", "NetLin", "threshold"), 5),
        (("networks", "NetLin", "threshold", "low"), 5),
        (("networks", "NetLin", "missing"), 4),
        (("networks", "Net.Full"), 6),
        (("networks", "Net.Full", "allow", 1), 7),
        (("networks", "Net.Full", "low", "high"), 11),
        (("questions", 0), 13),
        (("questions", 0, "text"), 15),
        (("questions", 0, "checks", "a"), 20),
        (("questions", 0, "criteria", 0, "id"), 22),
        (("questions", 0, "criteria", 1, "id"), 24),
        (("questions", 1, "id"), 26),
        (("questions", 1, "criteria", 0, "id"), 28),
        (("unknown",), 1),
        ((), 1),
    ],
)
def test_points_at_the_line_where_the_value_or_its_table_begins(
    path: tuple[str | int, ...], line: int
) -> None:
    tomllib.loads(DOCUMENT)
    assert line_of(DOCUMENT, path) == line


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert line_of('a = "\u2028"\r\nb = 1\r\n', ("b",)) == 2


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6)
VALUES = st.sampled_from(
    (
        "1",
        "-2.5",
        "true",
        '"[x]"',
        '"a = \\"b\\" # c"',
        "'[[y]] = \"'",
        "{ a = 1, b = '}' }",
        "[\n 1, # ]\n '[',\n]",
        '"""\n[t]\nk = 1 # "" \\"\n"""',
        "'''\n[t]\nk = '' 1'''''",
        '[ { a = """\n]""" },\n ]',
    )
)
COMMENTS = st.sampled_from(("", "  # [no]", " # a = 'b"))
GAPS = st.sampled_from(("", "\n", "# [c]\n", "   \n#\n", "\t# k = 1\n"))


class Written:
    """A document under construction, and the line of every path in it."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: dict[tuple[str | int, ...], int] = {}

    def add(self, path: tuple[str | int, ...], text: str) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], self.text.count("\n") + 1)
        self.text += text + "\n"


def spelt(name: str, style: int) -> str:
    """A key in one of the ways TOML allows."""
    if style == 0 and name.isascii() and name.replace("_", "").isalnum():
        return name
    if style == 1 and "'" not in name:
        return f"'{name}'"
    return json.dumps(name, ensure_ascii=False)


@st.composite
def documents(draw: st.DrawFn) -> Written:
    """Tables, repeated tables and tables within these, with keys of one or two parts."""
    written = Written()

    def key(name: str) -> str:
        return spelt(name, draw(st.integers(0, 2)))

    def fill(table: tuple[str | int, ...], taken: set[str]) -> None:
        for name in draw(st.lists(NAMES.filter(lambda n: n not in taken), max_size=3, unique=True)):
            written.text += draw(GAPS)
            parts = [name, *draw(st.lists(NAMES, max_size=1))]
            left = draw(st.sampled_from((".", " . "))).join(map(key, parts))
            value = draw(VALUES) + draw(COMMENTS)
            written.add((*table, *parts), f"{draw(st.sampled_from(('', '  ')))}{left} = {value}")

    tables = draw(st.lists(NAMES, max_size=4, unique=True))
    fill((), set(tables))
    for name in tables:
        if draw(st.booleans()):
            written.add((name,), f"[{key(name)}]{draw(COMMENTS)}")
            fill((name,), set())
            continue
        inner = draw(NAMES)
        for i in range(draw(st.integers(1, 3))):
            written.add((name, i), f" [[ {key(name)} ]]{draw(COMMENTS)}")
            fill((name, i), {inner})
            for j in range(draw(st.integers(0, 2))):
                written.add((name, i, inner, j), f"[[{key(name)}.{key(inner)}]]")
                fill((name, i, inner, j), set())
    return written


@given(documents())
def test_every_path_of_any_document_is_found(written: Written) -> None:
    tomllib.loads(written.text)
    for path, line in written.lines.items():
        assert line_of(written.text, path) == line, path
