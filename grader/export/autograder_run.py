"""What `run_autograder` starts in Gradescope's container: one submission becomes `results.json`.

Whatever happens, the file says it, and a student reads nothing but what concerns the submission;
the rest goes to stdout, which only the staff see.
"""

from pathlib import Path
from typing import Any

import click

from grader.commands.options import UserPath
from grader.errors import GraderError, IntakeError
from grader.export.gradescope import Document, document_of, not_graded, to_json
from grader.results import Result

FAILED = "The grader could not grade this submission, through no fault of yours. A tutor will look."


@click.command()
@click.option("--submission", type=UserPath(), required=True)
@click.option("--results", type=UserPath(), required=True)
@click.option("--without-sandbox", type=click.Choice(["refuse", "rlimits"]), required=True)
@click.option("--assignment", required=True)
@click.option("--dataset", required=True)
@click.option("--protocol", type=click.Choice(["decide", "official", "quick"]), required=True)
@click.option("--jobs", type=click.IntRange(1, 64), required=True)
def main(submission: Path, results: Path, without_sandbox: str, **session: Any) -> None:
    """Grade the submission and write the results."""
    from grader.fault import describe_fault
    from grader.output import write_text

    try:
        isolation = isolation_here(without_sandbox)
        document = document_of(_graded(submission, isolation=isolation, **session))
    except Exception as error:
        click.echo(str(error) if isinstance(error, GraderError) else describe_fault(error))
        document = _apology(error)
    write_text(results, to_json(document))


def isolation_here(without_sandbox: str) -> str:
    """The isolation to ask for: never weaker than what works here, unless a tutor allowed it."""
    from grader.capturing.isolation import sandbox_fault

    if without_sandbox == "rlimits" and sandbox_fault():
        return "rlimits"
    return "auto"


def _graded(submission: Path, **session: Any) -> Result:
    from grader.commands.session import grading_session
    from grader.grading import grade
    from grader.progress import Progress

    with Progress() as progress, grading_session(progress=progress, **session) as settings:
        return grade(submission, settings)


def _apology(error: Exception) -> Document:
    """What the student reads where there are no marks."""
    if isinstance(error, IntakeError):
        return not_graded(f"The submission cannot be read.\n{error}")
    return not_graded(FAILED)


if __name__ == "__main__":
    main()
