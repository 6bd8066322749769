"""How one network learned and what it mistakes: curve, runs, confusion matrix, worst confusions."""

import base64
import binascii
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report import curves, heatdrawing, text
from grader.report.figures import Figure
from grader.report.heatmap import HeatMap, Label, heat_map, label
from grader.results import ClassInfo, Environment, Run, Training, WrongPair

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_EXAMPLE, LARGEST_SIDE = 20_000, 256
MOST_PAIRS, MOST_EXAMPLES = 3, 5
SIDE, GAP = 28, 3
"""Pixels of an example image, and of the white between two."""
STANDINGS = {"met": ("✓", "met"), "missed": ("×", "not met"), "undecided": ("?", "not decided")}


@dataclass(frozen=True)
class PairView:
    """One kind of confusion with its example images in a row, as one data URL."""

    target: Label
    predicted: Label
    count: str
    of: str
    examples: int
    strip: str


@dataclass(frozen=True)
class RunRow:
    """One seeded run."""

    seed: str
    accuracy: str
    right: str
    loss: str
    test_loss: str
    decisive: bool
    stopped: bool


@dataclass(frozen=True)
class TrainingView:
    """Curve, runs, confusion matrix and worst confusions of one network."""

    verdict: str
    asked: str
    standing: str
    symbol: str
    note: str
    curve: Figure
    band: str
    runs: list[RunRow]
    matrix: HeatMap | None
    matrix_drawing: heatdrawing.MatrixDrawing | None
    matrix_caption: str
    pairs: list[PairView]


def is_small_png(example: str) -> bool:
    """Whether a text is base64 of a small PNG; a result file may hold anything."""
    return _example(example) is not None


def _example(example: str) -> "Image | None":
    """An example image in the size of a strip; None where the text is no small PNG in base64."""
    from PIL import Image

    if len(example) > LARGEST_EXAMPLE:
        return None
    try:
        data = base64.b64decode(example, validate=True)
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if max(image.size) > LARGEST_SIDE:
                return None
            return image.convert("L").resize((SIDE, SIDE), Image.Resampling.NEAREST)
    except (binascii.Error, ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return None


def _strip(images: "Sequence[Image]") -> str:
    """Small images side by side in one PNG: a page lays out and embeds one image, not five."""
    from PIL import Image

    row = Image.new("L", (len(images) * (SIDE + GAP) - GAP, SIDE), 255)
    for index, image in enumerate(images):
        row.paste(image, (index * (SIDE + GAP), 0))
    buffer = io.BytesIO()
    row.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def worst_pair(training: Training, classes: list[ClassInfo]) -> PairView | None:
    """The most frequent confusion of a network with its images, None where it made none."""
    return _pair(training.wrong_pairs[0], classes) if training.wrong_pairs else None


def _pair(pair: WrongPair, classes: list[ClassInfo]) -> PairView:
    shown = map(_example, pair.examples[:MOST_EXAMPLES])
    images = [image for image in shown if image is not None]
    return PairView(
        target=label(classes, pair.target),
        predicted=label(classes, pair.predicted),
        count=f"{pair.count:,}",
        of=f"{pair.of:,}",
        examples=len(images),
        strip=_strip(images) if images else "",
    )


def _loss(losses: Sequence[float | None]) -> str:
    """The last epoch's loss; None in the result is an infinite one."""
    if not losses:
        return "–"
    return "infinite" if losses[-1] is None else f"{losses[-1]:.4f}"


def _accuracy(run: Run) -> str:
    """The last accuracy; one that is no final one says after which epoch it was measured."""
    if not run.accuracies:
        return "–"
    figure = text.percent(run.accuracies[-1])
    return f"{figure} after epoch {len(run.accuracies)}" if run.stopped else figure


def _verdict(training: Training, chosen: Run | None) -> str:
    right = f"{text.percent(training.accuracy)} right"
    if chosen and chosen.stopped:
        right += f" after epoch {len(chosen.accuracies)}, where training was stopped"
    return right


def _note(training: Training, chosen: Run | None) -> str:
    notes = []
    if training.where == "sandbox":
        notes.append("It could not be captured as a graph, so it was trained inside the sandbox.")
    if chosen and chosen.stopped:
        notes.append(f"{training.decided_at[:1].upper()}{training.decided_at[1:]}.")
    return " ".join(notes)


def _runs(training: Training) -> list[RunRow]:
    return [
        RunRow(
            seed=str(run.seed),
            accuracy=_accuracy(run),
            right=f"{run.right:,} of {run.total:,}",
            loss=_loss(run.losses),
            test_loss=_loss(run.test_losses),
            decisive=index == training.decisive,
            stopped=bool(run.stopped),
        )
        for index, run in enumerate(training.runs)
    ]


def _matrix_caption(chosen: Run) -> str:
    early = f", after epoch {len(chosen.accuracies)}" if chosen.stopped else ""
    return f"seed {chosen.seed}{early}"


def view(name: str, training: Training, environment: Environment) -> TrainingView:
    """The training of the network called `name`."""
    classes, decides = environment.dataset.classes, environment.protocol.official
    asked = curves.threshold_text(training.threshold)
    standing = "undecided" if not decides else "met" if training.met else "missed"
    symbol, word = STANDINGS[standing]
    chosen = training.runs[training.decisive] if training.decisive < len(training.runs) else None
    matrix = (
        heat_map(chosen.confusion, chosen.outside, classes) if chosen and chosen.confusion else None
    )
    band = training.reference
    return TrainingView(
        verdict=f"{_verdict(training, chosen)}; asked for {asked}: {word}",
        asked=asked,
        standing=standing,
        symbol=symbol,
        note=_note(training, chosen),
        curve=curves.training_curve(name, training),
        band=f"the reference over seeds {', '.join(map(str, band.seeds))}" if band else "",
        runs=_runs(training),
        matrix=matrix,
        matrix_drawing=heatdrawing.draw(name, matrix) if matrix else None,
        matrix_caption=_matrix_caption(chosen) if chosen else "",
        pairs=[_pair(pair, classes) for pair in training.wrong_pairs[:MOST_PAIRS]],
    )
