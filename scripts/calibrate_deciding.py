"""Measures how far accuracies still move, so that `grader.train.deciding` may end a training early.

    python -m scripts.calibrate_deciding curves --count 500 --dataset bundled --dataset DIR
    python -m scripts.calibrate_deciding fit

`curves` trains networks on one thread (about four seconds each) and adds them to the file of
curves; started again, it goes on where it was stopped, and `--share 0/2` and `--share 1/2` are two
halves for two processes. `fit` writes the bounds that come from all curves, and counts how often
bounds that come from four fifths of them decide wrongly about the others, whatever the threshold.
"""

import json
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import click

from grader.data import load_dataset
from grader.train.deciding import AWAKE, FILE, FIRST, Bounds, StopRule, movement, rising, wobble
from grader.train.protocol import KUZU
from scripts.deciding_curves import Curve, record, recorded

CURVES: Final = Path(__file__).with_name("deciding_curves.jsonl")
WIDENED: Final = 1.2
"""The bounds are what was seen, times this: the next networks may well go a little further."""
PARTS: Final = 5
MARGIN: Final = 1.5
SWEEP: Final = [step / 10 for step in range(-50, 51)]
"""Points from a final accuracy to the thresholds that are tried on it."""
BAND: Final = 4.0
"""Points from one end to the other of the bands that are tried, as 68 to 72 is."""
ENOUGH: Final = 30
"""Curves that a bound of its own needs."""
LEAST_TEST_IMAGES: Final = 2_000


@click.group()
def main() -> None:
    """Measure how far accuracies still move."""


@main.command()
@click.option("--count", default=500)
@click.option("--share", default="0/1", metavar="K/N")
@click.option("--dataset", "choices", multiple=True, default=("bundled",))
@click.option("--out", type=click.Path(path_type=Path), default=CURVES)
def curves(count: int, share: str, choices: Sequence[str], out: Path) -> None:
    """Train networks 0 to COUNT and keep their accuracies."""
    import torch

    torch.set_num_threads(1)
    first, step = map(int, share.split("/"))
    datasets = [load_dataset(choice) for choice in choices]
    for curve in record(out, range(first, count, step), datasets):
        click.echo(f"{curve.number} {curve.network}: {curve.accuracies[-1]:.2f}%")


@main.command()
@click.option("--curves", "path", type=click.Path(path_type=Path), default=CURVES)
def fit(path: Path) -> None:
    """Write the bounds and say how often they are wrong and what they save."""
    found = recorded(path)
    every = [found[number] for number in sorted(found)]
    trials = held_out(every)
    wrong = math.fsum(trial.wrong for trial in trials)
    missteps = sum(trial.wrong > 0 for trial in trials)
    # shares between 0 and 1 vary less than counts of the same mean, so counting up is safe
    error = at_most(math.ceil(wrong), len(trials))
    bounds = replace(fitted(every), missteps=missteps, error=error)
    FILE.write_text(json.dumps(asdict(bounds), indent=2) + "\n")
    click.echo(
        f"{len(trials)} networks: some threshold decided wrongly for {missteps}, "
        f"{wrong / len(trials):.4%} of all decisions wrong, at most {error:.2%}; "
        f"{statistics.mean(trial.epochs for trial in trials):.1f} epochs of {KUZU.epochs}"
    )


def fitted(curves: Sequence[Curve]) -> Bounds:
    """What was seen on these curves, widened."""
    steps = range(FIRST, KUZU.epochs)
    return Bounds(
        epochs=KUZU.epochs,
        batch_size=KUZU.batch_size,
        learning_rate=KUZU.learning_rate,
        momentum=KUZU.momentum,
        least_test_images=LEAST_TEST_IMAGES,
        curves=len(curves),
        missteps=0,
        error=1.0,
        shrink=tuple(_most(curves, epoch, _shrink) for epoch in steps),
        rise=tuple(_at_least_half(_most(_awake(curves, epoch), epoch, _rise)) for epoch in steps),
        fall=tuple(_at_least_half(_most(_awake(curves, epoch), epoch, _fall)) for epoch in steps),
        fall_rising=tuple(
            _at_least_half(_most(_rising(curves, epoch), epoch, _fall)) for epoch in steps
        ),
    )


