"""What a page says about Part 3; drawn once for a whole process."""

import re
import sys

import pytest

from grader.claims.found import Answer, ShownPicture
from grader.claims.verdicts import ReportClaims
from grader.marks.sequence_evidence import sequence_evidence
from grader.report import findings, sequences
from grader.report.page import render_html
from grader.report.strips import OraclePicture, QuestionRow
from grader.results import (
    Criterion,
    HandedInNetwork,
    HandedInPoint,
    HandedInReach,
    QuestionResult,
    Result,
    SequenceResult,
)
from grader.sequences import sequence_results

from . import claims_example, example

LANGUAGES = ["anb2n", "anb2nc3n"]
PIXEL = claims_example.picture()


def question(name: str, *evidence: str) -> QuestionResult:
    criterion = Criterion(
        id=f"{name}-c",
        title="A drawing",
        available=1,
        guidance="It must fit.",
        evidence=[f"answer-{name}", *evidence],
    )
    return QuestionResult(
        id=name,
        part="Part 3",
        title="A question",
        available=1,
        earned=0,
        pending=1,
        checks=[],
        criteria=[criterion],
    )


QUESTIONS = [
    question("3.1", "anb2n-loss", "anb2n-plot"),
    question("3.2", "anb2n-machine"),
    question("3.3", "anb2n-answer", "anb2n-counting"),
    question("3.4", "anb2nc3n-loss", "anb2nc3n-plot"),
    question("3.5", "anb2nc3n-counting", "anb2nc3n-answer"),
]


def graded(claims: ReportClaims | None = None, **found: SequenceResult) -> Result:
    sample = example.sample()
    return sample.model_copy(
        update={
            "sequences": found or sequence_results(LANGUAGES),
            "questions": [*sample.questions, *QUESTIONS],
            "evidence": sample.evidence | sequence_evidence(LANGUAGES),
            "claims": claims or ReportClaims(kind="pdf", complete=True),
        }
    )


@pytest.fixture(scope="module")
def section() -> sequences.SequencesView:
    found = sequences.view(graded())
    assert found is not None
    return found


def drawings(row: QuestionRow) -> list[OraclePicture]:
    shown = [picture for strip in row.strips for picture in strip.oracle]
    return [*shown, row.drawing] if row.drawing else shown


def test_the_figures_of_each_network_are_one_row(section: sequences.SequencesView) -> None:
    srn, lstm = section.networks
    assert (srn.title, srn.made) == ("a^n b^2n", "SRN 2, seed 25")
    assert (srn.loss, srn.seeds) == ("0.0286", "21 of 32")
    assert (lstm.title, lstm.made) == ("a^n b^2n c^3n", "LSTM 3, seed 3")
    assert section.lengths == [str(n) for n in range(1, 13)]
    assert [reach.all_right for reach in srn.reach] == [True] * 4 + [False] * 8
    assert [reach.right for reach in srn.reach][:5] == ["100%"] * 4 + ["90%"]


def test_each_question_has_the_pictures_that_its_evidence_names(
    section: sequences.SequencesView,
) -> None:
    drawn = {
        row.id: [
            picture.caption
            for picture in [*(p for s in row.strips for p in s.oracle), row.drawing]
            if picture
        ]
        for row in section.questions
    }
    assert list(drawn) == ["3.1", "3.2", "3.3", "3.4", "3.5"]
    assert drawn["3.1"] == ["The oracle's hidden units, with its states"]
    assert drawn["3.2"] == ["The machine of the language and of the oracle"]
    assert drawn["3.3"] == ["Hidden units of the oracle while it reads"]
    assert drawn["3.4"] == ["Oracle, as 01", "Oracle, as 02", "Oracle, as 12", "Oracle, in space"]
    assert drawn["3.5"] == ["Context units of the oracle while it reads"]
    assert [len(row.strips) for row in section.questions] == [1, 1, 0, 2, 0]
    assert all(row.rubric == "A drawing (1 mark). It must fit." for row in section.questions)


