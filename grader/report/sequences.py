"""What a page says about Part 3: each question's pictures beside the oracle's, and what is right.

The report has two pages for it. Plots are small and drawn once for a process; large ones are in
the gallery of `grader reference plot`, which the page names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from grader.claims.found import Answer
from grader.report import text
from grader.report.gallery_view import KINDS, ReachView, reach_view
from grader.report.perceptron_pictures import perceptron_rows
from grader.report.strips import (
    HEIGHTS,
    POINTS,
    WIDTHS,
    OraclePicture,
    QuestionRow,
    Strip,
    StudentPicture,
    absent,
    bare,
    question_row,
    student_pictures,
)
from grader.results import EvidenceItem, HandedInNetwork, QuestionResult, Result
from grader.sequences import record_digest
from reference.recurrent.study import Point, Reach
from reference.recurrent.tasks import TASKS
from reference.recurrent.trained import Record, available, record

WATCH_HEIGHT = 29.0  # mm
MOST_PICTURES = 4  # of a report, shown for one question
BESIDE = 3  # pictures that have room side by side, one of them the oracle's
MOST_WORDS = 1500  # letters of an answer


@dataclass(frozen=True)
class NetworkRow:
    """One network in the table of figures; without a place in it where nothing is known."""

    title: str
    made: str
    loss: str
    seeds: str
    reach: list[ReachView]


@dataclass(frozen=True)
class SequencesView:
    """The whole section.

    `stale` names languages whose reference is another than graded with; `refused` says of
    checkpoints that were handed in why they are not shown.
    """

    networks: list[NetworkRow]
    lengths: list[str]
    questions: list[QuestionRow]
    commands: list[str]
    stale: list[str]
    refused: list[str]


def view(result: Result) -> SequencesView | None:
    """The section, or None where the assignment has no languages."""
    if not result.sequences:
        return None
    known = _known(result)
    networks = [row for lang in known for row in _networks(lang, result.handed_in)]
    return SequencesView(
        networks=networks,
        lengths=max(([reach.n for reach in row.reach] for row in networks), key=len, default=[]),
        questions=[
            *perceptron_rows(result),
            *(
                _question(question, lang, result)
                for question in result.questions
                if (lang := language_of(question, known))
            ),
        ],
        commands=[f"grader reference plot --lang {lang}" for lang in known],
        stale=[_title(lang) for lang in result.sequences if lang not in known],
        refused=[
            f"{text.shorten(network.file, 90)}: {text.shorten(network.refused, 300)}"
            for network in result.handed_in
            if network.refused
        ],
    )


def evidence_beside_criteria(result: Result) -> dict[str, EvidenceItem]:
    """The evidence that criteria keep: that of the questions in the section stands there."""
    shown, known = _prefixes(result), _known(result)
    answers = {f"answer-{q.id}" for q in result.questions if language_of(q, known)}
    return {
        name: item
        for name, item in result.evidence.items()
        if name not in answers and not name.startswith(shown)
    }


def _known(result: Result) -> list[str]:
    """Languages of the assignment whose reference is still the one that this was graded with."""
    return [
        lang
        for lang, found in result.sequences.items()
        if lang in available() and found.digest == record_digest(lang)
    ]


def _prefixes(result: Result) -> tuple[str, ...]:
    """How the evidence that the section shows is named."""
    return tuple(f"{lang}-" for lang in _known(result))


def language_of(question: QuestionResult, languages: list[str]) -> str:
    """The language that a question's evidence is about, "" where there is none."""
    named = [name for criterion in question.criteria for name in criterion.evidence]
    return next((lang for lang in languages if any(n.startswith(f"{lang}-") for n in named)), "")


def _title(lang: str) -> str:
    return TASKS[lang].language.title if lang in TASKS else text.shorten(lang, 40)


