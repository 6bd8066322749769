"""What Moodle writes and how it reads it back, rebuilt after its source.

The worksheet: mod/assign/gradingtable.php when downloading. The bulk download:
`download_submissions` in mod/assign/locallib.php. The import of feedback files:
`is_valid_filename_for_import` in mod/assign/feedback/file/importziplib.php.
"""

from dataclasses import dataclass

COLUMNS = (
    "Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade",
    "Grade can be changed", "Last modified (submission)", "Online text", "Last modified (grade)",
    "Feedback comments",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One student in the worksheet."""

    number: str
    name: str = ""
    id_number: str = ""
    email: str = ""
    grade: str = ""
    maximum: str = "5.00"
    changeable: str = "Yes"
    online: str = ""
    comment: str = ""

    def cells(self) -> list[str]:
        return [
            f"Participant {self.number}", self.name, self.id_number, self.email,
            "Submitted for grading - ", self.grade, self.maximum, self.changeable,
            "Friday, 4 July 2025, 5:59 PM", self.online, "-", self.comment,
        ]  # fmt: skip


def worksheet(*rows: Row, bom: bool = True, end: str = "\n", columns: int = 12) -> bytes:
    """As Moodle's CSV data format writes it: quotes only where PHP's fputcsv puts them."""
    lines = [COLUMNS[:columns], *(row.cells()[:columns] for row in rows)]
    text = end.join(",".join(map(_cell, line)) for line in lines) + end
    return text.encode("utf-8-sig" if bom else "utf-8")


def _cell(text: str) -> str:
    if any(char in text for char in ',"\\\n\r\t '):
        return '"' + text.replace('"', '""') + '"'
    return text


def download_folder(full_name: str, number: str) -> str:
    """The folder of one student in a bulk download."""
    return f"{full_name.replace('_', ' ')}_{number}_assignsubmission_file_"


def accepted(path: str, participants: set[int]) -> tuple[int, str, str] | None:
    """Participant, plugin and file name that Moodle reads from a path; None where it drops it.

    PHP's explode with a limit of five is a split with at most four.
    """
    parts = path.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        part = parts.pop(0)
        info = part.split("_", 4)
        if len(info) < 5:
            continue
        if not info[1].isdigit():
            continue
        number = int(info[1])
        if number not in participants:
            continue
        plugin = f"{info[2]}_{info[3]}"
        if plugin != "assignsubmission_file":
            continue
        return number, plugin, "/".join([info[4], *parts])
    return None
