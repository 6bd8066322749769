from grader.cohort.standing import Standing
from grader.export.people import People, anything, canvas, email, number, participant


def someone(student: str, **identifiers: str) -> Standing:
    return Standing(student=student, status="missing", identifiers=identifiers)


ADA = someone("z1111111", moodle="1234567", email="ada@example.edu", canvas="77")
BO = someone("z1234567", sid="z1234567", email="z1234567@example.edu")
CHI = someone("Chi-Example-42", moodle="42")
PEOPLE = People([ADA, BO, CHI])


def test_a_student_is_known_by_whatever_tells_people_apart() -> None:
    assert PEOPLE.find([number("Z1111111 ")]) == ADA
    assert PEOPLE.find([number("1111111")]) == ADA
    assert PEOPLE.find([email("Ada@Example.edu")]) == ADA
    assert PEOPLE.find([canvas("77")]) == ADA
    assert PEOPLE.find([number("chi-example-42")]) == CHI


def test_a_participant_number_is_never_taken_for_a_student_number() -> None:
    assert PEOPLE.find([participant("Participant 1234567")]) == ADA
    assert PEOPLE.find([number("1234567")]) == BO
    assert PEOPLE.find(anything("Participant 1234567")) == ADA
    assert PEOPLE.find(anything("1234567")) == BO


def test_an_address_may_hold_the_student_number() -> None:
    assert PEOPLE.find(anything("z1234567@example.edu")) == BO
    assert PEOPLE.find(anything("z1234567@elsewhere.example.edu")) == BO


def test_the_first_key_that_is_known_counts() -> None:
    assert PEOPLE.find([participant("Participant 99"), number("z1111111")]) == ADA


def test_nobody_is_found_by_nothing() -> None:
    assert People([someone("z1", moodle="", email="")]).find([participant(""), email("")]) is None
    assert PEOPLE.find(anything("")) is None


def test_what_two_students_share_tells_nothing() -> None:
    shared = [
        someone("z1111111", email="lab@example.edu"),
        someone("z2222222", email="lab@example.edu"),
    ]
    assert People(shared).find([email("lab@example.edu")]) is None
    assert People(shared).find([email("lab@example.edu"), number("z2222222")]) == shared[1]
