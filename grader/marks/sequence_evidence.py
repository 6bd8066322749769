"""The figures and model answers that a tutor is shown beside the questions of Part 3.

All of it is computed from the reference networks; the sentences that interpret a figure say so
only where the figure bears it out. Nothing is longer than a tutor marks from: plots and all other
figures are in the gallery of `grader reference plot`.
"""

from collections.abc import Iterator, Sequence

from grader.results import EvidenceItem
from reference.recurrent.counting import Movement, counters
from reference.recurrent.study import MachineView, Study
from reference.recurrent.tasks import TASKS
from reference.recurrent.trained import Record, record

CLEARLY = 0.9  # a correlation from which on a unit is said to follow the count
STEADILY = 4  # times its spread: a mean movement from which on a unit is said to step evenly
BEST = 2  # units named for each symbol, those that follow the count best
MOST_ARROWS = 24  # written out, of a machine that does not count


def sequence_evidence(languages: Sequence[str]) -> dict[str, EvidenceItem]:
    """Items for each language of an assignment, by the names that assignment.toml uses."""
    items: dict[str, EvidenceItem] = {}
    for lang in languages:
        known = record(lang)
        title = known.study.title
        items |= {
            f"{lang}-loss": EvidenceItem(title=f"The printed loss on {title}", lines=_loss(known)),
            f"{lang}-plot": EvidenceItem(title="What a right plot shows", lines=_plot(known.study)),
            f"{lang}-machine": EvidenceItem(
                title=f"The machine of {title}", lines=list(_machine(known.study))
            ),
            f"{lang}-answer": EvidenceItem(
                title="Model answer, from the reference network", lines=list(_answer(known.study))
            ),
            f"{lang}-counting": EvidenceItem(
                title="Units of the reference that go best with the count, movement a symbol",
                lines=[_counting(known.study)],
            ),
        }
    return items


def _loss(known: Record) -> list[str]:
    ideal, right = known.study.ideal, known.survey.succeeded
    limit = TASKS[known.study.language].limit
    below = "" if ideal.below is None else f", {ideal.below:.1%} of sequences below {limit:g}"
    losses = [outcome.loss for outcome in right]
    printed = f", printing {min(losses):.4f} to {max(losses):.4f}" if losses else ""
    return [
        f"perfect counting prints {ideal.loss:.4f} ± {ideal.spread:.4f}{below};"
        " lower is no proof of counting",
        f"{len(right)} of {len(known.survey.outcomes)} seeds get every determined symbol right"
        f"{printed}",
    ]


def _plot(study: Study) -> list[str]:
    origin = "tanh(H0), not H0" if study.kind == "srn" else "0 in every unit"
    places = ""
    if study.machine is not None:
        places = f"; some lie in several places ({len(study.clusters)} clusters here)"
    return [
        f"{study.states} states{places}; it starts at {origin}",
        "other seeds give other pictures: mirrored, turned, units exchanged",
    ]


def _machine(study: Study) -> Iterator[str]:
    machine, names = study.machine, () if study.machine is None else study.machine.names
    if machine is None:
        yield "the reference network is no machine"
        return
    first = study.alphabet[0]
    up = _following(machine, machine.start, first)
    rest = [arrow for arrow in machine.arrows if arrow.source not in up]
    if not study.matches or len(rest) != len(machine.names) - len(up):
        said = [_arrow(machine, at) for at in range(min(len(machine.arrows), MOST_ARROWS))]
        yield f"{len(names)} states, start {names[machine.start]}: {'; '.join(said)}"
        return
    onward = [a for a in machine.arrows if a.source in up and a.symbol != first]
    yield f"{len(names)} states; {first}: {' → '.join(names[state] for state in up)}"
    yield "; ".join(f"{names[a.source]} {a.symbol} → {names[a.target]}" for a in onward)
    yield (
        "every other state has one arrow, to one symbol fewer, the last back to"
        f" {names[machine.start]}"
    )


def _following(machine: MachineView, state: int, symbol: str) -> list[int]:
    """States that a symbol, read again and again, leads through."""
    leads = {arrow.source: arrow.target for arrow in machine.arrows if arrow.symbol == symbol}
    found = [state]
    while (state := leads.get(state, found[0])) not in found:
        found.append(state)
    return found


def _arrow(machine: MachineView, at: int) -> str:
    arrow = machine.arrows[at]
    return f"{machine.names[arrow.source]} {arrow.symbol} → {machine.names[arrow.target]}"


def _answer(study: Study) -> Iterator[str]:
    later = study.alphabet[1:]
    yield (
        f"Each A moves the state on, so that it holds how many there were. The first {later[0]}"
        " takes it to a place of its own for each n; every further symbol takes it one place on."
    )
    yield from _rest(study) if study.kind == "srn" else _stages(study)
    yield (
        "When nothing is left, the state is back where the start leads on, and A is predicted."
        f" {_reach(study)}"
    )


def _rest(study: Study) -> Iterator[str]:
    """Where the symbols that are counted down would come to rest."""
    for point in study.fixed_points:
        value, other = point.eigenvalues[0]
        if other or point.symbol == study.alphabet[0]:
            continue
        place = ", ".join(f"{unit:.2f}" for unit in point.hidden)
        side = "to the other side" if value < 0 else "on the same side"
        way = "nearer" if point.attracts else "farther away"
        yield (
            f"{point.symbol} has a point of rest at ({place}): close to it each {point.symbol}"
            f" takes the state {side} and {abs(value):.1f} times as far, {way}."
        )


def _stages(study: Study) -> Iterator[str]:
    """What the context units do while each symbol is read."""
    stages = []
    for symbol in study.alphabet:
        moved = tuple(m for m in study.movements if m.layer == "context")
        named = [f"{m.unit} ({m.mean:+.2f} each)" for m in counters(moved, symbol) if _counts(m)]
        if named:
            stages.append(f"{symbol}s: {', '.join(named)}")
    if stages:
        yield f"Context units that count up (+) or down, {'; '.join(stages)}."


def _counts(movement: Movement) -> bool:
    """Whether a unit goes with the count, or by about the same with every symbol."""
    steady = abs(movement.mean) >= STEADILY * movement.spread > 0
    return abs(movement.correlation) >= CLEARLY or steady


def _counting(study: Study) -> str:
    return "; ".join(
        f"{symbol}: "
        + ", ".join(
            f"{m.layer} {m.unit} {m.mean:+.2f} (± {m.spread:.2f}, r {m.correlation:+.2f})"
            for m in counters(study.movements, symbol)[:BEST]
        )
        for symbol in study.alphabet
        if counters(study.movements, symbol)
    )


def _reach(study: Study) -> str:
    right = [reach.n for reach in study.reach if reach.right == reach.of]
    beyond = [reach for reach in study.reach if reach.n == 5 and reach.right < reach.of]
    if not right:
        return ""
    said = f"The reference predicts all determined symbols for n = {_range(right)}"
    if beyond:
        said += f", and {beyond[0].right} of {beyond[0].of} for n = 5, which it was never shown"
    return f"{said}."


def _range(numbers: list[int]) -> str:
    """1 to 4 where they are in a row."""
    if numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))
