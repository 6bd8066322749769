"""Names the checks that an assignment declares, read without running its modules.

So a misspelt check is found before anything of the assignment is imported.
"""

import ast
from pathlib import Path

from grader.checking import PREFIX
from grader.errors import AssignmentError


def declared_checks(folder: Path) -> list[str]:
    """Ids of the `check_*` functions in the `check_*.py` modules of a folder, in their order.

    Raises:
        AssignmentError: a module does not parse, or two functions have one name.
    """
    places: dict[str, str] = {}
    for module in sorted(folder.glob(f"{PREFIX}*.py")):
        for function in _parsed(module).body:
            if isinstance(function, ast.FunctionDef) and function.name.startswith(PREFIX):
                place = f"{folder.name}/{module.name}, line {function.lineno}"
                if earlier := places.get(function.name):
                    found = f"{function.name} is defined here and in {earlier}"
                    raise AssignmentError(place, found, "another name", "rename one of them")
                places[function.name] = place
    return [name.removeprefix(PREFIX) for name in places]


def _parsed(module: Path) -> ast.Module:
    place = f"{module.parent.name}/{module.name}"
    try:
        return ast.parse(module.read_bytes())
    except SyntaxError as error:
        where = f"{place}, line {error.lineno}" if error.lineno else place
        raise AssignmentError(where, f"does not parse: {error.msg}", "Python") from None
    except ValueError as error:  # a null byte, before Python 3.12
        raise AssignmentError(place, f"does not parse: {error}", "Python") from None
