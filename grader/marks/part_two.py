"""Takes the hand-set perceptron from its captures to its analysis."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import torch

from grader.assignment_tables import PerceptronTable
from grader.errors import CaptureError
from grader.graphs.network import Network
from grader.graphs.replay import Replay
from grader.graphs.rewrite import Value
from grader.graphs.structure import structure
from grader.marks.perceptron import PerceptronAnalysis, analyse_perceptron, student_weights
from grader.marks.perceptron_findings import StudentForward
from grader.marks.perceptron_targets import ACTS
from grader.wire import Failure
from reference.perceptron import GRIDS, Act


def joined(captures: Mapping[str, Network | Failure]) -> Network | Failure:
    """One capture for both activation functions: the step form, or the first failure."""
    forms = [captures[f"MLP.{act}"] for act in ACTS]
    return next((form for form in forms if isinstance(form, Failure)), forms[0])


def analyse(
    captures: Mapping[str, Network | Failure], table: PerceptronTable
) -> PerceptronAnalysis | Failure | None:
    """Analyse the weights of the step form beside the student's own forward in both forms.

    Returns:
        None where there is no capture or not two linear layers; a failure where the weights
        cannot be those of such a network, or forward does not give one output a point.
    """
    step, sig = (captures[f"MLP.{act}"] for act in ACTS)
    if isinstance(step, Failure) or isinstance(sig, Failure):
        return None
    if not all(map(_has_two_layers, (step, sig))):
        return None
    grid = GRIDS[table.grid]
    arrays = _layer_weights(step)
    try:
        weights = student_weights(*arrays)
    except CaptureError as error:
        return _failure("build", error)
    try:
        forwards: dict[Act, StudentForward] = {
            act: StudentForward(_outputs(form, grid.points))
            for act, form in zip(ACTS, (step, sig), strict=True)
        }
    except CaptureError as error:
        return _failure("forward", error)
    analysis = analyse_perceptron(weights, grid, forwards, scale=table.scale)
    other = _other_weights(arrays, _layer_weights(sig))
    return replace(analysis, disagreements=(*other, *analysis.disagreements))


def _has_two_layers(network: Network) -> bool:
    """Whether there are two linear layers whose weights are held, not computed."""
    layers = [step for step, _ in structure(network).layers]
    held = all(v.kind in ("tensor", "constant") for step in layers for v in step.inputs[1:])
    return [step.op for step in layers] == ["linear", "linear"] and held


def _failure(stage: Literal["build", "forward"], error: CaptureError) -> Failure:
    message = f"{error.where}: {error.found}"
    return Failure(stage=stage, type="", message=message, line=None, source="")


def _layer_weights(network: Network) -> list[np.ndarray]:
    """Weight and bias of both layers: the weight as (outputs, inputs), the bias as (outputs)."""
    arrays = []
    for step, _ in structure(network).layers:
        values = [_value(network, value) for value in step.inputs[1:]]
        weight = values[0].T if step.setting("weight") == "in x out" else values[0]
        bias = values[1].reshape(-1) if len(values) > 1 else torch.zeros(1)
        if bias.numel() == 1:
            bias = bias.expand(len(weight))
        arrays += [weight.float().numpy(), bias.float().numpy()]
    return arrays


def _value(network: Network, value: Value) -> torch.Tensor:
    """A registered tensor, or a plain one that forward uses all the same."""
    if value.kind == "tensor":
        return network.weights[network.seeds[0]][value.index]
    return network.constants[value.index]


def _other_weights(step: Sequence[np.ndarray], sig: Sequence[np.ndarray]) -> list[str]:
    """Both forms must hold the same weights: analysed are those of the step form."""
    names = ("hidden weights", "hidden biases", "output weights", "output bias")
    other = [n for n, a, b in zip(names, step, sig, strict=True) if not np.array_equal(a, b)]
    if not other:
        return []
    return [f"With sig set_weights() leaves other {', '.join(other)} than with step."]


def _outputs(network: Network, points: tuple[tuple[float, float], ...]) -> np.ndarray:
    module = Replay(network, network.seeds[0]).eval()
    with torch.no_grad():
        output = module(torch.tensor(points, dtype=torch.float32))
    if output.numel() != len(points):
        raise CaptureError(
            "MLP.forward", f"returns {tuple(output.shape)} for nine points", "one output a point"
        )
    values: np.ndarray = output.reshape(-1).float().numpy()
    return values
