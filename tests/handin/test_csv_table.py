from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.handin.csv_table import read_table

from .cohort_folders import SUBMITTED_ZIP


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_way_to_write_a_table_is_read(
    tmp_path: Path, separator: str, encoding: str, end: str
) -> None:
    lines = [["zID", "Name"], ["z1234567", "José"], ["", ""], ["z7654321", "张伟"]]
    text = "".join(separator.join(line) + end for line in lines)
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert table.columns == ("zID", "Name")
    assert [row.cells for row in table.rows] == [("z1234567", "José"), ("z7654321", "张伟")]
    assert [row.line for row in table.rows] == [2, 4]


def test_quoted_cells_hold_separators_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text('zID,Name\nz1234567,"Citizen,\nJane"\n')
    assert read_table(path).rows[0].cell(1) == "Citizen,\nJane"


def test_a_line_that_ends_early_has_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("zID,Name,Email\nz1234567\n")
    assert read_table(path).rows[0].cell(2) == ""


def test_a_cell_may_hold_a_whole_essay(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"zID,Online text\nz1234567,{'x' * 500_000}\n")
    assert len(read_table(path).rows[0].cell(1)) == 500_000


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b" \n,\n", "an empty file"),
        (b"zID,Name\nz1234567,Jos\xe9\n", "not UTF-8"),
        pytest.param(SUBMITTED_ZIP, "an Excel workbook", id="a zip"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    with pytest.raises(IntakeError, match=found):
        read_table(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"roster\.csv: it cannot be read: No such file"):
        read_table(tmp_path / "roster.csv")


def test_a_file_as_large_as_no_list_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(IntakeError, match="larger than 64 MiB"):
        read_table(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_error_for_a_person(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("table") / "roster.csv"
    path.write_bytes(data)
    with suppress(IntakeError):
        assert read_table(path).columns