def _awake(curves: Sequence[Curve], epoch: int) -> list[Curve]:
    return [curve for curve in curves if curve.accuracies[epoch - 1] >= AWAKE]


def _rising(curves: Sequence[Curve], epoch: int) -> list[Curve]:
    """Those that are rising in this epoch; all, where these are too few to go by."""
    known = _awake(curves, epoch)
    found = [curve for curve in known if rising(curve.accuracies[:epoch])]
    return found if len(found) >= ENOUGH else known


def _shrink(seen: Sequence[float], final: float) -> float:
    # half an image of a thousand is kept wrong, or a network without a mistake would be infinite
    return math.log(max(100 - seen[-1], 0.05) / max(100 - final, 0.05))


def _rise(seen: Sequence[float], final: float) -> float:
    return (final - seen[-1]) / movement(seen)


def _fall(seen: Sequence[float], final: float) -> float:
    return (seen[-1] - final) / wobble(seen)


def _most(
    curves: Sequence[Curve], epoch: int, measure: Callable[[Sequence[float], float], float]
) -> float:
    """The most that any of the curves moved from this epoch to the last, widened."""
    moved = [measure(curve.accuracies[:epoch], curve.accuracies[-1]) for curve in curves]
    return round(WIDENED * max(0.0, *moved), 4)


def _at_least_half(bound: float) -> float:
    """A network may always move half as far again, even where none was seen to."""
    return max(0.5, bound)


@dataclass(frozen=True)
class Trial:
    """One network against bounds that know nothing of it.

    `wrong` is the share of the thresholds that were decided wrongly, `epochs` the mean number of
    epochs that were trained.
    """

    curve: Curve
    bounds: Bounds
    wrong: float
    epochs: float


def held_out(curves: Sequence[Curve]) -> list[Trial]:
    """Every curve against the bounds that come from the other parts."""
    trials = []
    for part in range(PARTS):
        bounds = fitted([curve for curve in curves if curve.number % PARTS != part])
        for curve in curves:
            if curve.number % PARTS == part:
                tried = [judged(rule, curve) for rule in rules(bounds, curve.accuracies[-1])]
                wrong = statistics.mean(not right for right, _ in tried)
                epochs = statistics.mean(trained for _, trained in tried)
                trials.append(Trial(curve, bounds, wrong, epochs))
    return trials


def rules(bounds: Bounds, final: float) -> list[StopRule]:
    """Thresholds on either side of a final accuracy: floors, and bands about as many places."""
    return [
        StopRule(final + step, high, MARGIN, bounds)
        for step in SWEEP
        for high in (None, final + step + BAND)
    ]


def judged(rule: StopRule, curve: Curve) -> tuple[bool, int]:
    """Whether the rule ends as all epochs would, and after how many epochs."""
    settled = rule.settled(curve.accuracies)
    if settled is None:
        return True, len(curve.accuracies)
    final = curve.accuracies[-1]
    too_high = rule.high is not None and final > rule.high
    if settled.outcome == "met":
        return final >= rule.low and not too_high, settled.epoch
    below = rule.low - final > rule.margin
    above = rule.high is not None and final - rule.high > rule.margin
    return below or above, settled.epoch


def at_most(wrong: int, of: int, confidence: float = 0.95) -> float:
    """Upper end of the one-sided interval of Clopper and Pearson; 3 / n where none was wrong."""
    low, high = wrong / of, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        terms = (math.comb(of, k) * middle**k * (1 - middle) ** (of - k) for k in range(wrong + 1))
        low, high = (middle, high) if sum(terms) > 1 - confidence else (low, middle)
    return round(high, 6)


if __name__ == "__main__":
    main()
