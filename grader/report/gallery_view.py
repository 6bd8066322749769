"""Everything a gallery says about one network, with every plot in full size."""

from dataclasses import dataclass

from grader.report import sequence_plots
from grader.report.figures import Figure
from reference.recurrent.study import Reach, Study

KINDS = {"srn": "SRN", "lstm": "LSTM"}


@dataclass(frozen=True)
class ReachView:
    """One n: how many determined symbols of its string are right, and whether all are."""

    n: str
    right: str
    all_right: bool


@dataclass(frozen=True)
class NetworkView:
    """One network: what was found out about it, and its plots."""

    anchor: str
    title: str
    standing: str
    facts: list[tuple[str, str]]
    pictures: list[Figure]
    machine: Figure | None
    watch: Figure
    reach: list[ReachView]


def network_view(study: Study, made: str, views: int) -> NetworkView:
    """A network's plots, `views` of them in space; `made` says where it comes from."""
    machine = sequence_plots.machine(study)
    pictures = [*sequence_plots.planes(study), *sequence_plots.spaces(study, views)]
    return NetworkView(
        anchor=f"sequence-{study.language}",
        title=study.title,
        standing=f"{KINDS[study.kind]}, {study.units} hidden units",
        facts=[("Made by", made), ("Printed loss", _losses(study)), ("Machine", _machine(study))],
        pictures=[drawing.on_page() for drawing in pictures],
        machine=None if machine is None else machine.on_page(),
        watch=sequence_plots.watch(study).on_page(),
        reach=[reach_view(reach) for reach in study.reach],
    )


def reach_view(reach: Reach) -> ReachView:
    """Percent of the determined symbols, rounded down so that 100 means all."""
    return ReachView(str(reach.n), f"{100 * reach.right // reach.of}%", reach.right == reach.of)


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
