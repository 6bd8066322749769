from grader.cohort.standing import QuestionStanding, Standing
from grader.report.cohort.students import view

from . import cohort_example as cohorts
from .cohort_example import cohort_of, graded, trained


def _question(number: str, earned: float, pending: float) -> QuestionStanding:
    return QuestionStanding(
        id=number, part="P", title="T", available=1, earned=earned, pending=pending
    )


def test_a_row_holds_marks_and_accuracies() -> None:
    standing = graded(
        "a",
        1.25,
        questions=[_question("1.1", 0.25, 0.5), _question("1.4", 0, 1)],
        networks={"NetLin": trained(84.5), "NetFull": trained(80.0, epochs=4)},
    )
    found = view(cohort_of(standing))
    [row] = found.rows
    assert (row.questions, row.earned, row.lost, row.pending) == (["0.25"], "1.25", "0.25", "0.5")
    assert row.accuracies == ["84.50 ✓", "80.00† ×"]
    assert found.networks == ["NetLin", "NetFull"]
    assert found.early


def test_questions_that_wait_in_full_have_no_column_and_are_named() -> None:
    questions = [_question("1.1", 0.25, 0.5), _question("1.4", 0, 1), _question("3.5", 0, 1)]
    found = view(cohort_of(graded("a", questions=questions)))
    assert [(column.id, column.decided) for column in found.columns] == [("1.1", "0.5")]
    assert found.omitted == "No column for what waits for a person in full: 1.4, 3.5."


def test_a_question_gets_its_column_once_anyone_has_marks_in_it() -> None:
    waiting, marked = _question("1.4", 0, 1), _question("1.4", 0.5, 0)
    found = view(cohort_of(graded("a", questions=[waiting]), graded("b", questions=[marked])))
    assert [column.decided for column in found.columns] == ["1"]
    assert [row.questions for row in found.rows] == [["0"], ["0.5"]]


def test_students_without_marks_are_there_with_their_reason() -> None:
    found = view(cohort_of(Standing(student="a", status="missing", reason="no submission")))
    [row] = found.rows
    assert (row.status, row.reason, row.earned) == ("nothing handed in", "no submission", "")


def test_no_one_is_left_out_and_the_order_is_kept() -> None:
    cohort = cohorts.cohort()
    ids = [row.person.id for row in view(cohort).rows]
    assert ids == [standing.student for standing in cohort.standings]


def _with_questions(number: int) -> Standing:
    return graded("a", questions=[_question(f"{i}", 0.5, 0) for i in range(number)])


def test_many_questions_turn_the_page_and_too_many_leave_it() -> None:
    assert not view(cohort_of(_with_questions(10))).landscape
    assert view(cohort_of(_with_questions(15))).landscape
    crowded = view(cohort_of(_with_questions(40)))
    assert (crowded.landscape, crowded.columns) == (False, [])
    assert "the mark sheet has them" in crowded.omitted
