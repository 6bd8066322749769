from grader.cohort.changes import changes_of
from grader.cohort.standing import CheckStanding, QuestionStanding, Standing
from grader.results import Marks, Outcome


def standing(
    outcome: Outcome, marks: float, *, pending: float = 0.5, message: str = ""
) -> Standing:
    check = CheckStanding(
        id="netlin_accuracy",
        question="1.1",
        title="It learns.",
        outcome=outcome,
        marks=marks,
        available=0.1,
        message=message,
    )
    question = QuestionStanding(
        id="1.1", part="Part 1", title="NetLin", available=1, earned=marks, pending=pending
    )
    return Standing(
        student="z1",
        status="graded",
        marks=Marks(available=1, earned=marks, pending=pending),
        checks=[check],
        questions=[question],
    )


def test_who_stands_where_they_stood_is_not_named() -> None:
    assert changes_of([(standing("passed", 0.1), standing("passed", 0.1))]) == []


def test_who_lost_what_and_why() -> None:
    (change,) = changes_of(
        [(standing("passed", 0.1), standing("failed", 0.0, message="71.80%, too low"))]
    )
    assert change.student == "z1"
    assert change.before is not None
    assert change.after is not None
    assert (change.before.earned, change.after.earned) == (0.1, 0.0)
    assert change.reasons == [
        "1.1 netlin_accuracy: passed (0.1) before, failed (0 of 0.1) now: 71.80%, too low"
    ]


def test_an_outcome_that_costs_nothing_is_still_a_change() -> None:
    (change,) = changes_of([(standing("failed", 0.0), standing("ungraded", 0.0, pending=0.6))])
    assert change.reasons == [
        "1.1 netlin_accuracy: failed (0) before, ungraded (0 of 0.1) now",
        "1.1: 0.5 waited for a person, 0.6 now",
    ]


def test_a_check_may_come_or_go() -> None:
    with_check = standing("passed", 0.1)
    without = with_check.model_copy(update={"checks": []})
    (gone,) = changes_of([(with_check, without)])
    assert gone.reasons == ["1.1 netlin_accuracy: no longer checked, 0.1 before"]
    (come,) = changes_of([(without, with_check)])
    assert come.reasons == ["1.1 netlin_accuracy: new, passed, 0.1 of 0.1"]


def test_a_submission_that_can_be_read_now() -> None:
    before = Standing(student="z1", status="unreadable", reason="broken zip")
    (change,) = changes_of([(before, standing("passed", 0.1))])
    assert change.before is None
    assert change.reasons[0] == "unreadable before, graded now"
    (back,) = changes_of([(standing("passed", 0.1), before)])
    assert back.reasons[0] == "graded before, unreadable now: broken zip"