def _networks(lang: str, handed_in: list[HandedInNetwork]) -> Iterator[NetworkRow]:
    """The reference, and beneath it the networks for the same language that were handed in."""
    yield _network(record(lang))
    for network in handed_in:
        if network.language == lang:
            right, of = network.determined_right, network.determined
            yield NetworkRow(
                title=text.shorten(network.file, 60),
                made=f"{KINDS[network.kind]} {network.units}, handed in; {right:,} of {of:,} right",
                loss=f"{network.loss:.4f}",
                seeds="",
                reach=[reach_view(Reach(r.n, r.right, r.of)) for r in network.reach],
            )


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
    kinds = [kind for kind in ("plot", "machine") if f"{lang}-{kind}" in named]
    answered = f"{lang}-answer" in named
    pictures = student_pictures(question.id, result)[:MOST_PICTURES]
    answer = result.evidence.get(f"{lang}-answer")
    strips = [strip for kind in kinds for strip in _strips(lang, kind, pictures, result)]
    plotted = list(_handed_in(lang, result)) if "plot" in kinds else []
    strips += plotted
    if not kinds and pictures:
        strips = [Strip(max(2, len(pictures)), pictures, "", [])]
    return question_row(
        question,
        strips,
        words=_words(question.id, result.claims.answers) if answered else [],
        model=list(answer.lines) if answer and answered else [],
        drawing=oracle_pictures(lang, "answer", 2)[0] if answered else None,
        evidence=[
            (item.title, "; ".join(item.lines))
            for name in named
            if name.startswith(_prefixes(result)) and not name.endswith("-answer")
            if (item := result.evidence.get(name))
        ],
        bare="" if plotted or answered else bare(pictures, result),
    )


def _strips(
    lang: str, kind: str, pictures: list[StudentPicture], result: Result
) -> Iterator[Strip]:
    """Side by side where that is room enough, otherwise the oracle's under the report's."""
    missing = "" if pictures else absent(result)
    side = max(1, len(pictures)) + 1
    oracle = list(oracle_pictures(lang, kind, side if side <= BESIDE else 2))
    if len(oracle) <= 1 and side <= BESIDE:
        yield Strip(side, pictures, missing, oracle)
        return
    yield Strip(MOST_PICTURES, pictures, missing, [])
    yield Strip(max(2, len(oracle)), [], "", oracle)


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


def _handed_in(lang: str, result: Result) -> Iterator[Strip]:
    """Plots of the first network for the language that was handed in."""
    from grader.report.small.plane import plane_of

    network = next((n for n in result.handed_in if n.language == lang and n.points), None)
    if network is None:
        return
    points = [Point(tuple(p.hidden), (), p.symbol, p.colour, None) for p in network.points]
    shown = min(len(points[0].hidden), 3)
    pairs = [(x, y) for x in range(shown) for y in range(x + 1, shown)]
    size = (WIDTHS[4] * POINTS, HEIGHTS[4] * POINTS)
    alphabet = TASKS[lang].language.alphabet
    name = text.shorten(network.file, 60)
    yield Strip(
        4,
        [],
        "",
        [
            OraclePicture(
                plane_of(points, alphabet, pair, size, said=f"{name}: hidden units {pair}"),
                f"{name}, hidden units {pair[0] + 1} and {pair[1] + 1}",
            )
            for pair in pairs
        ],
    )


def draw_the_oracle() -> None:
    """All that a report may show of every reference there is."""
    for lang in available():
        record_digest(lang)
        for kind, columns in product(("plot", "machine"), range(2, BESIDE + 1)):
            oracle_pictures(lang, kind, columns)
        oracle_pictures(lang, "answer", 2)


@cache
def oracle_pictures(lang: str, kind: str, columns: int) -> tuple[OraclePicture, ...]:
    """Drawings of the reference for one kind of evidence: the same for every student.

    Args:
        lang: a language with a reference network.
        kind: "plot", "machine" or "answer".
        columns: into which the page's width is cut: 2 or 3. Plots of three units take a quarter.
    """
    from grader.report.small.machine import small_machine
    from grader.report.small.plane import small_plane
    from grader.report.small.space import small_space
    from grader.report.small.watch import small_watch

    study = record(lang).study
    width, height = WIDTHS[columns] * POINTS, HEIGHTS[columns] * POINTS
    if kind == "machine":
        if study.machine is None:
            return ()
        machine = small_machine(study, study.machine, width)
        return (OraclePicture(machine, "The machine of the language and of the oracle"),)
    if kind == "answer":
        layer = "Context" if study.kind == "lstm" else "Hidden"
        watch = small_watch(study, width, WATCH_HEIGHT * POINTS)
        return (OraclePicture(watch, f"{layer} units of the oracle while it reads"),)
    if study.units == 2:
        plane = small_plane(study, 0, 1, width, height)
        return (OraclePicture(plane, "The oracle's hidden units, with its states"),)
    quarter, high = WIDTHS[4] * POINTS, HEIGHTS[4] * POINTS
    planes = [
        OraclePicture(small_plane(study, x, y, quarter, high), f"Oracle, as {x}{y}")
        for x, y in ((0, 1), (0, 2), (1, 2))
    ]
    return (*planes, OraclePicture(small_space(study, quarter, high), "Oracle, in space"))
