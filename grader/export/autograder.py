"""The zip that Gradescope makes an autograder from: two scripts, the grader, the assignment."""

from pathlib import Path

from grader.assignment import Assignment
from grader.export.atomic_zip import replacing_zip
from grader.export.autograder_run import FAILED
from grader.export.gradescope import not_graded, to_json
from grader.export.wheel import FILE, wheel
from grader.resources import PACKAGE

SCRIPTS = PACKAGE / "export" / "gradescope_scripts"


def write_autograder(path: Path, assignment: Assignment) -> None:
    """Write the zip. It names no place to install from: pip's own settings decide.

    Raises:
        ReportError: it cannot be written.
    """
    with replacing_zip(path) as archive:
        for name in ("setup.sh", "run_autograder"):
            archive.add(name, (SCRIPTS / name).read_bytes(), program=True)
        archive.add(FILE, wheel())
        archive.add("not_graded.json", to_json(not_graded(FAILED)).encode())
        for file in _files(assignment):
            archive.add(f"assignment/{file.relative_to(assignment.folder)}", file.read_bytes())


def _files(assignment: Assignment) -> list[Path]:
    """The file with questions and marks, and the checks."""
    return [assignment.folder / "assignment.toml", *sorted(assignment.checks_folder.glob("*.py"))]
