"""What the columns of a list of students mean, from the names that systems and people give them."""

import re
from collections.abc import Mapping
from typing import Final

from grader.errors import IntakeError
from grader.handin.csv_table import Table
from grader.submission.collect import display_name

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "zid", "z id", "zpass", "student id", "studentid", "student number", "student no", "sid",
        "id number", "sis user id", "sis login id", "username", "user name", "login id", "login",
        "student", "id",
    ),
    "participant": ("identifier",),
    "name": ("full name", "name", "student name"),
    "first": ("first name", "firstname", "given name", "given names"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e mail"),
    "submitted": (
        "submitted", "submitted at", "submission time", "submission date", "date submitted",
        "last modified (submission)",
    ),
    "status": ("status",),
    "role": ("role",),
    "gradescope": ("submission id",),
}  # fmt: skip
"""What a column may be called, in lower case; of several that are there the earlier counts."""
CANVAS: Final[Mapping[str, tuple[str, ...]]] = {
    "canvas": ("id",),
    "canvas_user": ("sis user id",),
    "canvas_login": ("sis login id",),
    "canvas_section": ("section",),
    "name": ("student",),
    "number": ("sis user id", "sis login id"),
}
"""What Canvas calls them; the first two mean something else elsewhere."""
EXPECTED: Final = (
    'a column "zID" (or "Student ID", "SID", "ID number", "Email" ...), a Moodle grading worksheet '
    '("Identifier", "Full name" ...) or a Canvas gradebook ("Student", "ID", "SIS Login ID" ...)'
)


def columns_of(table: Table, file: str) -> dict[str, list[int]]:
    """The numbers of the columns of each meaning, the one that counts first.

    Raises:
        IntakeError: two columns of one name, or none that tells who is meant.
    """
    names = [" ".join(re.split(r"[\s_-]+", name.casefold())).strip() for name in table.columns]
    canvas = "sis user id" in names or "sis login id" in names
    meanings = {**COLUMNS, **CANVAS} if canvas else COLUMNS
    columns = {
        meaning: [names.index(alias) for alias in aliases if alias in names]
        for meaning, aliases in meanings.items()
    }
    for number in (number for found in columns.values() for number in found):
        if names.count(names[number]) > 1:
            raise IntakeError(
                file,
                f'two columns are called "{display_name(table.columns[number])}"',
                "one column of each name",
                "rename or delete the one that is not meant",
            )
    if not any(columns[meaning] for meaning in ("number", "participant", "email")):
        raise IntakeError(
            file,
            f"no column tells who is meant; its columns: {', '.join(map(quoted, table.columns))}",
            EXPECTED,
            "rename the column with the student numbers to zID",
        )
    return columns


def quoted(name: str) -> str:
    """A cell or column name for a message."""
    return f'"{display_name(name)}"'
