from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.handin.roster import Person, Roster, load_roster

from .cohort_folders import roster_of

MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 77,Jane Citizen,{number},{email},Submitted for grading,,17,Yes,"{time}",-,\n'
    "Participant 78,Max,z7654321,max@example.edu,No submission,,17,Yes,-,-,\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,hw1 (55)\n"
    ",,,,,Manual Posting\n"
    "    Points Possible,,,,,17\n"
    '"Citizen, Jane",4001,1234567,z1234567,COMP9444 T1,\n'
    '"Student, Test",4999,,,COMP9444 T1,\n'
)


def people(roster: Roster) -> dict[str, Person]:
    return {person.student: person for person in roster.people}


def test_a_moodle_grading_worksheet(tmp_path: Path) -> None:
    text = MOODLE.format(
        number="z1234567", email="jane@example.edu", time="Monday, 3 March 2025, 11:59 PM"
    )
    jane, other = roster_of(tmp_path, text).people
    assert jane == Person(
        line=2,
        student="z1234567",
        numbered=True,
        name="Jane Citizen",
        identifiers={"moodle": "77", "email": "jane@example.edu"},
        submitted=datetime(2025, 3, 3, 23, 59).astimezone(),
        status="Submitted for grading",
    )
    assert (other.student, other.submitted, other.status) == ("z7654321", None, "No submission")


@pytest.mark.parametrize(
    ("number", "email", "student", "numbered"),
    [
        ("1234567", "", "z1234567", True),
        ("", "z1234567@example.edu", "z1234567", True),
        ("20251234", "", "20251234", True),
        ("", "jane@example.edu", "Jane-Citizen-77", False),
    ],
)
def test_a_worksheet_without_student_numbers_has_other_ids(
    tmp_path: Path, number: str, email: str, student: str, numbered: bool
) -> None:
    text = MOODLE.format(number=number, email=email, time="-")
    person = people(roster_of(tmp_path, text))[student]
    assert person.numbered == numbered
    assert person.identifiers["moodle"] == "77"


def test_an_anonymous_worksheet_in_another_language(tmp_path: Path) -> None:
    (person,) = roster_of(tmp_path, "Identifier;Status\nTeilnehmer/in 77;Abgegeben\n").people
    assert (person.student, person.name) == ("participant-77", "")


def test_a_canvas_gradebook(tmp_path: Path) -> None:
    (person,) = roster_of(tmp_path, CANVAS).people
    assert (person.student, person.name, person.line) == ("z1234567", "Citizen, Jane", 4)
    assert person.identifiers == {
        "canvas": "4001",
        "canvas_user": "1234567",
        "canvas_login": "z1234567",
        "canvas_section": "COMP9444 T1",
    }


def test_a_gradescope_roster_without_its_staff(tmp_path: Path) -> None:
    text = (
        "First Name,Last Name,SID,Email,Role\n"
        "Jane,Citizen,z1234567,jane@example.edu,Student\n"
        "Terry,Tutor,z7777777,terry@example.edu,TA\n"
    )
    (person,) = roster_of(tmp_path, text).people
    assert (person.student, person.name) == ("z1234567", "Jane Citizen")
    assert person.identifiers == {"email": "jane@example.edu"}


def test_gradescope_s_grades_of_one_assignment(tmp_path: Path) -> None:
    text = (
        "First Name,Last Name,SID,Email,Submission ID,Submission Time\n"
        "Jane,Citizen,1234567,jane@example.edu,11,2025-03-03 23:59:00 +1100\n"
    )
    (person,) = roster_of(tmp_path, text).people
    assert person.identifiers["gradescope"] == "11"
    assert person.submitted == datetime(2025, 3, 3, 12, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "header",
    ["zID", "ZID", "\ufeffzid", "Student ID", "student_id", "Student-Number", "SID", "student"],
)
def test_any_list_with_student_numbers(tmp_path: Path, header: str) -> None:
    (person,) = roster_of(tmp_path, f"{header};Group;Name\nZ1234567;3;Jane\n").people
    assert (person.student, person.name) == ("z1234567", "Jane")


def test_a_list_of_addresses_alone(tmp_path: Path) -> None:
    first, second = roster_of(tmp_path, "Email\nz1234567@example.edu\nmax@example.edu\n").people
    assert (first.student, first.numbered) == ("z1234567", True)
    assert (second.student, second.numbered) == ("max-example.edu", False)


def test_of_several_columns_the_one_with_the_student_number_counts(tmp_path: Path) -> None:
    (person,) = roster_of(tmp_path, "SID,Username\nunknown,z1234567\n").people
    assert person.student == "z1234567"


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        (
            "Group,Mark\nA,3\n",
            "roster.csv",
            'no column tells who is meant; its columns: "Group", "Mark"',
        ),
        ("zID,Email,email\nz1234567,a,b\n", "roster.csv", 'two columns are called "Email"'),
        ("zID,Z_ID\n", "roster.csv", "no students"),
        ("zID\n", "roster.csv", "no students"),
        (
            "zID,Username\nz1234567,z7654321\n",
            "roster.csv, line 2",
            "two student numbers: z1234567 and z7654321",
        ),
        ("zID,Name\nz1234567,A\n,B\n", "roster.csv, line 3", "nothing that tells who is meant"),
        (
            "zID,Submitted\nz1234567,3/03/2025 23:59\n",
            "roster.csv, line 2",
            'the time of submission "3/03/2025 23:59"',
        ),
        (
            "zID\nz1234567\nZ1234567\n",
            "roster.csv, line 3",
            "student z1234567 again, after line 2",
        ),
        (
            "Identifier,zID\nParticipant 7,z1234567\nParticipant 7,z7654321\n",
            "roster.csv, line 3",
            "participant 7 again, after line 2",
        ),
        ("Identifier\nJane\n", "roster.csv, line 2", 'the identifier "Jane"'),
    ],
)
def test_a_list_that_cannot_be_used_says_where_and_what_to_do(
    tmp_path: Path, text: str, where: str, found: str
) -> None:
    with pytest.raises(IntakeError) as raised:
        roster_of(tmp_path, text)
    assert (raised.value.where, raised.value.found) == (where, found)
    assert raised.value.expected
    assert raised.value.hint


def test_a_participant_and_a_student_may_have_one_number(tmp_path: Path) -> None:
    text = "Identifier,ID number\nParticipant 20251234,20257777\nParticipant 7,20251234\n"
    assert len(roster_of(tmp_path, text).people) == 2


HEADERS = "zID Email Name Identifier Student ID Submitted Status Role SIS-User-ID Group".split()
CELLS = st.one_of(
    st.text(max_size=5), st.sampled_from(["z1234567", "7", "a@b", "2025-03-03", "TA"])
)


@given(
    st.lists(st.sampled_from(HEADERS), min_size=1, max_size=5),
    st.lists(st.lists(CELLS, max_size=6), max_size=5),
)
def test_any_table_gives_people_with_ids_of_their_own_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    lines = [",".join(header), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        roster = load_roster(path)
    except IntakeError:
        return
    students = [person.student.casefold() for person in roster.people]
    assert len(set(students)) == len(students) > 0
    assert all(students)
