"""Everything a page says about one network of Part 1."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.report import text, training
from grader.report.diagram import network_diagram
from grader.report.figures import Figure
from grader.results import (
    Environment,
    Layer,
    NetworkFailure,
    NetworkResult,
    Result,
)

MOST_ROWS = 40
LEFT_OUT = "The rest of the submission was graded without it."
IN_SANDBOX = "It was trained inside the sandbox instead."
STAGES = {
    "import": "while the file was being imported",
    "build": "while the network was being built",
    "forward": "while the network was being run",
    "export": "while the network was being captured",
    "fault": "through no fault of the student's",
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

    @property
    def worked(self) -> str:
        """The parameters and how many they are, which the formula may say or not."""
        if self.formula.endswith(f"= {self.parameters.replace(',', '')}"):
            return self.formula
        return f"{self.formula}: {self.parameters}" if self.formula else self.parameters


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
    consequence: str
    diagram: Figure | None
    layers: list[LayerRow]
    more_layers: int
    parameters: str
    remarks: list[str]
    diagnosis: str
    training: training.TrainingView | None


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


def _remarks(network: NetworkResult) -> list[str]:
    remarks = []
    if network.equivalence and not network.equivalence.equal and network.equivalence.reason:
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


def _standing(network: NetworkResult) -> Iterator[str]:
    if network.parameters is not None:
        yield f"{network.parameters:,} parameters"
    if network.equivalence and network.equivalence.equal:
        yield text.shorten(network.equivalence.reason, 90)


def _network(
    name: str, index: int, network: NetworkResult, environment: Environment
) -> NetworkView:
    failed = not network.captured
    return NetworkView(
        name=text.shorten(name, 60),
        anchor=f"network-{index}",
        subtitle=" · ".join(_standing(network)),
        failure=failure_view(network.failure) if failed else None,
        consequence=IN_SANDBOX if network.training else LEFT_OUT,
        diagram=network_diagram(name, network.layers) if network.layers else None,
        layers=[_layer(layer) for layer in network.layers[:MOST_ROWS]],
        more_layers=max(0, len(network.layers) - MOST_ROWS),
        parameters=f"{network.parameters or 0:,}",
        remarks=_remarks(network),
        diagnosis=text.clip(network.diagnosis.sentence, 500) if network.diagnosis else "",
        training=training.view(name, network.training, environment) if network.training else None,
    )


def view(result: Result) -> list[NetworkView]:
    """All networks in the assignment's order."""
    return [
        _network(name, index, network, result.environment)
        for index, (name, network) in enumerate(result.networks.items(), start=1)
    ]
