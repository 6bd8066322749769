import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.claims.found import Matrix, Reliance
from grader.claims.verdicts import ReportClaims
from grader.cohort.standing import MatrixStanding, NetworkStanding, Standing, standing_of
from grader.report.cohort import attention
from grader.report.cohort.equal import MOST_GROUPS, view

from .. import example
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


# ---------------------------------------------------------------------- matrices


def _matrix(digest: str, network: str = "NetLin") -> MatrixStanding:
    return MatrixStanding(network=network, digest=digest, right=6950, total=10000)


def _with_matrices(student: str, *digests: str, fingerprint: str = "f") -> Standing:
    network = trained(70, fingerprint=fingerprint)
    matrices = [_matrix(digest) for digest in digests]
    return graded(student, networks={"NetLin": network}, matrices=matrices)


def test_reports_that_share_a_matrix_are_named_with_what_is_known_of_their_code() -> None:
    cohort = cohort_of(
        _with_matrices("a", "x", "y"),
        _with_matrices("b", "x"),
        _with_matrices("c", "z", fingerprint="g"),
        _with_matrices("d", "z"),
        _with_matrices("e", "w"),
    )
    found = view(cohort)[-1]
    assert found.summary == "5 students, 4 different matrices."
    assert "equal seed" in found.usual
    assert [(group.what, [who.id for who in group.people]) for group in found.groups] == [
        ("NetLin, 6,950 of 10,000 right; their networks are equal", ["a", "b"]),
        ("NetLin, 6,950 of 10,000 right; their networks differ", ["c", "d"]),
    ]
    flags = attention.view(cohort).flagged
    assert [(flag.severity, [who.id for who in flag.people]) for flag in flags] == [
        ("warning", ["a", "b"]),
        ("warning", ["c", "d"]),
    ]


def test_a_network_that_is_not_known_is_not_called_equal_or_different() -> None:
    alone = graded("b", matrices=[_matrix("x")])
    [group] = view(cohort_of(_with_matrices("a", "x"), alone))[-1].groups
    assert group.what.endswith("not all of their networks are known")


def test_matrices_that_nobody_shares_take_no_room() -> None:
    cohort = cohort_of(_with_matrices("a", "x", "x"), _with_matrices("b", "y"))
    assert [found.name for found in view(cohort)] == ["NetLin"]
    assert attention.view(cohort).flagged == []


@pytest.mark.parametrize(("reliance", "kept"), [("certain", 1), ("repaired", 1), ("uncertain", 0)])
def test_only_matrices_without_doubt_are_compared(reliance: Reliance, kept: int) -> None:
    result = example.sample()
    matrix = Matrix(network="NetLin", cells=[[3, 1], [0, 4]], source="text", reliance=reliance)
    said = ReportClaims(kind="pdf", matrices=[matrix, matrix])
    standing = standing_of(result.model_copy(update={"claims": said}), folder="")
    assert len(standing.matrices) == kept
    assert [(m.right, m.total) for m in standing.matrices] == [(7, 8)] * kept


@given(
    first=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=3, max_size=3),
    second=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=3, max_size=3),
)
def test_digests_are_equal_where_all_cells_are(
    first: list[list[int]], second: list[list[int]]
) -> None:
    result = example.sample()
    made = [
        standing_of(
            result.model_copy(
                update={
                    "claims": ReportClaims(
                        kind="pdf",
                        matrices=[
                            Matrix(network=n, cells=cells, source="text", reliance="certain")
                        ],
                    )
                }
            ),
            folder="",
        )
        for n, cells in (("NetLin", first), ("NetFull", second))
    ]
    equal = made[0].matrices[0].digest == made[1].matrices[0].digest
    assert equal == (first == second)
