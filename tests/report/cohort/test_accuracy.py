import pytest

from grader.cohort.standing import NetworkStanding
from grader.report.cohort.accuracy import AccuracyView, stopped_early, view

from . import cohort_example as cohorts
from .cohort_example import cohort_of, graded, trained


def _view(*networks: NetworkStanding) -> AccuracyView:
    standings = [graded(f"z{i}", networks={"NetFull": n}) for i, n in enumerate(networks)]
    [found] = view(cohort_of(*standings))
    return found


def test_the_verdict_counts_who_met_what_was_asked_for() -> None:
    found = _view(trained(85.0), trained(83.0), trained(84.0))
    assert found.verdict == "2 of 3 trained networks (67%) met what was asked for: at least 84%"


def test_a_band_is_named_by_both_ends() -> None:
    assert _view(trained(70.0, low=68.0, high=72.0)).verdict.endswith("68 to 72%")


@pytest.mark.parametrize(
    ("epochs", "asked", "early"),
    [(4, 10, True), (10, 10, False), (None, 10, False), (4, None, False)],
)
def test_a_run_is_early_when_it_made_fewer_epochs(
    epochs: int | None, asked: int | None, early: bool
) -> None:
    assert stopped_early(trained(85, epochs=epochs, asked=asked)) is early


def test_remarks_name_early_runs_outliers_and_what_was_not_captured() -> None:
    found = _view(
        trained(85.0, epochs=4),
        trained(12.0),
        trained(11.0),
        NetworkStanding(captured=False, failure="import"),
        NetworkStanding(captured=False),
        NetworkStanding(captured=True),
    )
    said = " ".join(found.remarks)
    assert "1 run stopped before the last epoch" in said
    assert "2 below 78% stand at the edge." in said
    assert "Not captured: 1 at import, 1 at an unknown stage." in said
    assert "Captured and not trained: 1." in said
    assert "All have 1,000 independent parameters." in said


def test_a_threshold_that_not_all_share_is_owned_up_to() -> None:
    said = _view(trained(85.0), trained(85.0), trained(85.0, low=80.0)).remarks
    assert any("same threshold" in remark for remark in said)


def test_points_of_one_size_have_no_scatter() -> None:
    assert _view(trained(85.0), trained(83.0)).scatter is None
    assert _view(trained(85.0), trained(83.0, parameters=2000)).scatter is not None
    assert _view(trained(85.0), trained(83.0, parameters=None)).scatter is None


def test_networks_nobody_trained_have_no_view() -> None:
    untrained = graded("a", networks={"MLP": NetworkStanding(captured=True, weights_digest="w")})
    assert view(cohort_of(untrained)) == []
    assert view(cohorts.empty()) == []


def test_networks_come_in_the_order_of_the_assignment() -> None:
    assert [found.name for found in view(cohorts.cohort(30))] == ["NetLin", "NetFull", "NetConv"]
