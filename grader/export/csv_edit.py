"""Changes single cells of a CSV file and leaves every other byte as it was.

A school's system compares what comes back with what it gave: order, quotes, line ends, byte order
mark. So a file is never written anew; the cells to change are replaced in its own text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import IntakeError
from grader.handin.csv_table import SEPARATORS, read_table
from grader.submission.collect import display_name

UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = "\ufeff"
LINE_END = re.compile(r"\r\n|[\r\n]")
QUOTED = re.compile(r'"(?P<text>[^"]*(?:""[^"]*)*)(?:"|\Z)(?P<rest>.*)', re.DOTALL)


@dataclass(frozen=True)
class Record:
    """One line of the sheet, which may run over several lines of the file.

    Attributes:
        line: number of its first line in the file.
        raw: its cells as the file has them, quotes and all.
        cells: what they say.
        end: the line end after it; empty after the last.
    """

    line: int
    raw: tuple[str, ...]
    cells: tuple[str, ...]
    end: str

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing."""
        return not any(cell.strip() for cell in self.cells)

    def cell(self, column: int) -> str:
        """What a cell says, without blanks around it; empty where the line ends before it."""
        return self.cells[column].strip() if column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A CSV file as it is.

    Attributes:
        file: its name, for messages.
        encoding: "utf-8", "utf-16-le" or "utf-16-be".
        bom: the byte order mark, or nothing.
        separator: what stands between cells.
        records: all its lines, blank ones too.
    """

    file: str
    encoding: str
    bom: str
    separator: str
    records: tuple[Record, ...]

    @property
    def header(self) -> Record:
        """The first line that is not blank: the names of the columns."""
        return next(record for record in self.records if not record.is_blank)

    @property
    def rows(self) -> list[Record]:
        """The lines after it that are not blank."""
        start = self.header.line
        return [one for one in self.records if one.line > start and not one.is_blank]

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [cell.strip() for cell in self.header.cells]

    def column(self, name: str) -> int:
        """The number of the one column of this name.

        Raises:
            IntakeError: there is none, or more than one.
        """
        names = self.columns
        if names.count(name) != 1:
            raise IntakeError(
                self.file,
                f'{names.count(name) or "no"} columns "{display_name(name)}"; its columns: '
                + ", ".join(f'"{display_name(one)}"' for one in names),
                "one column of that name",
                "give the file as it was exported, in English",
            )
        return names.index(name)

    def optional(self, name: str) -> int | None:
        """The number of a column that a school may have switched off."""
        return self.column(name) if name in self.columns else None

    def replaced(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other text in these cells.

        Args:
            cells: new text by line (of the record) and column.
        """
        changes: dict[int, dict[int, str]] = {}
        for (line, column), text in cells.items():
            changes.setdefault(line, {})[column] = text
        lines = (self._record(record, changes.get(record.line, {})) for record in self.records)
        return (self.bom + "".join(lines)).encode(self.encoding)

    def _record(self, record: Record, new: Mapping[int, str]) -> str:
        raw = list(record.raw)
        raw += [""] * (max(new, default=0) + 1 - len(raw))
        for column, text in new.items():
            raw[column] = _quoted(text, self.separator, always=raw[column].startswith('"'))
        return self.separator.join(raw) + record.end


def read_sheet(path: Path) -> Sheet:
    """The sheet in a CSV file.

    Raises:
        IntakeError: it cannot be read, is no text, no CSV, or empty.
    """
    read_table(path)  # says what is wrong with a file that is no table
    data = path.read_bytes()
    encoding = "utf-8"
    if data.startswith(UTF16):
        encoding = "utf-16-le" if data.startswith(UTF16[0]) else "utf-16-be"
    text = data.decode(encoding)
    bom = BOM if text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(SEPARATORS, key=first.count)
    return Sheet(display_name(path.name), encoding, bom, separator, _records(text, separator))


def _records(text: str, separator: str) -> tuple[Record, ...]:
    """The text cut into records and cells, by the rules of Python's own reader."""
    cell = re.compile(
        r'(?:"[^"]*(?:""[^"]*)*(?:"|\Z))?'
        rf"[^{separator}\r\n]*(?P<end>{separator}|\r\n|[\r\n]|\Z)"
    )
    records: list[Record] = []
    raw: list[str] = []
    position, line = 0, 1
    while position < len(text):
        found = cell.match(text, position)
        assert found is not None  # the pattern fits anywhere
        end = found["end"]
        raw.append(found[0].removesuffix(end))
        position = found.end()
        if end != separator:
            records.append(Record(line, tuple(raw), tuple(map(_said, raw)), end))
            line += len(LINE_END.findall(separator.join(raw) + end))
            raw = []
        elif position == len(text):
            raw.append("")
            records.append(Record(line, tuple(raw), tuple(map(_said, raw)), ""))
    return tuple(records)


def _said(raw: str) -> str:
    """What a cell says."""
    quoted = QUOTED.fullmatch(raw)
    return quoted["text"].replace('""', '"') + quoted["rest"] if quoted else raw


def _quoted(text: str, separator: str, *, always: bool) -> str:
    """A cell as a CSV file has it."""
    if always or any(char in text for char in (separator, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
