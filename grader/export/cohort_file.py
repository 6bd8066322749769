"""Reads where a cohort stands, as `grader batch` leaves it beside the reports."""

from pathlib import Path

from pydantic import ValidationError

from grader.cohort.standing import Cohort
from grader.errors import ReportError

FILE = "cohort.json"


def load_cohort(results: Path) -> Cohort:
    """The cohort of a results folder.

    Raises:
        ReportError: nothing, or something else, is there.
    """
    file = results / FILE
    try:
        return Cohort.model_validate_json(file.read_bytes())
    except OSError as error:
        found = f"cannot be read ({error.strerror})"
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(map(str, first['loc'])) or 'the document'}: {first['msg']}"
    raise ReportError(
        str(file),
        found,
        "what `grader batch FOLDER --out RESULTS` writes when everyone is done",
        "name the results folder of a cohort, or run `grader batch` to its end",
    )
