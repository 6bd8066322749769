"""Everything a page says about Part 3: what the reference network for each language does."""

from dataclasses import dataclass
from functools import cache

from grader.report import sequence_plots, text
from grader.report.figures import Figure
from grader.results import Result
from grader.sequences import record_digest
from reference.recurrent.study import Reach, Study
from reference.recurrent.tasks import TASKS
from reference.recurrent.trained import Record, available, record

KINDS = {"srn": "SRN", "lstm": "LSTM"}


@dataclass(frozen=True)
class ReachView:
    """One n: how many determined symbols of its string are right, and whether all are."""

    n: str
    right: str
    all_right: bool


@dataclass(frozen=True)
class LanguageView:
    """One language. Without `facts` the reference is another one than when it was graded."""

    anchor: str
    title: str
    standing: str
    facts: list[tuple[str, str]]
    pictures: list[Figure]
    machine: Figure | None
    watch: Figure | None
    reach: list[ReachView]


def view(result: Result) -> list[LanguageView]:
    """The reference of each language, drawn only where it is the one that graded."""
    return [
        _language(lang)
        if lang in available() and found.digest == record_digest(lang)
        else _unknown(lang, number)
        for number, (lang, found) in enumerate(result.sequences.items())
    ]


@cache
def _language(lang: str) -> LanguageView:
    known = record(lang)
    return language_view(known.study, _facts(known))


def language_view(study: Study, facts: list[tuple[str, str]], views: int = 1) -> LanguageView:
    """A network's plots, `views` of them in space, under facts of whoever shows them."""
    machine = sequence_plots.machine(study)
    pictures = [*sequence_plots.planes(study), *sequence_plots.spaces(study, views)]
    return LanguageView(
        anchor=f"sequence-{study.language}",
        title=study.title,
        standing=f"{KINDS[study.kind]}, {study.units} hidden units",
        facts=facts,
        pictures=[drawing.on_page() for drawing in pictures],
        machine=None if machine is None else machine.on_page(),
        watch=sequence_plots.watch(study).on_page(),
        reach=[_reach(reach) for reach in study.reach],
    )


def _unknown(lang: str, number: int) -> LanguageView:
    title = TASKS[lang].language.title if lang in TASKS else text.shorten(lang, 40)
    return LanguageView(f"sequence-{number}", title, "", [], [], None, None, [])


def _facts(known: Record) -> list[tuple[str, str]]:
    study, survey = known.study, known.survey
    return [
        ("Reference", f"seed {known.origin.seed}, {known.origin.steps:,} steps"),
        ("Made by", known.origin.command),
        ("Other seeds", f"{len(survey.succeeded)} of {len(survey.outcomes)} count without a fault"),
        *study_facts(study),
    ]


def study_facts(study: Study) -> list[tuple[str, str]]:
    """What was found out about a network itself."""
    return [("Printed loss", _losses(study)), ("Machine", _machine(study))]


def _losses(study: Study) -> str:
    return (
        f"{study.found.loss:.4f} on average over all sequences; the true probabilities print"
        f" {study.ideal.loss:.4f} ± {study.ideal.spread:.4f}"
    )


def _machine(study: Study) -> str:
    if study.machine is None:
        return "none with 80 states or fewer"
    same = "the same as the language's" if study.matches else "not the language's"
    return (
        f"{len(study.clusters)} clusters of hidden states, {len(study.machine.names)} states after"
        f" minimising: {same}"
    )


def _reach(reach: Reach) -> ReachView:
    share = f"{100 * reach.right / reach.of:.0f}%"
    return ReachView(str(reach.n), share, reach.right == reach.of)
