from grader.report.cohort.mistakes import MOST_MESSAGES, view
from grader.results import Diagnosis

from .cohort_example import checked, cohort_of, graded, trained

RELU = Diagnosis(mistake="relu", sentence="The relu is missing.")


def test_known_mistakes_are_counted_by_network() -> None:
    wrong = trained(80, mistake=RELU)
    found = view(
        cohort_of(
            graded("a", networks={"NetConv": wrong}),
            graded("b", networks={"NetConv": wrong, "NetFull": wrong}),
            graded("c", networks={"NetConv": trained(90)}),
        )
    )
    assert [(row.network, [who.id for who in row.people]) for row in found.known] == [
        ("NetConv", ["a", "b"]),
        ("NetFull", ["b"]),
    ]


def test_messages_of_failed_and_partial_checks_are_grouped() -> None:
    found = view(
        cohort_of(
            graded("a", checks=[checked("failed", "Found: 11 outputs.")]),
            graded("b", checks=[checked("partial", "Found: 12 outputs.")]),
            graded("c", checks=[checked("passed", "Found: 13 outputs.")]),
            graded("d", checks=[checked("failed", "Found: nothing.")]),
        )
    )
    [row] = found.messages
    assert (row.message, [who.id for who in row.people]) == ("Found: … outputs.", ["a", "b"])
    assert (found.single, found.more) == (1, 0)


def test_a_long_tail_is_counted_in_place_of_listed() -> None:
    checks = [checked("failed", "same", id=f"c{i}", title=f"Check {i}.") for i in range(50)]
    found = view(cohort_of(graded("a", checks=checks), graded("b", checks=checks)))
    assert len(found.messages) == MOST_MESSAGES
    assert found.more == 50 - MOST_MESSAGES
