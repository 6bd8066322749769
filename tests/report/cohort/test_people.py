import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.standing import Standing
from grader.report.cohort.people import Person, group_messages, person

A, B, C = Person("a", "", ""), Person("b", "", ""), Person("c", "", "")


def test_a_link_leads_to_the_students_report() -> None:
    found = person(Standing(student="z1", status="graded", folder="reports/z1", name="Jade Wren"))
    assert found == Person("z1", "Jade Wren", "./reports/z1/report.html")


def test_without_a_folder_there_is_no_link() -> None:
    assert person(Standing(student="z1", status="missing")).href == ""


@pytest.mark.parametrize("folder", ["javascript:alert(1)", "//host/x", 'a"b', "a b#c?d", "/etc"])
def test_no_folder_becomes_an_address_of_its_own(folder: str) -> None:
    href = person(Standing(student="z1", status="graded", folder=folder)).href
    assert href.startswith("./")
    assert not set(href) & set('":#?<> ')
    assert not href.startswith(".//")


def test_long_names_are_cut() -> None:
    found = person(Standing(student="z" * 500, name="n" * 500, status="missing"))
    assert (len(found.id), len(found.name)) == (40, 60)


def test_messages_that_differ_in_figures_alone_are_one() -> None:
    said = [
        (("1.1",), "Found: 8 of 9 points, shape (64x320 and 784x10).", A),
        (("1.1",), "Found: 7 of 9 points, shape (64x640 and 784x10).", B),
    ]
    [group] = group_messages(said)
    assert group.message == "Found: … of 9 points, shape (64x… and 784x10)."
    assert group.people == [A, B]


def test_names_with_digits_stay_what_they_are() -> None:
    said = [(("x",), "conv1 is never used", A), (("x",), "conv2 is never used", B)]
    assert {group.message for group in group_messages(said)} == {
        "conv1 is never used",
        "conv2 is never used",
    }


def test_equal_messages_about_different_things_stay_apart() -> None:
    said = [(("x",), "no", A), (("y",), "no", A)]
    assert len(group_messages(said)) == 2


def test_the_most_frequent_come_first_and_nobody_counts_twice() -> None:
    said = [(("x",), "rare", A), (("x",), "often", A), (("x",), "often", B), (("x",), "often", A)]
    groups = group_messages(said)
    assert [(group.message, group.people) for group in groups] == [("often", [A, B]), ("rare", [A])]


@given(st.lists(st.tuples(st.text("ab 1.,x…\n9", max_size=12), st.sampled_from([A, B, C]))))
def test_nobody_is_lost_in_grouping(messages: list[tuple[str, Person]]) -> None:
    groups = group_messages((("k",), message, who) for message, who in messages)
    assert {who for group in groups for who in group.people} == {who for _, who in messages}
    for group in groups:
        assert len(set(group.people)) == len(group.people) > 0
