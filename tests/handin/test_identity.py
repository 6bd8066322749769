import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.handin.identity import moodle_id, student_id, student_number

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,90}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("z1234567", "z1234567"),
        ("Z1234567", "z1234567"),
        ("hw1_z1234567_final", "z1234567"),
        ("z1234567@example.edu", "z1234567"),
        ("1234567", "z1234567"),
        (" 1234567 ", "z1234567"),
        ("Jane 1234567", ""),
        ("12345678", ""),
        ("z12345678", ""),
        ("z１２３４５６７", ""),
        ("", ""),
    ],
)
def test_a_student_number_is_recognised(text: str, number: str) -> None:
    assert student_number(text) == number


def test_a_name_without_a_number_is_made_safe() -> None:
    assert student_id("Jane Citizen") == "Jane-Citizen"


def test_names_that_would_be_made_alike_stay_apart() -> None:
    names = ["José", "Jose", "张伟", "李娜", "!!!", "???", "x" * 70, "x" * 71]
    assert len({student_id(name).casefold() for name in names}) == len(names)


def test_one_name_in_two_unicode_spellings_is_one() -> None:
    assert student_id("Jos\u00e9") == student_id("Jose\u0301")


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("Jane Citizen", "Jane-Citizen-77"),
        ("Participant", "participant-77"),
        ("张伟", "participant-77"),
        ("José O'Neil", "Jose-O-Neil-77"),
        ("Jane z1234567", "z1234567"),
    ],
)
def test_moodle_names_carry_the_participant_number(name: str, student: str) -> None:
    assert moodle_id(name, "77") == student


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_a_safe_folder_name(text: str) -> None:
    assert SAFE.fullmatch(student_id(text))
    assert SAFE.fullmatch(moodle_id(text, "77"))
