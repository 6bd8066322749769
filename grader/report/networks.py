"""Everything a page says about one network of Part 1."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from grader.report import curves, heatdrawing, text
from grader.report.diagram import network_diagram
from grader.report.figures import Figure
from grader.report.heatmap import HeatMap, Label, heat_map, label
from grader.results import (
    ClassInfo,
    Environment,
    Layer,
    NetworkFailure,
    NetworkResult,
    Result,
    Training,
    WrongPair,
)

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_EXAMPLE = 20_000
MOST_PAIRS, MOST_EXAMPLES, MOST_ROWS = 3, 5, 40
STANDINGS = {"met": ("✓", "met"), "missed": ("×", "not met"), "undecided": ("?", "not decided")}
STAGES = {
    "import": "while the file was being imported",
    "build": "while the network was being built",
    "forward": "while the network was being run",
    "export": "while the network was being captured",
    "limits": "because a limit was reached",
}


@dataclass(frozen=True)
class LayerRow:
    """One row of the layer table."""

    name: str
    description: str
    shape: str
    formula: str
    parameters: str


@dataclass(frozen=True)
class PairView:
    """One kind of confusion with example images as data URLs."""

    target: Label
    predicted: Label
    count: str
    of: str
    examples: list[str]


@dataclass(frozen=True)
class RunRow:
    """One seeded run."""

    seed: str
    accuracy: str
    right: str
    loss: str
    test_loss: str
    decisive: bool


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
    matrix_drawing: Figure | None
    matrix_caption: str
    pairs: list[PairView]


@dataclass(frozen=True)
class FailureView:
    """Why there is nothing to show."""

    stage: str
    line: str
    message: str


@dataclass(frozen=True)
class NetworkView:
    """One network."""

    name: str
    anchor: str
    subtitle: str
    failure: FailureView | None
    diagram: Figure | None
    layers: list[LayerRow]
    more_layers: int
    parameters: str
    remarks: list[str]
    diagnosis: str
    training: TrainingView | None


def failure_view(failure: NetworkFailure | None) -> FailureView:
    """A failed capture in words."""
    if failure is None:
        return FailureView("", "", "The grader recorded no reason.")
    stage = STAGES.get(failure.stage, f"at the stage “{failure.stage}”")
    line = f"line {failure.line}" if failure.line is not None else ""
    return FailureView(stage, line, text.clip(failure.message.strip(), 900))


def _layer(layer: Layer) -> LayerRow:
    return LayerRow(
        name=text.shorten(layer.name, 40) or "–",
        description=text.mathematical(text.shorten(layer.description or layer.op, 80)),
        shape=text.shape(layer.shape),
        formula=text.mathematical(text.shorten(layer.formula, 80)),
        parameters=f"{layer.parameters:,}" if layer.parameters else "–",
    )


def is_small_png(example: str) -> bool:
    """Whether a text is base64 of a small PNG; a result file may hold anything."""
    if len(example) > LARGEST_EXAMPLE:
        return False
    try:
        return base64.b64decode(example, validate=True).startswith(PNG)
    except (binascii.Error, ValueError):
        return False


def _pair(pair: WrongPair, classes: list[ClassInfo]) -> PairView:
    return PairView(
        target=label(classes, pair.target),
        predicted=label(classes, pair.predicted),
        count=f"{pair.count:,}",
        of=f"{pair.of:,}",
        examples=[
            f"data:image/png;base64,{example}"
            for example in pair.examples[:MOST_EXAMPLES]
            if is_small_png(example)
        ],
    )


def _loss(losses: Sequence[float | None]) -> str:
    """The last epoch's loss; None in the result is an infinite one."""
    if not losses:
        return "–"
    return "infinite" if losses[-1] is None else f"{losses[-1]:.4f}"


def _runs(training: Training) -> list[RunRow]:
    return [
        RunRow(
            seed=str(run.seed),
            accuracy=text.percent(run.accuracies[-1]) if run.accuracies else "–",
            right=f"{run.right:,} of {run.total:,}",
            loss=_loss(run.losses),
            test_loss=_loss(run.test_losses),
            decisive=index == training.decisive,
        )
        for index, run in enumerate(training.runs)
    ]


def _training(name: str, key: str, training: Training, environment: Environment) -> TrainingView:
    classes, decides = environment.dataset.classes, environment.protocol.official
    asked = curves.threshold_text(training.threshold)
    standing = "undecided" if not decides else "met" if training.met else "missed"
    symbol, word = STANDINGS[standing]
    chosen = training.runs[training.decisive] if training.decisive < len(training.runs) else None
    matrix = (
        heat_map(chosen.confusion, chosen.outside, classes) if chosen and chosen.confusion else None
    )
    where = (
        "It could not be captured as a graph, so it was trained inside the sandbox."
        if training.where == "sandbox"
        else ""
    )
    band = training.reference
    return TrainingView(
        verdict=f"{text.percent(training.accuracy)} right; asked for {asked}: {word}",
        asked=asked,
        standing=standing,
        symbol=symbol,
        note=where,
        curve=curves.training_curve(name, key, training),
        band=f"the reference over seeds {', '.join(map(str, band.seeds))}" if band else "",
        runs=_runs(training),
        matrix=matrix,
        matrix_drawing=heatdrawing.draw(name, matrix) if matrix else None,
        matrix_caption=f"seed {chosen.seed}" if chosen else "",
        pairs=[_pair(pair, classes) for pair in training.wrong_pairs[:MOST_PAIRS]],
    )


def _remarks(network: NetworkResult) -> list[str]:
    remarks = []
    if network.equivalence and network.equivalence.reason:
        reason = text.clip(network.equivalence.reason.rstrip("."), 400)
        remarks.append(f"Compared with the reference: {reason}.")
    if network.registered is not None and network.registered != network.parameters:
        remarks.append(
            f"{network.registered:,} parameters are registered; {network.parameters or 0:,} "
            "take part in the computation."
        )
    if network.unused:
        names = text.clip(", ".join(network.unused), 300)
        remarks.append(f"Registered but never used: {names}.")
    remarks += [
        f"The same parameters under several names: {text.clip(' = '.join(names), 200)}."
        for names in network.duplicates
    ]
    return remarks


def _network(
    name: str, index: int, network: NetworkResult, environment: Environment
) -> NetworkView:
    subtitle = f"{network.parameters:,} parameters" if network.parameters is not None else ""
    failed = not network.captured
    return NetworkView(
        name=text.shorten(name, 60),
        anchor=f"network-{index}",
        subtitle=subtitle,
        failure=failure_view(network.failure) if failed else None,
        diagram=network_diagram(name, network.layers) if network.layers else None,
        layers=[_layer(layer) for layer in network.layers[:MOST_ROWS]],
        more_layers=max(0, len(network.layers) - MOST_ROWS),
        parameters=f"{network.parameters or 0:,}",
        remarks=_remarks(network),
        diagnosis=text.clip(network.diagnosis.sentence, 500) if network.diagnosis else "",
        training=_training(name, f"curve-{index}", network.training, environment)
        if network.training
        else None,
    )


def view(result: Result) -> list[NetworkView]:
    """All networks in the assignment's order."""
    return [
        _network(name, index, network, result.environment)
        for index, (name, network) in enumerate(result.networks.items(), start=1)
    ]
