"""Reads a CSV file whoever wrote it: commas, semicolons, tabs, with a byte order mark or none."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.errors import IntakeError
from grader.submission.collect import MIB, display_name, size_text

SEPARATORS: Final = (",", ";", "\t")
LARGEST: Final = 64 * MIB
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
EXPECTED: Final = "a CSV file in UTF-8 with a line of column names"


@dataclass(frozen=True)
class Row:
    """One line: its number in the file, and its cells without blanks around them."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The cell of a column; empty where the line ends before it."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """The column names of a file as it writes them, and its lines that are not blank."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """The table in a CSV file.

    Raises:
        IntakeError: it cannot be read, is no text, or empty.
    """
    where = display_name(path.name)
    text = _text(path, where)
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=header.count)
    csv.field_size_limit(LARGEST)  # Moodle's worksheet holds whole texts
    rows = tuple(_rows(text, separator))
    if not rows:
        raise IntakeError(where, "an empty file", EXPECTED, "export the file again")
    return Table(rows[0].cells, rows[1:])


def _text(path: Path, where: str) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise OSError(f"it is larger than {size_text(LARGEST)}")
        data = path.read_bytes()
        if data.startswith(WORKBOOKS):
            raise OSError("it is an Excel workbook")
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeError:
        found = "its text is not UTF-8"
    except OSError as error:
        found = f"it cannot be read: {error.strerror or error}"
    raise IntakeError(where, found, EXPECTED, 'check the path; from Excel save as "CSV UTF-8"')


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Row(reader.line_num, tuple(cell.strip() for cell in cells))
