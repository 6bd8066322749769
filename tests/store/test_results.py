from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.standing import Standing
from grader.store.results import ResultStore

SETTINGS = {"assignment": "comp9444-25t2"}


def graded(store: ResultStore, run: int, student: str, text: str, settings: str = "s") -> None:
    store.record(
        run,
        Standing(student=student, status="graded", reason=text),
        submission_digest="d",
        settings_digest=settings,
        again=False,
    )


def test_an_outcome_is_kept_and_answers_for_the_same_work(tmp_path: Path) -> None:
    with ResultStore(tmp_path) as store:
        run = store.begin(SETTINGS, "s", ["z1", "z2"])
        graded(store, run, "z1", "first")
    with ResultStore(tmp_path) as store:
        kept = store.kept("z1")
        assert kept is not None
        assert kept.standing.reason == "first"
        assert kept.answers("d", "s")
        assert not kept.answers("other", "s")
        assert not kept.answers("d", "other")
        assert store.kept("z2") is None
        assert store.newest_run() == run


def test_a_fault_is_tried_again(tmp_path: Path) -> None:
    with ResultStore(tmp_path) as store:
        run = store.begin(SETTINGS, "s", ["z1"])
        standing = Standing(student="z1", status="fault")
        store.record(run, standing, submission_digest="d", settings_digest="s", again=True)
        kept = store.kept("z1")
        assert kept is not None
        assert not kept.answers("d", "s")


def test_the_newest_standing_counts_and_only_members_are_listed(tmp_path: Path) -> None:
    with ResultStore(tmp_path) as store:
        first = store.begin(SETTINGS, "s", ["z1", "z2", "z3"])
        for student in ("z3", "z1", "z2"):
            graded(store, first, student, "old")
        second = store.begin(SETTINGS, "s", ["z1", "z3"])
        graded(store, second, "z3", "new")
        found = [(s.student, s.reason) for s in store.standings(second)]
    assert found == [("z1", "old"), ("z3", "new")]


def test_a_regrade_tells_before_and_after(tmp_path: Path) -> None:
    with ResultStore(tmp_path) as store:
        assert store.newest_run() is None
        first = store.begin(SETTINGS, "s", ["z1", "z2"])
        graded(store, first, "z1", "84 asked")
        graded(store, first, "z2", "84 asked")
        store.finish(first)
        assert store.regraded(first) == []
        second = store.begin(SETTINGS, "t", ["z1", "z2"])
        graded(store, second, "z1", "86 asked", "t")
        third = store.begin(SETTINGS, "t", ["z1", "z2"])  # the second was killed
        graded(store, third, "z2", "86 asked", "t")
        store.finish(third)
        found = [(a.student, a.reason, b.reason) for a, b in store.regraded(third)]
        assert found == [("z1", "84 asked", "86 asked"), ("z2", "84 asked", "86 asked")]
        fourth = store.begin(SETTINGS, "t", ["z1", "z2"])
        assert store.regraded(fourth) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=20))
def test_the_last_outcome_wins(outcomes: list[tuple[str, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, ResultStore(Path(folder)) as store:
        run = store.begin(SETTINGS, "s", ["a", "b", "c"])
        for student, number in outcomes:
            graded(store, run, student, str(number))
        found = {s.student: s.reason for s in store.standings(run)}
    assert found == {student: str(number) for student, number in outcomes}
