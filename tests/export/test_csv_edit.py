from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.export.csv_edit import Sheet, read_sheet

texts = st.text(st.sampled_from("ab,;\t\"'\r\n é=\u2028"), max_size=8)
tables = st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=5)
Style = tuple[bool, str, str]
styles: st.SearchStrategy[Style] = st.tuples(
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)


def sheet_of(tmp_path: Path, content: bytes) -> Sheet:
    file = tmp_path / "sheet.csv"
    file.write_bytes(content)
    return read_sheet(file)


def written(rows: list[list[str]], style: Style) -> bytes:
    """A file in this style; Python's own writer leaves some line ends in cells unquoted."""
    always, end, encoding = style

    def cell(text: str) -> str:
        quoted = always or set(text) & set(',"\r\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    lines = [["Name", "Grade", "Note"], *rows]
    return "".join(",".join(map(cell, line)) + end for line in lines).encode(encoding)


anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(styles, tables)
def test_a_sheet_that_nobody_changes_is_the_same_byte_for_byte(
    tmp_path: Path, style: Style, rows: list[list[str]]
) -> None:
    content = written(rows, style)
    sheet = sheet_of(tmp_path, content)
    assert sheet.replaced({}) == content
    said = [list(row.cells) for row in sheet.rows]
    assert said == [row for row in rows if any(cell.strip() for cell in row)]


@anything
@given(styles, tables, texts, st.data())
def test_one_cell_is_changed_and_no_other(
    tmp_path: Path, style: Style, rows: list[list[str]], new: str, data: st.DataObject
) -> None:
    content = written([["x", "y", "z"], *rows], style)
    sheet = sheet_of(tmp_path, content)
    row = data.draw(st.sampled_from(sheet.rows))
    changed = sheet_of(tmp_path, sheet.replaced({(row.line, 1): new}))
    before = {one.line: list(one.cells) for one in sheet.rows}
    after = [list(one.cells) for one in changed.rows]
    before[row.line][1] = new
    assert after == [cells for cells in before.values() if any(cell.strip() for cell in cells)]


def test_quotes_stay_where_they_were(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, b'a,"b",c\n"1","",\n1,,3\n')
    assert sheet.replaced({(2, 1): "x", (2, 2): "y", (3, 1): "z"}) == (
        b'a,"b",c\n"1","x",y\n1,z,3\n'
    )


def test_text_that_needs_quotes_gets_them(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, b"a;b\n1;2\n")
    assert sheet.replaced({(2, 1): 'so; "so"'}) == b'a;b\n1;"so; ""so"""\n'


def test_a_line_that_ends_early_is_made_longer(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, b"a,b,c\n1\n2").replaced({(2, 2): "x"}) == b"a,b,c\n1,,x\n2"


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, b'\n a ,b\r\n"1\r\n1",2\r\n\r\n3,4')
    assert [(row.line, row.cells) for row in sheet.rows] == [(3, ("1\r\n1", "2")), (6, ("3", "4"))]
    assert sheet.column("a") == 0


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, b"Identifier,Note,Note\n1,2,3\n")
    with pytest.raises(IntakeError, match='no columns "Grade"; its columns: "Identifier", "Note"'):
        sheet.column("Grade")
    with pytest.raises(IntakeError, match='2 columns "Note"'):
        sheet.column("Note")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\x00\xff"])
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(IntakeError, match=r"sheet\.csv") as error:
        sheet_of(tmp_path, content).column("a")
    assert "what to do" in str(error.value)