def test_the_report_s_pictures_and_words_stand_beside_the_oracle_s() -> None:
    pictures = [
        ShownPicture(question="3.1", caption="my <plot>", page=5, picture="a"),
        ShownPicture(question="3.2", certain=False, because="it comes after 3.1", picture="a"),
        ShownPicture(question="3.4", picture="could not be cut"),
    ]
    answer = Answer(question="3.3", lines=["3.3 How it works", "It counts."], pages=[6], pictures=0)
    claims = ReportClaims(
        kind="pdf", complete=True, figures=pictures, answers=[answer], pictures={"a": PIXEL}
    )
    found = sequences.view(graded(claims))
    assert found is not None
    first, second, third, fourth, _ = found.questions
    (strip,) = first.strips
    assert [(p.caption, p.doubt) for p in strip.pictures] == [("my <plot>, page 5", "")]
    assert (strip.columns, len(strip.oracle), strip.absent) == (2, 1, "")
    assert second.strips[0].pictures[0].doubt == "uncertain: it comes after 3.1"
    assert (third.words, third.strips) == (["It counts."], [])
    assert third.model[0].startswith("Each A moves the state on")
    above, below = fourth.strips
    assert above.absent == "The report has no picture for this question."
    assert (above.pictures, below.absent, len(below.oracle)) == ([], "", 4)
    page = render_html(graded(claims))
    assert page.count(PIXEL) == 2
    assert "my &lt;plot&gt;" in page
    assert "<plot>" not in page


def test_no_picture_is_called_absent_of_a_report_that_was_not_read_as_a_whole() -> None:
    for claims, said in (
        (ReportClaims(problem="it is encrypted"), "The report was not read."),
        (
            ReportClaims(kind="pdf", complete=False),
            "No picture was found; parts of the report could not be read.",
        ),
    ):
        found = sequences.view(graded(claims))
        assert found is not None
        assert [row.strips[0].absent for row in found.questions if row.strips] == [said] * 3


@pytest.mark.parametrize(
    ("shown", "columns"), [(0, [2]), (1, [2]), (2, [3]), (3, [4, 2]), (9, [4, 2])]
)
def test_so_many_pictures_as_have_room_stand_in_one_strip(shown: int, columns: list[int]) -> None:
    pictures = [ShownPicture(question="3.1", picture="a")] * shown
    found = sequences.view(
        graded(ReportClaims(kind="pdf", figures=pictures, pictures={"a": PIXEL}))
    )
    assert found is not None
    strips = found.questions[0].strips
    assert [strip.columns for strip in strips] == columns
    assert len(strips[0].pictures) == min(shown, 4)
    assert len(strips[-1].oracle) == 1


def test_annotated_pictures_of_an_answer_in_words_stand_above_it() -> None:
    pictures = [ShownPicture(question="3.5", picture="a")] * 3
    found = sequences.view(
        graded(ReportClaims(kind="pdf", figures=pictures, pictures={"a": PIXEL}))
    )
    assert found is not None
    (strip,) = found.questions[-1].strips
    assert (strip.columns, len(strip.pictures), strip.oracle) == (3, 3, [])


def test_a_network_that_was_handed_in_is_shown_beside_the_reference() -> None:
    points = [
        HandedInPoint(hidden=[0.1 * k, -0.2 * k], symbol="AB"[k % 2], colour=k) for k in (1, 2)
    ]
    mine = HandedInNetwork(
        file="net/<anb2n>.pth",
        language="anb2n",
        kind="srn",
        units=2,
        loss=0.031,
        determined=100,
        determined_right=99,
        reach=[HandedInReach(n=1, right=7, of=8)],
        points=points,
    )
    other = HandedInNetwork(file="kuzu.pth", refused="it holds a list, not the state of a network")
    result = graded().model_copy(update={"handed_in": [mine, other]})
    found = sequences.view(result)
    assert found is not None
    reference, own, _ = found.networks
    assert reference.title == "a^n b^2n"
    assert (own.title, own.made) == ("net/<anb2n>.pth", "SRN 2, handed in; 99 of 100 right")
    assert (own.loss, own.seeds, [reach.right for reach in own.reach]) == ("0.0310", "", ["87%"])
    assert found.refused == ["kuzu.pth: it holds a list, not the state of a network"]
    first, second = found.questions[0].strips
    assert [p.caption for p in second.oracle] == ["net/<anb2n>.pth, hidden units 1 and 2"]
    assert not any("handed" in p.caption for p in first.oracle)
    page = render_html(result)
    assert "net/&lt;anb2n&gt;.pth" in page
    assert "<anb2n>" not in page
    assert "kuzu.pth: it holds a list" in page


