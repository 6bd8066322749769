"""Reads and validates an assignment: its questions, marks, thresholds and checks.

A lecturer edits `assignment.toml` each term. Whatever is mistyped is reported with file, line and
the valid choices before anything is graded.
"""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.assignment_tables import (
    EVIDENCE,
    REPORT,
    SAID,
    SEQUENCE_EVIDENCE,
    AssignmentTable,
    Table,
)
from grader.data import Threshold
from grader.errors import AssignmentError, UsageError
from grader.marks.declared_checks import declared_checks
from grader.resources import assignments_dir
from grader.toml_lines import line_of
from grader.train.protocol import Protocol
from reference.dimensions import NETWORKS

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
            f"did you mean {near[0]}?" if near else "name one of these, or the path of your own",
        )
    return _load(folder)


def _load(folder: Path) -> Assignment:
    file = folder.resolve() / "assignment.toml"
    data = file.read_bytes()
    source = _Source(file, _decoded(file, data))
    try:
        table = AssignmentTable.model_validate(_parsed(source))
    except ValidationError as error:
        raise source.mistyped(error) from None
    _check_marks(source, table)
    _check_ids(source, table)
    _check_modules(source, table)
    _check_report(source, table)
    _check_names(source, table, declared_checks(folder / "checks"))
    digest = hashlib.sha256(data)
    for module in sorted((folder / "checks").glob("*.py")):
        digest.update(module.name.encode() + b"\0" + module.read_bytes())
    return Assignment(table, folder, digest.hexdigest())


@dataclass(frozen=True)
class _Source:
    """The file an error points into."""

    file: Path
    text: str

    @property
    def name(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}"

    def error(self, path: Place, found: str, expected: str, hint: str = "") -> AssignmentError:
        where = f"{self.name}, line {line_of(self.text, path)}"
        return AssignmentError(where, found, expected, hint)

    def unknown(self, path: Place, kind: str, name: str, known: Sequence[str]) -> AssignmentError:
        near = get_close_matches(name, list(known), 1)
        hint = f"did you mean {near[0]}?" if near else ""
        return self.error(path, f"there is no {kind} {name!r}", ", ".join(known) or "none", hint)

    def mistyped(self, error: ValidationError) -> AssignmentError:
        errors = error.errors(include_url=False)
        # a misspelt key is missing as well; the misspelling says more
        first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
        path: Place = tuple(p for p in first["loc"] if p != "[key]")
        choices = _choices(path)
        if first["type"] == "extra_forbidden":
            return self.unknown(path, "key", str(path[-1]), choices)
        if first["type"] == "missing":
            return self.error(path, f"the key {path[-1]!r} is missing", ", ".join(choices))
        place = ".".join(map(str, path))
        return self.error(
            path, f"{place} is {_shown(first['input'])}", first["msg"].removeprefix("Value error, ")
        )


def _decoded(file: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{file.parent.name}/{file.name}, line {line}"
        found = f"the byte {data[error.start]:#04x} is not UTF-8"
        raise AssignmentError(where, found, "a text file in UTF-8", "save it as UTF-8") from None


def _parsed(source: _Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(source.name, f"is not valid TOML: {error}", "a TOML file") from None


def _shown(value: object) -> str:
    """A value of the file in an error: a table only by its kind, a text at most in part."""
    if isinstance(value, dict):
        return "a table"
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


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


def _check_ids(source: _Source, table: AssignmentTable) -> None:
    """Reports and marks name questions and criteria by id, so each must be the only one."""
    seen: set[str] = set()
    for i, question in enumerate(table.questions):
        ids: list[tuple[Place, str]] = [(("questions", i, "id"), question.id)]
        ids += [
            (("questions", i, "criteria", j, "id"), c.id) for j, c in enumerate(question.criteria)
        ]
        for place, name in ids:
            if name in seen:
                raise source.error(place, f"the id {name!r} is given twice", "a new id")
            seen.add(name)


def _check_modules(source: _Source, table: AssignmentTable) -> None:
    """Networks that the oracle knows, in files that are handed in."""
    modules: list[tuple[Place, str]] = []
    for name, network in table.networks.items():
        if name not in NETWORKS:
            raise source.unknown(("networks", name), "network", name, NETWORKS)
        modules.append((("networks", name, "module"), network.module))
    if table.perceptron:
        modules.append((("perceptron", "module"), table.perceptron.module))
    for place, module in modules:
        if module not in table.files:
            raise source.unknown(place, "file", module, table.files)


def _check_report(source: _Source, table: AssignmentTable) -> None:
    """The report is asked for where a person is shown what it says."""
    if REPORT in table.files:
        return
    for question in table.questions:
        if any(set(criterion.evidence) & set(SAID) for criterion in question.criteria):
            near = get_close_matches(REPORT, table.files, 1)
            raise source.error(
                ("files",),
                f"{REPORT} is not listed, and evidence of question {question.id} is what it says",
                f"{REPORT} among the files",
                f"did you mean it by {near[0]}?" if near else "",
            )


def _check_names(source: _Source, table: AssignmentTable, checks: Sequence[str]) -> None:
    """Checks that exist, each for one question, and evidence that can be gathered."""
    seen: set[str] = set()
    for i, question in enumerate(table.questions):
        for name in question.checks:
            place: Place = ("questions", i, "checks", name)
            if name not in checks:
                raise source.unknown(place, "check", name, checks)
            if name in seen:
                raise source.error(place, f"the check {name!r} is listed twice", "once")
            seen.add(name)
        for j, criterion in enumerate(question.criteria):
            for name in criterion.evidence:
                known = (*EVIDENCE, *SEQUENCE_EVIDENCE)
                if name not in known:
                    place = ("questions", i, "criteria", j, "evidence")
                    raise source.unknown(place, "evidence", name, known)
