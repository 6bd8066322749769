"""What a page says about Part 3: each question's pictures beside the oracle's, and what is right.

The report has two pages for it. Plots are small and drawn once for a process; large ones are in
the gallery of `grader reference plot`, which the page names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from grader.claims.found import Answer, ShownPicture
from grader.report import text
from grader.report.figures import Figure
from grader.report.gallery_view import ReachView, reach_view
from grader.results import Criterion, EvidenceItem, QuestionResult, Result
from grader.sequences import record_digest
from reference.recurrent.tasks import TASKS
from reference.recurrent.trained import Record, available, record

KINDS = {"srn": "SRN", "lstm": "LSTM"}
POINTS = 72 / 25.4  # a millimetre
HALF, QUARTER = 84.0, 42.0  # mm: the width of a picture that stands beside one, or in four
MOST_PICTURES = 4  # of a report, shown for one question
MOST_WORDS = 1500  # letters of an answer
CAPTION = 90


@dataclass(frozen=True)
class NetworkRow:
    """One network in the table of figures; without a place in it where nothing is known."""

    title: str
    made: str
    loss: str
    seeds: str
    reach: list[ReachView]


@dataclass(frozen=True)
class StudentPicture:
    """A picture of the report, what is under it there, and why it stands here if that is unsure."""

    data: Markup
    caption: str
    doubt: str


@dataclass(frozen=True)
class OraclePicture:
    """A drawing of the reference network, and what it shows."""

    figure: Figure
    caption: str


@dataclass(frozen=True)
class QuestionRow:
    """One question. `wide` rows have their pictures side by side, the oracle's underneath."""

    id: str
    anchor: str
    title: str
    wide: bool
    rubric: list[str]
    pictures: list[StudentPicture]
    absent: str
    oracle: list[OraclePicture]
    words: list[str]
    model: list[str]


@dataclass(frozen=True)
class SequencesView:
    """The whole section. `stale` names languages whose reference is another than graded with."""

    networks: list[NetworkRow]
    lengths: list[str]
    questions: list[QuestionRow]
    commands: list[str]
    stale: list[str]


def view(result: Result) -> SequencesView | None:
    """The section, or None where the assignment has no languages."""
    if not result.sequences:
        return None
    known = [
        lang
        for lang, found in result.sequences.items()
        if lang in available() and found.digest == record_digest(lang)
    ]
    networks = [_network(record(lang)) for lang in known]
    return SequencesView(
        networks=networks,
        lengths=max(([reach.n for reach in row.reach] for row in networks), key=len, default=[]),
        questions=[
            _question(question, lang, result)
            for question in result.questions
            if (lang := language_of(question, known))
        ],
        commands=[f"grader reference plot --lang {lang}" for lang in known],
        stale=[_title(lang) for lang in result.sequences if lang not in known],
    )


def evidence_beside_criteria(result: Result) -> dict[str, EvidenceItem]:
    """The evidence that criteria keep: answers of Part 3, the model's too, stand in the section."""
    languages = list(result.sequences)
    moved = {f"{lang}-answer" for lang in languages}
    moved |= {f"answer-{q.id}" for q in result.questions if language_of(q, languages)}
    return {name: item for name, item in result.evidence.items() if name not in moved}


def language_of(question: QuestionResult, languages: list[str]) -> str:
    """The language that a question's evidence is about, "" where there is none."""
    named = [name for criterion in question.criteria for name in criterion.evidence]
    return next((lang for lang in languages if any(n.startswith(f"{lang}-") for n in named)), "")


def _title(lang: str) -> str:
    return TASKS[lang].language.title if lang in TASKS else text.shorten(lang, 40)


def _network(known: Record) -> NetworkRow:
    study, survey = known.study, known.survey
    return NetworkRow(
        title=study.title,
        made=(f"{KINDS[study.kind]} {study.units}, seed {known.origin.seed}"),
        loss=f"{study.found.loss:.4f}",
        seeds=f"{len(survey.succeeded)} of {len(survey.outcomes)}",
        reach=[reach_view(reach) for reach in study.reach],
    )


