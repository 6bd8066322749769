"""Written answers stand beside the rubric in the student's words, and what is odd is flagged."""

from grader.claims.evidence import report_evidence, report_flags
from grader.claims.judge import judge
from grader.claims.verdicts import ReportClaims
from scripts.make_sample_report import RUNS

from .sample_facts import CLASSES, facts
from .written import found_in, printed

LIN = RUNS[0].counts.astype(int).tolist()


def claims(*lines: str) -> ReportClaims:
    return judge(found_in(lines), facts())


def test_an_answer_is_given_line_by_line_with_its_pages() -> None:
    said = claims(
        "1.4 Discussion", "(c) ki looks like su", "and is taken for it", "7", "2.1", "text"
    )
    item = report_evidence(said, CLASSES)["answer-1.4-c"]
    assert item.title == "What the report says under 1.4-c, page 1"
    assert item.lines == ["(c) ki looks like su and is taken for it"]


def test_the_worst_confusions_of_the_report_s_own_matrices_are_given() -> None:
    items = report_evidence(claims("1.1 NetLin", *printed(LIN)), CLASSES)
    assert items["reported-confusions"].lines == [
        "NetLin: ma taken for su: 146; ha taken for su: 122; ki taken for su: 105;"
        " re taken for su: 95; wo taken for su: 90"
    ]


def test_a_matrix_that_no_honest_run_gives_and_another_s_id_are_flagged() -> None:
    wrong = [list(row) for row in LIN]
    wrong[0][0] += 7
    said = claims("z1234567", "1.1 NetLin", *printed(wrong), RUNS[0].terminal.splitlines()[-1])
    flags = {flag.message.partition(":")[0]: flag for flag in report_flags(said)}
    assert set(flags) == {"Confusion matrix of NetLin", "Student id"}
    matrix = flags["Confusion matrix of NetLin"]
    assert matrix.severity == "serious"
    assert "1007" in matrix.message
    assert "the accuracy line says 6950" in matrix.message


def test_a_right_report_is_not_flagged() -> None:
    assert report_flags(claims("z5567992", "1.1", *printed(LIN))) == []
    (flag,) = report_flags(ReportClaims(problem="the file is empty"))
    assert (flag.severity, flag.message) == ("warning", "the file is empty")
