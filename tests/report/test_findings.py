import base64
import io

from PIL import Image

from grader.report import findings
from grader.results import Criterion, EvidenceItem, Result

from . import example


def _question(identifier: str) -> findings.QuestionView:
    parts = findings.view(example.sample())
    return next(q for part in parts for q in part.questions if q.id == identifier)


def test_what_needs_work_comes_with_a_reason_and_a_remedy() -> None:
    failed = _question("2.3").attention[0]
    assert (failed.word, failed.marks) == ("to fix", "0 / 0.5")
    assert "5 of 9" in failed.message
    assert failed.hint.startswith("Move the output bias")


def test_standing_in_words() -> None:
    assert _question("2.3").standing == "0.75 lost · 0.25 marks pending"
    assert _question("1.1").standing == "0.75 of 1 mark earned · 0.25 marks pending"


def test_evidence_is_laid_beside_its_criterion() -> None:
    criterion = _question("1.4").criteria[2]
    assert criterion.evidence[0].lines[0].startswith("NetLin: ma taken for su, 146")


def test_a_lone_criterion_takes_one_line() -> None:
    assert _question("3.1").brief
    assert not _question("1.4").brief


def test_skipped_and_ungraded_checks_are_explained() -> None:
    checks = [
        check
        for result in (example.broken(), example.ungraded())
        for part in findings.view(result)
        for question in part.questions
        for check in question.attention
    ]
    explained = {check.outcome: check.explanation for check in checks}
    assert "Mend that one first" in explained["skipped"]
    assert "lose no mark" in explained["ungraded"]
    assert explained["failed"] == ""


def test_every_outcome_has_a_shape_and_a_word_of_its_own() -> None:
    assert len(set(findings.SYMBOLS.values())) == len(findings.ORDER)
    assert len(set(findings.WORDS.values())) == len(findings.ORDER)


def test_marks_of_checks_without_marks_and_of_undecided_ones() -> None:
    checks = [
        example.check("a", "Shown only.", "passed", 0),
        example.check("b", "Undecided.", "ungraded", 0.5),
    ]
    question = example.question("1.1", "Part 1", "NetLin", checks, [])
    result = example.sample().model_copy(update={"questions": [question]})
    (shown,) = findings.view(result)[0].questions
    assert shown.passed[0].marks == "no mark"
    assert shown.attention[0].marks == "– / 0.5"


def test_short_lines_of_evidence_share_a_row() -> None:
    weights = EvidenceItem(title="Weights", lines=["hidden 1: bias -2.5", "hidden 2: bias -1.5"])
    result = example.sample().model_copy(update={"evidence": {"pairs": weights}})
    shown = findings.view(result)[0].questions[3].criteria[2].evidence[0]
    assert shown.lines_on_paper == ["hidden 1: bias -2.5  hidden 2: bias -1.5"]
    assert not shown.prose


def test_sentences_keep_their_lines_and_are_set_as_prose() -> None:
    said = EvidenceItem(title="Seen", lines=["What a network does with images. " * 3, "Yes."])
    result = example.sample().model_copy(update={"evidence": {"pairs": said}})
    shown = findings.view(result)[0].questions[3].criteria[2].evidence[0]
    assert shown.lines_on_paper == said.lines
    assert shown.prose


def test_missing_evidence_is_left_out() -> None:
    parts = findings.view(example.broken())
    criterion = parts[1].questions[0].criteria[0]
    assert len(criterion.evidence) == 1
    assert criterion.evidence[0].lines[-1] == "… 12 more lines in result.json"


def _with_confusions(result: Result) -> findings.CriterionView:
    criterion = Criterion(id="1.4-c", title="Worst pairs", available=1, evidence=["confusions"])
    asked = example.question("1.4", "Part 1", "Discussion", [], [criterion])
    measured = EvidenceItem(title="Confusions measured", lines=["NetLin: ma taken for su"])
    changes = {"questions": [asked], "evidence": {"confusions": measured}}
    (part,) = findings.view(result.model_copy(update=changes))
    return part.questions[0].criteria[0]


def test_the_worst_confusion_of_each_network_stands_beside_the_answer_with_its_images() -> None:
    (evidence,) = _with_confusions(example.sample()).evidence
    assert [strip.words for strip in evidence.strips] == [
        "NetLin: ma taken for su, 146 of 1,000",
        "NetFull: ha taken for su, 93 of 1,000",
        "NetConv: ha taken for su, 61 of 1,000",
    ]
    for strip in evidence.strips:
        head, _, data = strip.picture.partition(",")
        assert head == "data:image/png;base64"
        with Image.open(io.BytesIO(base64.b64decode(data))) as image:
            assert image.width > image.height


def test_a_network_that_was_not_trained_has_no_images() -> None:
    result = example.sample()
    networks = {
        name: network.model_copy(update={"training": None} if name == "NetLin" else {})
        for name, network in result.networks.items()
    }
    (evidence,) = _with_confusions(result.model_copy(update={"networks": networks})).evidence
    assert [strip.words.partition(":")[0] for strip in evidence.strips] == ["NetFull", "NetConv"]


def test_images_stand_beside_confusions_alone() -> None:
    criteria = [
        c for part in findings.view(example.sample()) for q in part.questions for c in q.criteria
    ]
    assert not any(item.strips for criterion in criteria for item in criterion.evidence)