def _question(question: QuestionResult, lang: str, result: Result) -> QuestionRow:
    named = [name for criterion in question.criteria for name in criterion.evidence]
    kinds = tuple(k for k in ("plot", "machine", "answer") if f"{lang}-{k}" in named)
    oracle = [picture for kind in kinds for picture in oracle_pictures(lang, kind)]
    shown = [picture for picture in result.claims.figures if picture.question == question.id]
    pictures = list(_pictures(shown, result.claims.pictures))
    answer = result.evidence.get(f"{lang}-answer")
    return QuestionRow(
        id=question.id,
        anchor=f"sequence-{question.id}",
        title=text.shorten(question.title, 120),
        wide=len(oracle) > 1,
        rubric=[_rubric(criterion) for criterion in question.criteria],
        pictures=pictures[:MOST_PICTURES],
        absent=_absent(result, pictures, answered="answer" in kinds),
        oracle=oracle,
        words=_words(question.id, result.claims.answers) if "answer" in kinds else [],
        model=list(answer.lines) if answer and "answer" in kinds else [],
    )


def _rubric(criterion: Criterion) -> str:
    title, marks = text.shorten(criterion.title, 160), text.marks(criterion.available)
    return f"{title} ({marks}). {text.clip(criterion.guidance, 300)}"


def _pictures(shown: list[ShownPicture], cut: dict[str, str]) -> Iterator[StudentPicture]:
    for picture in shown:
        if data := cut.get(picture.picture):
            where = f", page {picture.page}" if picture.page else ""
            yield StudentPicture(
                Markup("data:image/png;base64,{}").format(data),
                text.shorten(picture.caption or picture.name or "no caption", CAPTION) + where,
                "" if picture.certain else f"uncertain: {text.shorten(picture.because, 120)}",
            )


def _absent(result: Result, pictures: list[StudentPicture], *, answered: bool) -> str:
    """What to say where a picture should be; an answer in words needs none."""
    if pictures or answered:
        return ""
    if result.claims.problem:
        return "The report was not read."
    if not result.claims.complete:
        return "No picture was found; parts of the report could not be read."
    return "The report has no picture for this question."


def _words(question: str, answers: list[Answer]) -> list[str]:
    """The answer as the report has it, without its heading."""
    lines = [line for answer in answers if answer.question == question for line in answer.lines]
    if lines and re.match(rf"\W*{re.escape(question)}\b", lines[0]):
        lines = lines[1:]
    kept: list[str] = []
    for line in lines:
        room = MOST_WORDS - sum(map(len, kept))
        if room <= 0:
            return [*kept, "… (more in result.json)"]
        kept.append(text.clip(line, room))
    return kept


@cache
def oracle_pictures(lang: str, kind: str) -> tuple[OraclePicture, ...]:
    """Drawings of the reference for one kind of evidence: the same for every student."""
    from grader.report.small.machine import small_machine
    from grader.report.small.plane import small_plane
    from grader.report.small.space import small_space
    from grader.report.small.watch import small_watch

    study = record(lang).study
    half, quarter = HALF * POINTS, QUARTER * POINTS
    if kind == "machine":
        if study.machine is None:
            return ()
        machine = small_machine(study, study.machine, half)
        return (OraclePicture(machine, "The machine of the language and of the oracle"),)
    if kind == "answer":
        layer = "Context" if study.kind == "lstm" else "Hidden"
        watch = small_watch(study, half, 33 * POINTS)
        return (OraclePicture(watch, f"{layer} units of the oracle while it reads"),)
    if study.units == 2:
        plane = small_plane(study, 0, 1, half, 62 * POINTS)
        return (OraclePicture(plane, "The oracle's hidden units, with its states"),)
    planes = [
        OraclePicture(
            small_plane(study, x, y, quarter, 37 * POINTS),
            f"Oracle, {study.kind}{study.units}_{x}{y}",
        )
        for x, y in ((0, 1), (0, 2), (1, 2))
    ]
    space = OraclePicture(small_space(study, quarter, 37 * POINTS), "Oracle, in space")
    return (*planes, space)
