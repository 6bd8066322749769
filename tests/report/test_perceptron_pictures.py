"""Pictures of Part 2: what the report shows, and what it must look like."""

import re

import numpy as np
import pytest

from grader.claims.found import ShownPicture
from grader.claims.verdicts import ReportClaims
from grader.report.page import contents, fill, render_html
from grader.report.perceptron_pictures import perceptron_rows
from grader.results import Criterion, PerceptronResult, QuestionResult, Result
from grader.sequences import sequence_results

from . import claims_example, example


def asked(name: str, title: str) -> QuestionResult:
    criterion = Criterion(id=f"{name}-c", title=title, available=0.4, guidance="As they are.")
    return QuestionResult(
        id=name,
        part="Part 2",
        title="Pictures",
        available=0.4,
        earned=0,
        pending=0.4,
        checks=[],
        criteria=[criterion],
    )


def result(pictures: int = 0, **changes: object) -> Result:
    shown = [ShownPicture(question="2.3", picture="a", page=n + 1) for n in range(pictures)]
    claims = ReportClaims(
        kind="pdf", complete=True, figures=shown, pictures={"a": claims_example.picture()}
    )
    questions = [
        asked("2.1", "Five pictures hid_5_?.jpg and out_5.jpg"),
        asked("2.2", "Diagram"),
        asked("2.3", "Four pictures hid_4_?.jpg and out_4.jpg"),
    ]
    return example.sample().model_copy(update={"questions": questions, "claims": claims, **changes})


def test_hand_set_weights_say_what_their_pictures_show() -> None:
    trained, hand_set = perceptron_rows(result())
    assert (trained.id, hand_set.id) == ("2.1", "2.3")
    (strip,) = hand_set.strips
    assert strip.absent == "The report has no picture for this question."
    assert [picture.caption for picture in strip.oracle] == [
        *(f"hid_4_{node} by check.py" for node in (1, 2, 3, 4)),
        "out_4 by check.py, with step",
    ]
    (other,) = trained.strips[0].oracle
    assert other.caption == "An output with all nine points right"
    assert hand_set.rubric == "Four pictures hid_4_?.jpg and out_4.jpg (0.4 marks). As they are."


def test_paper_has_the_oracle_s_pictures_only_beside_some_of_the_report_s() -> None:
    def rows_on_paper(found: Result) -> list[str]:
        page = fill(contents(found), "paper")
        return re.findall(r'id="sequence-([0-9.]+)">', page)

    languages = sequence_results(["anb2n"])
    some, none = result(2, sequences=languages), result(sequences=languages)
    assert rows_on_paper(some) == ["2.3"]
    assert rows_on_paper(none) == []
    said = "The report has no picture for this question. The oracle's are in report.html."
    page = fill(contents(none), "paper")
    assert page.count(f'<p class="absent">2.1: {said}</p>') == 1
    assert page.count(f'<p class="absent">2.3: {said}</p>') == 1
    unread = none.model_copy(update={"claims": ReportClaims(problem="it is encrypted")})
    assert rows_on_paper(unread) == ["2.1", "2.3"]  # a person may hold the two side by side
    assert render_html(none).count('<div class="beside"') == 2


def test_a_rubric_stands_once_on_paper() -> None:
    some = result(2, sequences=sequence_results(["anb2n"]))
    assert fill(contents(some), "paper").count("As they are.") == 3
    assert render_html(some).count("As they are.") == 5


def test_the_shaded_part_is_where_the_node_is_on() -> None:
    found = example.sample().perceptron
    assert found is not None
    assert found.weights is not None
    *_, hand_set = perceptron_rows(result())
    for picture, (a, b), c in zip(
        hand_set.strips[0].oracle[:4], found.weights.in_hid, found.weights.in_bias, strict=True
    ):
        area = re.search(r'd="M([^"]*)z" fill="#8fb0cf"', picture.figure.content)
        assert area is not None
        side = picture.figure.view_box[0] - 2
        corners = [list(map(float, pair.split())) for pair in area[1].split("L")]
        middle = (np.mean(np.array(corners), axis=0) - 1) / side
        low, span = -0.5, 3.0
        x, y = low + span * middle[0], low + span * (1 - middle[1])
        assert a * x + b * y + c > 0


@pytest.mark.parametrize(("shown", "strips"), [(2, 1), (5, 2), (6, 2)])
def test_pictures_stand_in_the_same_row_while_there_is_room(shown: int, strips: int) -> None:
    *_, row = perceptron_rows(result(shown))
    assert len(row.strips) == strips
    assert len(row.strips[0].pictures) == shown
    assert row.strips[0].absent == ""
    assert len(row.strips[-1].oracle) == 5


def test_without_a_perceptron_nothing_right_is_known() -> None:
    for found in (None, PerceptronResult(captured=False)):
        rows = list(perceptron_rows(result(perceptron=found)))
        assert [row.strips[0].oracle for row in rows] == [[], []]
