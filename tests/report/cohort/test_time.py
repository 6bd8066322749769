import pytest

from grader.report.cohort.time import MOST_SLOW, TimeView, duration, view

from . import cohort_example as cohorts
from .cohort_example import cohort_of, graded, trained


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (75, "1 min 15 s"),
        (3599.6, "1 h 00 min"),
        (9000, "2 h 30 min"),
        (360_000, "100 h 00 min"),
    ],
)
def test_durations_come_in_the_unit_that_suits_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def _view() -> TimeView:
    found = view(
        cohort_of(
            graded("a", seconds={"capture": 3, "train": 7}, networks={"N": trained(84)}),
            graded(
                "b",
                seconds={"capture": 5, "train": 25},
                networks={"N": trained(84, seconds=25), "M": trained(84, cached=True, seconds=99)},
            ),
            graded("c", seconds={"capture": 2}),
        )
    )
    assert found is not None
    return found


def test_stages_are_added_up_the_longest_first() -> None:
    stages = [(stage.name, stage.seconds, stage.share) for stage in _view().stages]
    assert stages == [("train", "32.0 s", "76%"), ("capture", "10.0 s", "24%")]
    assert _view().summary == (
        "42.0 s for 3 submissions, each one's stages added up; the median submission took 10.0 s."
    )


def test_the_slowest_come_first_and_trainings_from_the_cache_cost_nothing() -> None:
    slow = [(row.person.id, row.total, row.training, row.largest) for row in _view().slowest]
    assert slow == [
        ("b", "30.0 s", "25.0 s", "N, 25.0 s"),
        ("a", "10.0 s", "2.0 s", "N, 2.0 s"),
        ("c", "2.0 s", "0.0 s", ""),
    ]


def test_the_cached_share_is_of_all_trained_networks() -> None:
    assert _view().cached.startswith("1 of 3 trained networks (33%)")


def test_only_so_many_are_listed() -> None:
    found = view(cohort_of(*(graded(f"z{i}", seconds={"train": 1}) for i in range(50))))
    assert found is not None
    assert len(found.slowest) == MOST_SLOW
    assert found.cached == "No network was trained."


def test_without_times_there_is_nothing_to_say() -> None:
    assert view(cohort_of(graded("a"))) is None
    assert view(cohorts.empty()) is None
