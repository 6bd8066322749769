"""Reads and validates an assignment: its questions, marks, thresholds and checks.

A lecturer edits `assignment.toml` each term. Whatever is mistyped is reported with file, line and
the valid choices before anything is graded.
"""

import ast
import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.assignment_tables import EVIDENCE, AssignmentTable, Table
from grader.checking import PREFIX
from grader.data import Threshold
from grader.errors import AssignmentError, UsageError
from grader.protocol import Protocol
from grader.resources import assignments_dir
from grader.toml_lines import line_of

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Assignment:
    """A valid assignment. `digest` is over the file and its checks."""

    table: AssignmentTable
    folder: Path
    digest: str

    @property
    def checks_folder(self) -> Path:
        """Where the pytest modules are."""
        return self.folder / "checks"

    @property
    def protocol(self) -> Protocol:
        """The official way of training."""
        return Protocol(name="official", official=True, **self.table.protocol.model_dump())

    def threshold(self, network: str) -> Threshold:
        """What this network's accuracy is held against on the official data."""
        table = self.table.networks[network].threshold
        return Threshold(table.low, table.high, f"the assignment {self.table.id}")


def list_assignments() -> list[str]:
    """Ids of the assignments that come with the package."""
    return sorted(p.parent.name for p in assignments_dir().glob("*/assignment.toml"))


def load_assignment(choice: str) -> Assignment:
    """An assignment by id, or by the path of its folder.

    Raises:
        UsageError: there is no such assignment.
        AssignmentError: its files are wrong; says where.
    """
    folder = assignments_dir() / choice
    if not (folder / "assignment.toml").is_file():
        folder = Path(choice)
    if not (folder / "assignment.toml").is_file():
        known = list_assignments()
        near = get_close_matches(choice, known, 1)
        raise UsageError(
            "--assignment",
            f"there is no assignment {choice!r}",
            f"one of {', '.join(known)}, or a folder with an assignment.toml",
            f"did you mean {near[0]}?" if near else "",
        )
    return _load(folder)


def _load(folder: Path) -> Assignment:
    file = folder / "assignment.toml"
    data = file.read_bytes()
    try:
        source = _Source(file, data.decode("utf-8"))
        document = tomllib.loads(source.text, parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AssignmentError(str(file), f"is not valid TOML: {error}", "a TOML file") from None
    try:
        table = AssignmentTable.model_validate(document)
    except ValidationError as error:
        raise source.mistyped(error) from None
    _check_marks(source, table)
    _check_names(source, table, _declared_checks(folder / "checks"))
    digest = hashlib.sha256(data)
    for module in sorted((folder / "checks").glob("*.py")):
        digest.update(module.name.encode() + b"\0" + module.read_bytes())
    return Assignment(table, folder, digest.hexdigest())


@dataclass(frozen=True)
class _Source:
    """The file an error points into."""

    file: Path
    text: str

    def error(self, path: Place, found: str, expected: str, hint: str = "") -> AssignmentError:
        where = f"{self.file.parent.name}/{self.file.name}, line {line_of(self.text, path)}"
        return AssignmentError(where, found, expected, hint)

    def unknown(self, path: Place, kind: str, name: str, known: Sequence[str]) -> AssignmentError:
        near = get_close_matches(name, list(known), 1)
        hint = f"did you mean {near[0]}?" if near else ""
        return self.error(path, f"there is no {kind} {name!r}", ", ".join(known), hint)

    def mistyped(self, error: ValidationError) -> AssignmentError:
        first = error.errors(include_url=False)[0]
        path: Place = tuple(p for p in first["loc"] if p != "[key]")
        choices = _choices(path)
        if first["type"] == "extra_forbidden":
            return self.unknown(path, "key", str(path[-1]), choices)
        if first["type"] == "missing":
            return self.error(path, f"the key {path[-1]!r} is missing", ", ".join(choices))
        found = f"{'.'.join(map(str, path)) or 'the file'}: {first['msg']}"
        return self.error(path, found, "a value of that kind")


def _choices(path: Place) -> list[str]:
    """The keys that are valid in the table that `path` lies in."""
    model: type[BaseModel] = AssignmentTable
    for part in path[:-1]:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if part in fields:
            model = _table_in(fields[str(part)].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _table_in(annotation: Any) -> type[Table] | None:
    """The Table class inside `list[Table]`, `dict[str, Table]` or `Table | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    inner = [_table_in(a) for a in getattr(annotation, "__args__", ())]
    return next((table for table in inner if table), None)


def _check_marks(source: _Source, table: AssignmentTable) -> None:
    for i, question in enumerate(table.questions):
        parts = sum(question.checks.values()) + sum(c.marks for c in question.criteria)
        if parts != question.marks:
            found = f"question {question.id} has {question.marks} marks, its parts have {parts}"
            raise source.error(("questions", i, "marks"), found, "equal sums")
    total = sum(question.marks for question in table.questions)
    if total != table.marks:
        found = f"the assignment has {table.marks} marks, its questions have {total}"
        raise source.error(("marks",), found, "equal sums")


def _check_names(source: _Source, table: AssignmentTable, checks: list[str]) -> None:
    seen: set[str] = set()
    for i, question in enumerate(table.questions):
        for name in question.checks:
            if name not in checks:
                raise source.unknown(("questions", i, "checks", name), "check", name, checks)
            if name in seen:
                place = ("questions", i, "checks", name)
                raise source.error(place, f"the check {name!r} is listed twice", "once")
            seen.add(name)
        for j, criterion in enumerate(question.criteria):
            for name in set(criterion.evidence) - set(EVIDENCE):
                spot = ("questions", i, "criteria", j, "evidence")
                raise source.unknown(spot, "evidence", name, EVIDENCE)
    modules = [network.module for network in table.networks.values()]
    modules += [table.perceptron.module] if table.perceptron else []
    for module in modules:
        if module not in table.files:
            raise source.unknown(("files",), "file", module, table.files)


def _declared_checks(folder: Path) -> list[str]:
    """Names of the check functions, read without running the modules."""
    names: list[str] = []
    for module in sorted(folder.glob(f"{PREFIX}*.py")):
        try:
            tree = ast.parse(module.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError) as error:
            raise AssignmentError(str(module), f"does not parse: {error}", "Python") from None
        functions = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
        names += [n.removeprefix(PREFIX) for n in functions if n.startswith(PREFIX)]
    return names
