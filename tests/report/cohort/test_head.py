from grader.cohort.standing import Standing
from grader.report.cohort.head import view
from grader.results import Flag

from . import cohort_example as cohorts
from .cohort_example import checked, cohort_of, graded


def _flag(severity: str) -> Flag:
    return Flag.model_validate({"severity": severity, "where": "x", "message": "y"})


def test_everyone_is_counted_once_by_status() -> None:
    standings = [
        graded("a"),
        Standing(student="b", status="missing"),
        Standing(student="c", status="duplicate"),
        Standing(student="d", status="unreadable"),
        Standing(student="e", status="fault"),
        Standing(student="f", status="fault"),
    ]
    head = view(cohort_of(*standings))
    counts = {count.what: count.number for count in head.counts[:5]}
    assert counts == {
        "graded": 1,
        "nothing handed in": 1,
        "more than one submission": 1,
        "cannot be read": 1,
        "fault of the grader": 2,
    }
    assert head.heading == "Cohort of 6 students"


def test_flags_and_ungraded_checks_are_counted_by_student() -> None:
    head = view(
        cohort_of(
            graded("a", flags=[_flag("serious"), _flag("serious")], checks=[checked("ungraded")]),
            graded("b", flags=[_flag("warning"), _flag("info")]),
            graded("c", flags=[_flag("info")]),
        )
    )
    counts = {count.what: count.number for count in head.counts[5:]}
    assert counts == {"with a serious flag": 1, "with any flag": 2, "with ungraded checks": 1}


def test_what_waits_is_told_apart_from_what_is_held_back() -> None:
    held = graded("a", checks=[checked("ungraded", available=0.2)])
    head = view(cohort_of(held, graded("b")))
    assert head.pending == "1"
    assert head.waiting.startswith(
        "0.8 marks for a person to give in written criteria, and 0.2 held back"
    )


def test_where_nothing_waits_it_says_so() -> None:
    assert view(cohorts.empty()).waiting == "No mark waits for a person."


def test_official_and_unofficial_images_are_told_apart() -> None:
    official = view(cohort_of(graded("a"), official=True))
    assert official.official.startswith("Official images and protocol")
    assert (official.notices, official.footer) == ([], "")
    other = view(cohort_of(graded("a")))
    assert "not official marks" in other.notices[0].title
    assert (other.official, other.footer) == ("", "Not official marks")


def test_it_names_what_every_figure_rests_on() -> None:
    basis = dict(view(cohort_of(graded("a"))).basis)
    assert basis["Images"] == "Bundled kana, rendered from open fonts (not official)"
    assert basis["Sandbox"] == "bubblewrap"
    assert basis["Grader"].startswith("0.1.0")
    assert "float32" in basis["Computed"]
    assert "10 epochs" in basis["Protocol"]
