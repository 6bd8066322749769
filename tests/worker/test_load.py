"""Every way that importing a student's file can fail becomes words with a line."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from grader.worker.load import failure_of, load_module


@pytest.fixture(autouse=True)
def _unchanged_imports() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def load(
    folder: Path, text: str, name: str = "kuzu.py"
) -> tuple[ModuleType | None, dict[str, object]]:
    (folder / name).write_text(text, encoding="utf-8")
    module, failure = load_module(folder / name, "student_kuzu")
    return module, failure or {}


def test_a_module_is_imported(tmp_path: Path) -> None:
    module, failure = load(tmp_path, "x = 3\n")
    assert module is not None
    assert module.x == 3
    assert failure == {}


@pytest.mark.parametrize(
    ("text", "kind", "line", "source"),
    [
        ("x = 1\ny = f(1，2)\n", "SyntaxError", 2, "y = f(1，2)"),
        ("x = 1\n  y = 2\n", "IndentationError", 2, "y = 2"),
        ("import nowhere_at_all\n", "ModuleNotFoundError", 1, "import nowhere_at_all"),
        ("\n\nraise SystemExit(0)\n", "SystemExit", 3, "raise SystemExit(0)"),
        ("def f():\n    1 / 0\nf()\n", "ZeroDivisionError", 2, "1 / 0"),
        ("open('missing.csv')\n", "FileNotFoundError", 1, "open('missing.csv')"),
    ],
)
def test_what_stops_an_import_is_named_with_its_line(
    tmp_path: Path, text: str, kind: str, line: int, source: str
) -> None:
    module, failure = load(tmp_path, text)
    assert module is None
    assert failure["stage"] == "import"
    assert (failure["type"], failure["line"], failure["source"]) == (kind, line, source)


def test_a_file_beside_it_shadows_nothing(tmp_path: Path) -> None:
    (tmp_path / "colorsys.py").write_text("raise ImportError('shadowed')")
    (tmp_path / "helper.py").write_text("answer = 42")
    module, _ = load(tmp_path, "import colorsys\nfrom helper import answer\n")
    assert module is not None
    assert module.answer == 42
    assert module.colorsys.rgb_to_hsv(0, 0, 0) == (0, 0, 0)


def test_a_file_that_is_not_python_is_refused(tmp_path: Path) -> None:
    module, failure = load(tmp_path, "x = 1", "kuzu.txt")
    assert module is None
    assert "kuzu.txt is not a Python file" in str(failure["message"])


def test_messages_and_source_lines_are_capped(tmp_path: Path) -> None:
    _, failure = load(tmp_path, f"raise ValueError('x' * 10_000)  # {'y' * 500}\n")
    assert len(str(failure["message"])) <= 2004
    assert len(str(failure["source"])) == 200


class Unreadable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")


def test_an_exception_that_cannot_be_read_is_still_named() -> None:
    failure = failure_of("build", Unreadable(), None)
    assert failure["type"] == "Unreadable"
    assert failure["message"] == "(the exception's own text could not be read)"


def test_an_exception_without_words_says_so() -> None:
    assert failure_of("build", ValueError(), None)["message"] == "no message"


def test_an_exception_that_lies_about_itself_is_still_named() -> None:
    class Meta(type):
        __name__ = property(lambda cls: 1 / 0)

    class Lies(SyntaxError, metaclass=Meta):
        __traceback__ = property(lambda self: 1 / 0)
        msg, lineno = "\ud800 is half a character", 10**40

    failure = failure_of("build", Lies(), Path("kuzu.py"))
    assert failure["type"] == "Lies"
    assert failure["message"] == "\\ud800 is half a character"
    assert failure["line"] is None