def test_a_long_answer_is_cut() -> None:
    answer = Answer(question="3.5", lines=["a" * 900, "b" * 900, "c"], pages=[], pictures=0)
    found = sequences.view(graded(ReportClaims(kind="pdf", answers=[answer])))
    assert found is not None
    first, second, more = found.questions[-1].words
    assert len(first) == 900
    assert second.startswith("b" * 600 + " … (300 more characters")
    assert more == "… (more in result.json)"


def test_answers_stand_in_the_section_and_not_twice() -> None:
    parts = findings.view(graded())
    titles = [
        item.title
        for part in parts
        for asked in part.questions
        if asked.id.startswith("3.") and part.title == "Part 3"
        for criterion in asked.criteria
        for item in criterion.evidence
    ]
    assert titles == []
    section = sequences.view(graded())
    assert section is not None
    said = {row.id: [title for title, _ in row.evidence] for row in section.questions}
    assert said["3.1"] == ["The printed loss on a^n b^2n", "What a right plot shows"]
    assert not any("Model answer" in title for titles in said.values() for title in titles)


def test_evidence_about_another_reference_stays_beside_its_criterion() -> None:
    stale = graded(anb2n=SequenceResult(digest="0" * 64))
    kept = sequences.evidence_beside_criteria(stale)
    assert "anb2n-loss" in kept


def test_evidence_of_two_languages_for_one_question_is_shown() -> None:
    result = graded()
    (asked,) = (q for q in result.questions if q.id == "3.1" and "anb2n-plot" in str(q.criteria))
    criteria = [
        c.model_copy(update={"evidence": ["anb2n-loss", "anb2nc3n-loss"]}) for c in asked.criteria
    ]
    both = asked.model_copy(update={"criteria": criteria[:1]})
    shown = sequences.view(result.model_copy(update={"questions": [both]}))
    assert shown is not None
    titles = [title for row in shown.questions if row.id == "3.1" for title, _ in row.evidence]
    assert titles == ["The printed loss on a^n b^2n", "The printed loss on a^n b^2n c^3n"]


def test_a_criterion_keeps_four_short_lines_at_most() -> None:
    items = sequence_evidence(LANGUAGES)
    kept = sequences.evidence_beside_criteria(graded())
    for asked in QUESTIONS:
        names = [name for c in asked.criteria for name in c.evidence if name in kept]
        assert sum(len(items[name].lines) for name in names) <= 4, asked.id


def test_the_page_holds_the_section_once_and_each_drawing(
    section: sequences.SequencesView,
) -> None:
    page = render_html(graded())
    assert page.count('id="sequences"') == 1
    for row in section.questions:
        assert f'id="{row.anchor}"' in page
        for picture in drawings(row):
            assert picture.figure.content in page
    assert "grader reference plot --lang anb2nc3n" in page


def test_drawings_are_light_and_made_once(section: sequences.SequencesView) -> None:
    again = sequences.view(graded())
    assert again is not None
    for row, other in zip(section.questions, again.questions, strict=True):
        for picture, same in zip(drawings(row), drawings(other), strict=True):
            assert picture is same
            content = picture.figure.content
            assert len(content) < 16_000
            assert len(re.findall("<(?!/)", content)) < 110
            assert not re.search(r"\bid=|url\(|<defs|<clipPath", content)


def test_another_reference_than_the_one_that_graded_is_not_shown() -> None:
    stale = graded(anb2n=SequenceResult(digest="0" * 64))
    found = sequences.view(stale)
    assert found is not None
    assert (found.stale, found.networks, found.questions) == (["a^n b^2n"], [], [])
    assert "The reference network has changed" not in render_html(example.sample())
    assert "the reference network has changed since this was graded" in render_html(stale)


def test_a_language_nobody_knows_is_named_and_escaped() -> None:
    page = render_html(graded(None, **{"<script>": SequenceResult(digest="")}))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_an_assignment_without_sequences_has_no_section() -> None:
    assert 'id="sequences"' not in render_html(example.sample())


def test_drawing_the_section_needs_no_matplotlib() -> None:
    import subprocess

    program = (
        "import sys; from grader.report.sequences import oracle_pictures as draw;"
        "[draw(lang, kind, 2) for lang in ('anb2n', 'anb2nc3n')"
        " for kind in ('plot', 'machine', 'answer')];"
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
