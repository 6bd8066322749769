"""The figures and model answers that a tutor is shown beside the questions of Part 3.

All of it is computed from the reference networks; the sentences that interpret a figure say so
only where the figure bears it out.
"""

from collections.abc import Iterator, Sequence
from statistics import median

from grader.results import EvidenceItem
from reference.recurrent.counting import Movement, counters
from reference.recurrent.evaluation import without_counting
from reference.recurrent.study import MachineView, Study
from reference.recurrent.survey import Survey
from reference.recurrent.tasks import TASKS
from reference.recurrent.trained import Record, record

CLEARLY = 0.9  # a correlation from which on a unit is said to follow the count
STEADILY = 4  # times its spread: a mean movement from which on a unit is said to step evenly
MOST_UNITS = 3  # shown for each symbol, those that follow the count best


def sequence_evidence(languages: Sequence[str]) -> dict[str, EvidenceItem]:
    """Items for each language of an assignment, by the names that assignment.toml uses."""
    items: dict[str, EvidenceItem] = {}
    for lang in languages:
        known = record(lang)
        title = known.study.title
        items |= {
            f"{lang}-loss": EvidenceItem(
                title=f"What the printed loss on {title} can be", lines=_loss(known)
            ),
            f"{lang}-plot": EvidenceItem(
                title="What a right plot shows", lines=list(_plot(known.study))
            ),
            f"{lang}-machine": EvidenceItem(
                title=f"The machine of {title}, which the reference network has too",
                lines=_machine(known.study),
            ),
            f"{lang}-answer": EvidenceItem(
                title="Model answer, from the reference network", lines=list(_answer(known.study))
            ),
            f"{lang}-counting": EvidenceItem(
                title="Which units of the reference network count",
                lines=list(_counting(known.study)),
            ),
        }
    return items


def _loss(known: Record) -> list[str]:
    study, limit = known.study, TASKS[known.study.language].limit
    found, ideal = study.found, study.ideal
    return [
        f"the true probabilities print {ideal.loss:.4f} on average (standard deviation of a"
        f" sequence {ideal.spread:.4f}){_below(ideal.below, limit)}",
        f"the reference (seed {known.origin.seed}, {known.origin.steps:,} steps) prints"
        f" {found.loss:.4f}{_below(found.below, limit)}; {found.determined_right:,} of"
        f" {found.determined:,} determined symbols are right",
        *_seeds(known.survey),
        _baseline(known.survey),
        "a lower loss is no proof of counting: only determined symbols tell",
    ]


def _below(share: float | None, limit: float | None) -> str:
    return "" if share is None else f", {share:.1%} of sequences below {limit:g}"


def _seeds(survey: Survey) -> Iterator[str]:
    right, wrong = survey.succeeded, survey.failed
    of = len(survey.outcomes)
    losses = [outcome.loss for outcome in right]
    yield (
        f"{len(right)} of {of} seeds have every determined symbol right after"
        f" {survey.steps:,} steps: printed loss {min(losses):.4f} to {max(losses):.4f}, median"
        f" {median(losses):.4f}"
    )
    if wrong:
        yield (
            f"the other {len(wrong)} have {wrong[-1].determined:.2%} to {wrong[0].determined:.2%}"
            f" right and print {min(o.loss for o in wrong):.4f} to"
            f" {max(o.loss for o in wrong):.4f}"
        )


def _baseline(survey: Survey) -> str:
    share = without_counting(TASKS[survey.language].language)
    no_better = sum(outcome.determined <= share for outcome in survey.outcomes)
    return (
        f"knowing the last symbol alone gives {share:.1%} of the determined symbols;"
        f" {no_better} of {len(survey.outcomes)} seeds do no better"
    )


def _plot(study: Study) -> Iterator[str]:
    start = study.points[0].hidden
    place = ", ".join(f"{unit:.2f}" for unit in start)
    origin = "tanh(H0), not H0" if study.kind == "srn" else "0 in every unit"
    yield f"the start is at {origin}: in the reference ({place})"
    yield (
        f"{study.states} states can be told apart: the As so far, and afterwards how many of each"
        " symbol are still to come"
    )
    if study.machine is not None:
        yield (
            f"the reference keeps them in {len(study.clusters)} clusters; one state may lie in"
            " several places, such as after the first symbol and after later ones"
        )
    yield "other seeds give other pictures: mirrored, turned, units exchanged"


def _machine(study: Study) -> list[str]:
    assert study.machine is not None
    return [_arrows(study.machine, state) for state in range(len(study.machine.names))]


def _arrows(machine: MachineView, state: int) -> str:
    leads = (
        f"{arrow.symbol} to {machine.names[arrow.target]}"
        for arrow in machine.arrows
        if arrow.source == state
    )
    mark = " (start)" if state == machine.start else ""
    return f"{machine.names[state]}{mark}: {', '.join(leads)}"


def _answer(study: Study) -> Iterator[str]:
    later = study.alphabet[1:]
    yield (
        f"Each A moves the state on, so that it holds how many there were. The first {later[0]}"
        " takes it to a place of its own for each n; from there every symbol takes it one place"
        " further, and the place says what comes next."
    )
    if study.kind == "srn":
        yield from _rest(study)
    else:
        for symbol in study.alphabet:
            yield from _stage(study, symbol)
    yield (
        "When nothing is left, the state is back where the start leads on, A is predicted, and the"
        " next string finds the same states."
    )
    yield _reach(study)


def _rest(study: Study) -> Iterator[str]:
    for point in study.fixed_points:
        value, other = point.eigenvalues[0]
        if other:
            continue
        place = ", ".join(f"{unit:.2f}" for unit in point.hidden)
        side = "to the other side" if value < 0 else "on the same side"
        way = "nearer" if point.attracts else "farther away"
        yield (
            f"{point.symbol} has a point of rest at ({place}) with eigenvalues"
            f" {', '.join(f'{real:.2f}' for real, _ in point.eigenvalues)}: close to it each"
            f" {point.symbol} takes the state {side} and {abs(value):.1f} times as far, {way}"
        )


def _stage(study: Study, symbol: str) -> Iterator[str]:
    best = counters(tuple(m for m in study.movements if m.layer == "context"), symbol)
    for movement in filter(_counts, best):
        way = "up" if movement.mean > 0 else "down"
        yield f"During {symbol}s context unit {movement.unit} goes {way}: {_moves(movement)}"


def _counts(movement: Movement) -> bool:
    """Whether a unit goes with the count, or by about the same with every symbol."""
    steady = abs(movement.mean) >= STEADILY * movement.spread > 0
    return abs(movement.correlation) >= CLEARLY or steady


def _moves(movement: Movement) -> str:
    return (
        f"{movement.mean:+.2f} a symbol (± {movement.spread:.2f}), correlation with the count"
        f" {movement.correlation:+.2f}"
    )


def _counting(study: Study) -> Iterator[str]:
    for symbol in study.alphabet:
        for movement in counters(study.movements, symbol)[:MOST_UNITS]:
            yield f"{symbol}: {movement.layer} unit {movement.unit} {_moves(movement)}"


def _reach(study: Study) -> str:
    right = [reach.n for reach in study.reach if reach.right == reach.of]
    beyond = [reach for reach in study.reach if reach.n == 5 and reach.right < reach.of]
    said = f"The reference predicts all determined symbols for n = {_range(right)}"
    if beyond:
        said += f", and {beyond[0].right} of {beyond[0].of} for n = 5, which it was never shown"
    return said


def _range(numbers: list[int]) -> str:
    """1 to 4 where they are in a row."""
    if numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))
