from pathlib import Path

import pytest

from grader.cohort.books import Tally
from grader.cohort.stages import Spent
from grader.cohort.standing import Change, Standing
from grader.cohort.terminal import SHOWN, print_cohort, print_timings
from grader.results import Marks
from tests.report.cohort import cohort_example

OUT = Path("marks")


def test_counts_reasons_and_where_the_report_is(capsys: pytest.CaptureFixture[str]) -> None:
    cohort = cohort_example.cohort(120)
    print_cohort(cohort, Tally(graded=5, kept=len(cohort.graded) - 5), OUT)
    said = capsys.readouterr().out
    graded = len(cohort.graded)
    assert f"120 students, {graded} graded (5 now, {graded - 5} before)" in said
    for standing in cohort.standings:
        if standing.status in ("missing", "duplicate", "unreadable", "fault"):
            assert f"  {standing.student}: " in said
    assert "Report: marks/cohort.pdf" in said


def test_a_long_list_is_cut_with_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    missing = [Standing(student=f"z{n}", status="missing", reason="no") for n in range(SHOWN + 7)]
    cohort = cohort_example.empty().model_copy(update={"standings": missing})
    print_cohort(cohort, Tally(), OUT)
    said = capsys.readouterr().out
    assert f"nothing handed in: {SHOWN + 7}" in said
    assert "  and 7 more, listed in the report" in said


def test_who_gained_or_lost_what_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    change = Change(
        student="z1",
        before=Marks(available=1, earned=0.5, pending=0.5),
        after=None,
        reasons=["graded before, unreadable now: broken\x1b[31m zip"],
    )
    cohort = cohort_example.empty().model_copy(update={"changes": [change]})
    print_cohort(cohort, Tally(), OUT)
    said = capsys.readouterr().out
    assert "changed by this regrade: 1\n  z1: 0.5 -> no marks\n" in said
    assert "\x1b" not in said


def test_where_the_time_went(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(trainings=3, reused=2)
    tally.spent("capture", Spent(wall=3.0, cpu=2.0))
    tally.spent("capture", Spent(wall=5.0, cpu=4.0))
    print_timings(tally)
    said = capsys.readouterr().out
    assert "capture      2           6.0  3.00       4.00" in said
    assert "trainings: 3 made, 2 answered by an equal one" in said
