"""Measures what a data set allows, so that its thresholds are found and not guessed.

    python -m scripts.calibrate grader/data/bundled

Trains the three reference networks with seeds 0 to 4 under the course's protocol, on one thread
and in the course's layout, and writes thresholds and bands into the folder's ``dataset.json``,
which must exist. A threshold is as strict as the official one is on KMNIST, where honest networks
reach about two standard deviations more on average.
"""

import argparse
import json
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from grader.data import Dataset, load_dataset
from grader.data.metadata import FILE_NAME, read_metadata
from grader.train.protocol import KUZU
from grader.train.training import train
from reference.kuzu import NetConv, NetFull, NetLin

SEEDS = (0, 1, 2, 3, 4)
NETWORKS: Mapping[str, Callable[[], nn.Module]] = {
    "NetLin": NetLin,
    "NetFull": NetFull,
    "NetConv": NetConv,
}
BAND = 2.0
"""Points on either side of the mean that still count as "about", as 68 to 72 do for 70."""
LEAST_SPREAD = 0.35
"""Floor of the standard deviation, in points: five seeds may agree by luck."""

Accuracies = Sequence[Sequence[float]]
"""Percent of the test images, one row a seed, one column an epoch."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the set, with a dataset.json")
    folder = parser.parse_args(arguments).folder
    if read_metadata(folder) is None:
        parser.error(f"{folder / FILE_NAME} is missing: write title and classes first")
    torch.set_num_threads(1)
    dataset = load_dataset(str(folder))
    runs = {name: measure(name, dataset) for name in NETWORKS}
    path = folder / FILE_NAME
    content = json.loads(path.read_text(encoding="utf-8")) | describe(
        runs, len(dataset.test_labels)
    )
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def measure(name: str, dataset: Dataset) -> list[tuple[float, ...]]:
    """Accuracies of one network, a row for each of `SEEDS`."""
    rows = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        run = train(NETWORKS[name](), dataset, KUZU, seed=seed, layout="course")
        print(f"{name} seed {seed}: {' '.join(f'{value:.2f}' for value in run.accuracies)}")
        rows.append(run.accuracies)
    return rows


def describe(runs: Mapping[str, Accuracies], test_images: int) -> dict[str, Any]:
    """The fields ``thresholds`` and ``calibration`` of a ``dataset.json``."""
    return {
        "thresholds": {name: threshold(name, rows, test_images) for name, rows in runs.items()},
        "calibration": {
            name: {
                "seeds": list(SEEDS),
                "low": [round(min(epoch), 2) for epoch in zip(*rows, strict=True)],
                "high": [round(max(epoch), 2) for epoch in zip(*rows, strict=True)],
            }
            for name, rows in runs.items()
        },
    }


def threshold(name: str, rows: Accuracies, test_images: int) -> dict[str, Any]:
    """NetLin: a band about the mean. The others: the mean less two deviations, in half points.

    The threshold never exceeds the worst of the seeds, so each of these honest runs passes.
    """
    final = [row[-1] for row in rows]
    mean, spread = statistics.mean(final), statistics.stdev(final)
    measured = (
        f"reference {name}, seeds {SEEDS[0]} to {SEEDS[-1]}, {KUZU.epochs} epochs of the course's "
        f"protocol: mean {mean:.2f}, standard deviation {spread:.2f} points, "
        f"{min(final):.2f} to {max(final):.2f} % of {test_images:,} test images"
    )
    if name == "NetLin":
        middle = _half_points(mean, round)
        rule = f"mean to the half point, {BAND:g} points either way"
        low, high = middle - BAND, middle + BAND
        return {"low": low, "high": high, "source": f"{measured}; {rule}"}
    slack = mean - 2 * max(spread, LEAST_SPREAD)
    low = _half_points(min(slack, *final), math.floor)
    rule = f"mean less two deviations (at least {LEAST_SPREAD} each), down to the half point"
    return {"low": low, "source": f"{measured}; {rule}"}


def _half_points(value: float, rounding: Callable[[float], int]) -> float:
    return rounding(2 * value) / 2


if __name__ == "__main__":
    main()
