from grader.cohort.standing import NetworkStanding
from grader.report.cohort_equal import MOST_GROUPS, view

from . import cohort_example as cohorts
from .cohort_example import cohort_of, graded, trained


def _mlp(weights: str) -> NetworkStanding:
    return NetworkStanding(captured=True, weights_digest=weights)


def test_networks_are_grouped_by_what_they_compute() -> None:
    [found] = view(
        cohort_of(
            graded("a", networks={"NetFull": trained(84, fingerprint="x", parameters=39760)}),
            graded("b", networks={"NetFull": trained(85, fingerprint="y")}),
            graded("c", networks={"NetFull": trained(86, fingerprint="x", parameters=39760)}),
        )
    )
    assert found.summary == "3 students, 2 different computations; 1 held by one student alone."
    [group] = found.groups
    assert (group.what, [who.id for who in group.people]) == ("39,760 parameters", ["a", "c"])


def test_perceptrons_are_grouped_by_their_hand_set_weights() -> None:
    weights = zip("abcd", "xxyx", strict=True)
    standings = [graded(student, networks={"MLP": _mlp(w)}) for student, w in weights]
    [found] = view(cohort_of(*standings))
    assert "2 different sets of hand-set weights" in found.summary
    [group] = found.groups
    assert (group.what, [who.id for who in group.people]) == ("equal weights", ["a", "b", "d"])


def test_equal_initial_weights_alone_are_not_called_equal() -> None:
    same = {"weights_digest": "w"}
    [found] = view(
        cohort_of(
            graded("a", networks={"NetFull": trained(84, fingerprint="x", **same)}),
            graded("b", networks={"NetFull": trained(84, fingerprint="y", **same)}),
        )
    )
    assert found.groups == []


def test_what_is_usual_is_said_where_it_is_so() -> None:
    equal = [graded(f"z{i}", networks={"NetLin": trained(70)}) for i in range(3)]
    assert "80 held the same computation" in view(cohort_of(*equal))[0].usual
    assert view(cohort_of(equal[0]))[0].usual == ""


def test_what_was_not_captured_is_in_no_group() -> None:
    missing = graded("a", networks={"NetLin": NetworkStanding(captured=False)})
    assert view(cohort_of(missing, missing)) == []
    assert view(cohorts.empty()) == []


def test_small_groups_past_the_limit_are_counted() -> None:
    pairs = [
        graded(f"z{i}", networks={"NetConv": trained(93, fingerprint=str(i // 2))})
        for i in range(2 * MOST_GROUPS + 4)
    ]
    [found] = view(cohort_of(*pairs))
    assert len(found.groups) == MOST_GROUPS
    assert found.more == "and 2 smaller groups, 4 students"
