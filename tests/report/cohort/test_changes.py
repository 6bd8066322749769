from grader.cohort.standing import Change
from grader.report.cohort.changes import MOST_REASONS, Changes, view
from grader.results import Marks

from .cohort_example import cohort_of, graded


def _marks(earned: float, pending: float = 0.5) -> Marks:
    return Marks(available=2, earned=earned, pending=pending)


def _change(student: str, before: Marks | None, after: Marks | None, *reasons: str) -> Change:
    return Change(student=student, before=before, after=after, reasons=list(reasons))


def _view(*changes: Change) -> Changes:
    found = view(cohort_of(graded("a", name="Jade Wren"), changes=changes))
    assert found is not None
    return found


def test_who_gained_and_who_lost_is_counted_and_sorted_by_size() -> None:
    found = _view(
        _change("a", _marks(1), _marks(1.1), "x"),
        _change("b", _marks(1), _marks(0.5), "y"),
        _change("c", None, _marks(1.5), "z"),
        _change("d", _marks(1, 0.5), _marks(1, 0), "pending"),
        _change("e", _marks(0.25), None, "gone"),
    )
    assert found.summary == (
        "5 students changed: 2 gained marks, 2 lost marks, 1 kept their earned marks."
    )
    assert [(r.person.id, r.before, r.after, r.difference, r.direction) for r in found.rows] == [
        ("c", "no marks", "1.5", "+1.5", "gained"),
        ("b", "1", "0.5", "−0.5", "lost"),
        ("e", "0.25", "no marks", "−0.25", "lost"),
        ("a", "1", "1.1", "+0.1", "gained"),
        ("d", "1", "1", "0", "same"),
    ]
    assert [row.pending for row in found.rows] == ["", "", "", "", "−0.5"]


def test_a_student_who_is_still_known_keeps_name_and_link() -> None:
    [row] = _view(_change("a", _marks(1), _marks(2), "x")).rows
    assert (row.person.name, row.person.href) == ("Jade Wren", "./reports/a/report.html")


def test_reasons_past_the_limit_are_counted() -> None:
    reasons = [f"reason {i}" for i in range(MOST_REASONS + 3)]
    [row] = _view(_change("a", _marks(1), _marks(2), *reasons)).rows
    assert row.reasons[-1] == "and 3 more reasons"
    assert len(row.reasons) == MOST_REASONS + 1


def test_without_a_regrade_there_is_nothing_to_say() -> None:
    assert view(cohort_of(graded("a"))) is None
