from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import IntakeError
from grader.export.people import People
from grader.export.tutor_files import read_extensions, read_times, read_written
from tests.export.made_up import EVERYBODY

PEOPLE = People(EVERYBODY)
SYDNEY = timezone(timedelta(hours=10))
DEADLINE = datetime(2025, 7, 4, 18, 0, tzinfo=SYDNEY)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tutor.csv"


def refused(file: Path, text: str, read: object) -> str:
    """What is said about a file that cannot be used."""
    file.write_text(text)
    assert callable(read)
    with pytest.raises(IntakeError) as error:
        read(file)
    return str(error.value)


def written(file: Path) -> dict[str, dict[str, Decimal]]:
    return read_written(file, PEOPLE)


def times(file: Path) -> dict[str, datetime]:
    return read_times(file, PEOPLE, SYDNEY, "", "")


def extensions(file: Path) -> dict[str, datetime]:
    return read_extensions(file, PEOPLE, DEADLINE)


def test_marks_of_a_person_are_read_exactly(file: Path) -> None:
    file.write_text(
        "Student,Question,Marks\nz2222222,1.1,0.1\nParticipant 102,1.2,2.5\nz3333333,1.1,\n"
    )
    given = {"1.1": Decimal("0.1"), "1.2": Decimal("2.5")}
    assert written(file) == {"z2222222": given}


def test_a_mark_that_is_not_given_yet_still_waits(file: Path) -> None:
    file.write_text("student;question;marks\nz2222222;1.1;\n")
    assert written(file) == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("z9999999,1.1,1", 'nobody in the cohort is "z9999999"'),
        ("z4444444,1.1,1", "z4444444 has no marks to add to (missing)"),
        ("z2222222,9.9,1", 'there is no question "9.9"'),
        ("z2222222,1.1,0.51", '"0.51" marks for question 1.1'),
        ("z1111111,1.1,0.5", "a number from 0 to 0, the marks that wait"),
        ("z2222222,1.1,-0.1", "a number from 0 to 0.5"),
        ("z2222222,1.1,NaN", "a number from 0 to 0.5"),
        ("z2222222,1.1,half", '"half" marks'),
        ("z2222222,1.2,1\nz2222222,1.2,1", "line 4: question 1.2 of z2222222 again"),
    ],
)
def test_a_line_that_cannot_be_right_is_named(file: Path, line: str, said: str) -> None:
    message = refused(file, f"student,question,marks\n\n{line}\n", written)
    assert said in message
    assert "tutor.csv, line " in message


def test_times_are_read_in_the_zone_of_the_deadline(file: Path) -> None:
    file.write_text(
        "zID,Submitted\n"
        'z1111111,"Friday, 4 July 2025, 5:59 PM"\n'
        "z2222222,2025-07-04T08:00:01Z\n"
        "z3333333,-\n"
        "z9999999,2025-07-04 18:00\n"
    )
    assert times(file) == {
        "z1111111": datetime(2025, 7, 4, 17, 59, tzinfo=SYDNEY),
        "z2222222": datetime(2025, 7, 4, 8, 0, 1, tzinfo=UTC),
    }


def test_any_columns_can_be_named(file: Path) -> None:
    file.write_text("Who,When,id\nz1111111,2025-07-04 18:00,z2222222\n")
    found = read_times(file, PEOPLE, SYDNEY, "when", "Who")
    assert found == {"z1111111": DEADLINE}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zID,submitted\nz1111111,04/07/2025 18:00\n", 'line 2: the time "04/07/2025 18:00"'),
        (
            "zID,submitted\nz1111111,2025-07-04\nz1111111,2025-07-05\n",
            "line 3: a time for z1111111 again",
        ),
        ("zID,when\nz1111111,2025-07-04\n", 'its columns: "zID", "when"'),
        ("zID,submitted,submitted\nz1111111,a,b\n", "or more than one, for submitted"),
    ],
)
def test_times_that_could_be_others_are_refused(file: Path, text: str, said: str) -> None:
    assert said in refused(file, text, times)


def test_the_column_to_name_is_told(file: Path) -> None:
    assert "name the column with --id-column" in refused(file, "who,submitted\na,b\n", times)


def test_extensions_are_later_deadlines(file: Path) -> None:
    file.write_text("id,new deadline\nz1111111,2025-07-06 18:00\n")
    assert extensions(file) == {"z1111111": DEADLINE + timedelta(days=2)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("z1111111,2025-07-04 17:59", "is before everybody's, 2025-07-04 18:00+10:00"),
        ("z1111111,never", 'the time "never"'),
        ("z8888888,2025-07-06", 'nobody in the cohort is "z8888888"'),
        (
            "z1111111,2025-07-06\nz1111111,2025-07-07",
            "line 3: an extension for z1111111 again",
        ),
    ],
)
def test_an_extension_that_cannot_be_meant_is_named(file: Path, line: str, said: str) -> None:
    assert said in refused(file, f"id,deadline\n{line}\n", extensions)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"gone\.csv: it cannot be read"):
        written(tmp_path / "gone.csv")
