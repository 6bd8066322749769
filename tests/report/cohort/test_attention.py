from grader.cohort.standing import Standing
from grader.report.cohort.attention import view
from grader.results import Flag

from . import cohort_example as cohorts
from .cohort_example import checked, cohort_of, graded


def test_students_without_marks_are_grouped_by_reason_faults_first() -> None:
    found = view(
        cohort_of(
            Standing(student="a", status="missing", reason="no submission"),
            Standing(student="b", status="duplicate", reason="b.zip, b (1).zip"),
            Standing(student="c", status="missing", reason="no submission"),
            Standing(student="d", status="fault", reason="out of memory"),
            graded("e"),
        )
    ).unmarked
    assert [(row.word, row.reason, [who.id for who in row.people]) for row in found] == [
        ("fault of the grader", "out of memory", ["d"]),
        ("more than one submission", "b.zip, b (1).zip", ["b"]),
        ("nothing handed in", "no submission", ["a", "c"]),
    ]


def test_undecided_checks_say_why_and_for_whom() -> None:
    late = checked("ungraded", "stopped after 40 s")
    later = checked("ungraded", "stopped after 60 s")
    found = view(cohort_of(graded("a", checks=[late]), graded("b", checks=[later])))
    [row] = found.undecided
    assert (row.question, row.title) == ("1.1", "The shape is right.")
    assert row.message == "stopped after … s"
    assert [who.id for who in row.people] == ["a", "b"]
    assert not found.nothing


def test_serious_flags_stand_before_frequent_ones() -> None:
    warning = Flag(severity="warning", where="NetConv", message="dropout is never used")
    serious = Flag(severity="serious", where="NetLin", message="names 40.1% before training")
    found = view(
        cohort_of(
            graded("a", flags=[warning]),
            graded("b", flags=[warning, serious]),
            graded("c", flags=[Flag(severity="info", where="x", message="y")]),
        )
    )
    assert [(row.word, row.where, len(row.people)) for row in found.flagged] == [
        ("Please look", "NetLin", 1),
        ("Worth a look", "NetConv", 2),
    ]
    assert found.notes == 1


def test_where_nothing_needs_a_person_it_says_so() -> None:
    assert view(cohort_of(graded("a"))).nothing
    assert view(cohorts.empty()).nothing
