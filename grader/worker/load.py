"""Imports the submitted module and puts every way this can fail into words."""

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

Failure = dict[str, Any]


def load_module(path: Path, name: str) -> tuple[ModuleType | None, Failure | None]:
    """Import the file as `name`. Its folder comes last on the path, so that nothing is shadowed."""
    sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        return None, failure_of("import", ImportError(f"{path.name} is not a Python file"), path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are a student's too
        return None, failure_of("import", error, path)
    return module, None


def failure_of(stage: str, error: BaseException, path: Path | None) -> Failure:
    """Stage, type, message and line in the student's file, all capped and plain.

    An exception's class may have anything in the place of what is asked for here.
    """
    line = _line(path, error)
    return {
        "stage": stage,
        "type": _plain_text(type.__dict__["__name__"].__get__(type(error)))[:100],
        "message": _message(error),
        "line": line,
        "source": _plain_text(_source(path, line)),
    }


def _message(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        text = _plain_text(text).strip() or "no message"
    except BaseException:
        text = "(the exception's own text could not be read)"
    return text if len(text) <= 2000 else text[:2000] + " ..."


def _plain_text(text: str) -> str:
    """The text, halves of characters as escapes: no document can hold them."""
    return str.encode(text, "utf-8", "backslashreplace").decode()


def _line(path: Path | None, error: BaseException) -> int | None:
    try:
        line = error.lineno if isinstance(error, SyntaxError) else _last_line_in(path, error)
        return line if type(line) is int and 0 <= line < 2**31 else None
    except BaseException:
        return None


def _last_line_in(path: Path | None, error: BaseException) -> int | None:
    if path is None:
        return None
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.lineno for f in frames if Path(f.filename).name == path.name]
    return lines[-1] if lines else None


def _source(path: Path | None, line: int | None) -> str:
    if path is None or line is None:
        return ""
    try:
        rows = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return rows[line - 1].strip()[:200] if 0 < line <= len(rows) else ""
