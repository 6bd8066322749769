"""Takes the hand-set perceptron from its captures to its analysis."""

from collections.abc import Mapping

import numpy as np
import torch

from grader.assignment_tables import PerceptronTable
from grader.errors import CaptureError
from grader.network import Network
from grader.perceptron import PerceptronAnalysis, analyse_perceptron, student_weights
from grader.perceptron_findings import StudentForward
from grader.perceptron_targets import ACTS
from grader.replay import Replay
from grader.structure import structure
from grader.wire import Failure
from reference.perceptron import GRIDS


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
        cannot be those of such a network.
    """
    networks = {act: captures[f"MLP.{act}"] for act in ACTS}
    step = networks["step"]
    if any(isinstance(network, Failure) for network in networks.values()):
        return None
    assert isinstance(step, Network)
    if structure(step).kinds() != ["linear", "linear"]:
        return None
    grid = GRIDS[table.grid]
    try:
        weights = student_weights(*_layer_weights(step))
        forwards = {
            act: StudentForward(_outputs(network, grid.points))
            for act, network in networks.items()
            if isinstance(network, Network)
        }
        return analyse_perceptron(weights, grid, forwards)
    except CaptureError as error:
        return Failure(
            stage="build", type="", message=f"{error.where}: {error.found}", line=None, source=""
        )


def _layer_weights(network: Network) -> list[np.ndarray]:
    """Weight and bias of both layers, the weight as (outputs, inputs), a missing bias as zeros."""
    arrays = []
    values = network.weights[network.seeds[0]]
    for step, _ in structure(network).layers:
        weight = values[step.tensors[0]]
        if step.setting("weight") == "in x out":
            weight = weight.T
        bias = values[step.tensors[1]] if len(step.tensors) > 1 else torch.zeros(len(weight))
        arrays += [weight.numpy(), bias.numpy()]
    return arrays


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
