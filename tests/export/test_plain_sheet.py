import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.standing import Standing
from grader.export.final_marks import Rules, final_marks
from grader.export.lateness import LateRule
from grader.export.plain_sheet import FORMULA, harmless, plain_sheet
from tests.export.made_up import COMPLETE, EVERYBODY, SUBMITTED, cohort


def read(
    standings: Sequence[Standing] = EVERYBODY, rules: Rules | None = None
) -> list[dict[str, str]]:
    """The sheet of these students, as a program reads it."""
    chosen = rules or Rules()
    content = plain_sheet(final_marks(cohort(*standings), chosen), chosen)
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_everyone_has_a_line_with_everything_there_is() -> None:
    first, second, third, *others = read()
    assert first == {
        "id": "z1111111",
        "name": "Ada Example",
        "canvas": "9001",
        "email": "ada@example.edu",
        "moodle": "101",
        "status": "graded",
        "reason": "",
        "earned": "3.75",
        "pending": "0",
        "lost": "1.25",
        "available": "5",
        "1.1 earned": "1.5",
        "1.1 pending": "0",
        "1.2 earned": "2.25",
        "1.2 pending": "0",
        "final": "3.75",
        "out of": "5",
        "remark": "",
        "ungraded checks": "",
        "flags": "0",
    }
    assert (second["final"], second["pending"], second["flags"]) == ("", "3.5", "1")
    assert third["ungraded checks"] == "output"
    assert [(o["status"], o["final"], o["earned"]) for o in others] == [
        ("missing", "", ""),
        ("duplicate", "", ""),
        ("unreadable", "", ""),
        ("fault", "", ""),
    ]
    assert others[0]["reason"] == "nothing handed in"


def test_the_sheet_says_of_how_many_marks() -> None:
    second = read(rules=Rules("exclude"))[1]
    assert (second["final"], second["out of"]) == ("0.5", "1.5")
    assert "Of 1.5 automatic marks" in second["remark"]


def test_marks_of_a_person_have_columns_of_their_own() -> None:
    rules = Rules(written={"z2222222": {"1.2": Decimal("2.5")}})
    first, second = read(rules=rules)[:2]
    assert (first["1.2 written"], second["1.2 written"]) == ("", "2.5")


def test_lateness_is_shown_with_its_rule() -> None:
    rule = LateRule(SUBMITTED)
    line = read([COMPLETE], Rules(late=rule))[0]
    assert (line["late days"], line["penalty"]) == ("0", "0")
    assert line["late rule"] == rule.sentence


def test_a_byte_order_mark_is_there_only_for_excel() -> None:
    marks = final_marks(cohort(), Rules())
    plain, excel = plain_sheet(marks, Rules()), plain_sheet(marks, Rules(), bom=True)
    assert excel == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"],
)
def test_a_formula_stays_text(text: str) -> None:
    bad = COMPLETE.model_copy(update={"name": text, "identifiers": {"=key": text}})
    line = read([bad])[0]
    assert line["name"] == f"'{text}"
    assert line["'=key"] == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert [harmless(text) for text in ("-5.5", "+12", "-3,5", "")] == ["-5.5", "+12", "-3,5", ""]


@given(st.text())
def test_no_cell_begins_as_a_formula_unless_it_is_a_number(text: str) -> None:
    cell = harmless(text)
    assert cell.removeprefix("'") == text.removeprefix("'")
    if cell.startswith(FORMULA):
        assert float(cell.replace(",", ".")) is not None
