"""What is imported is asked for: what another package happens to bring may be gone tomorrow."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = {"grader", "reference", "worker"}  # the last is grader.worker, as the sandbox shows it


def imported() -> Iterator[str]:
    for folder in ("grader", "reference"):
        for module in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_bytes())):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    yield node.module


def named(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_every_package_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = (*project["dependencies"], *extras["cluster"], *extras["ocr"])
    declared = {named(requirement) for requirement in asked}
    foreign = {name.split(".")[0] for name in imported()} - OURS - sys.stdlib_module_names
    installed = packages_distributions()
    brought = {
        name: {named(package) for package in installed.get(name, [name])} for name in foreign
    }
    assert {name: found for name, found in brought.items() if not found & declared} == {}
    assert {"torch", "click", "weasyprint"} <= foreign
