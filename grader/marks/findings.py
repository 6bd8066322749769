"""Puts what is known about each network and about the perceptron into the result's form."""

from collections.abc import Sequence

from grader.errors import CaptureError
from grader.graphs.canonical import canonical, fingerprint, weights_digest
from grader.graphs.layers import layer_table
from grader.graphs.network import Network
from grader.graphs.oracle import compare, diagnose
from grader.marks.perceptron import ActivationTable, PerceptronAnalysis
from grader.results import (
    ActivationRow,
    Diagnosis,
    Layer,
    Line,
    Margin,
    NetworkFailure,
    NetworkResult,
    PerceptronResult,
    PerceptronWeights,
    Training,
)
from grader.results import ActivationTable as TableRecord
from grader.wire import Failure


def network_result(capture: Network | Failure, training: Training | None) -> NetworkResult:
    """Layers, counts, comparison with the oracle and training of one network."""
    if isinstance(capture, Failure):
        return NetworkResult(captured=False, failure=_failure(capture), training=training)
    try:
        return _captured(capture, training)
    except CaptureError as error:
        failure = NetworkFailure(stage="export", message=str(error))
        return NetworkResult(captured=False, failure=failure, training=training)


def missing_result(module: str) -> NetworkResult:
    """A network whose file was not handed in."""
    failure = NetworkFailure(stage="import", message=f"{module} was not handed in")
    return NetworkResult(captured=False, failure=failure)


def _captured(network: Network, training: Training | None) -> NetworkResult:
    used = network.used()
    parameters = network.parameters()
    reached = [i for i in parameters if i in used]
    steps = canonical(network).steps
    equivalence = compare(network)
    return NetworkResult(
        captured=True,
        parameters=network.count(reached),
        registered=network.count(parameters),
        unused=[network.tensors[i].names[0] for i in parameters if i not in used],
        duplicates=[n.names for n in network.tensors if len(n.names) > 1],
        drawn_alike=[network.tensors[i].names[0] for i in network.drawn_alike()],
        half_drawn={
            network.tensors[i].names[0]: round(found, 3)
            for i, found in network.half_drawn().items()
        },
        layers=[_images(network), *layer_table(network)],
        output_shape=list(steps[-1].shape) if steps else [],
        fingerprint=fingerprint(network),
        weights_digest=weights_digest(network, network.seeds[0]),
        # what computes the same as the reference is no mistake: none of them need be tried
        diagnosis=None if equivalence.equal else diagnose(network),
        equivalence=equivalence,
        training=training,
    )


def _images(network: Network) -> Layer:
    """The row of what the network is given."""
    shape = list(network.input_shape)
    return Layer(
        name="",
        op="input",
        kind="input",
        description="images",
        shape=shape,
        parameters=0,
        formula="",
    )


def _failure(failure: Failure) -> NetworkFailure:
    kind = f"{failure.type}: " if failure.type else ""
    return NetworkFailure(
        stage=failure.stage, message=f"{kind}{failure.message}", line=failure.line
    )


def perceptron_result(
    capture: Network | Failure | None, analysis: PerceptronAnalysis | None
) -> PerceptronResult:
    """Everything known about the hand-set perceptron; `capture` is None where it is missing."""
    if capture is None:
        missing = NetworkFailure(stage="import", message="the file was not handed in")
        return PerceptronResult(captured=False, failure=missing)
    if isinstance(capture, Failure):
        return PerceptronResult(captured=False, failure=_failure(capture))
    if analysis is None:
        return PerceptronResult(captured=True)
    weights = analysis.weights
    return PerceptronResult(
        captured=True,
        weights=PerceptronWeights(
            in_hid=[list(pair) for pair in weights.in_hid],
            in_bias=list(weights.in_bias),
            hid_out=list(weights.hid_out),
            out_bias=weights.out_bias,
        ),
        step=_table(analysis.step),
        sigmoid=_table(analysis.sigmoid),
        scaled=_table(analysis.scaled),
        lines=[
            Line(node=line.node, a=line.a, b=line.b, c=line.c, equation=line.equation)
            for line in analysis.lines
        ],
        margins=[Margin(point=list(m.point), margin=m.margin) for m in analysis.margins],
        smallest_margin=analysis.smallest_margin,
        smallest_scale=analysis.smallest_scale,
        scale_reason=analysis.scale_reason,
        unscaled=analysis.unscaled,
        unscaled_reason=analysis.unscaled_reason,
        disagreements=list(analysis.disagreements),
        diagnosis=Diagnosis(mistake=analysis.mistake.id, sentence=analysis.mistake.sentence)
        if analysis.mistake
        else None,
    )


def _table(table: ActivationTable) -> TableRecord:
    rows: Sequence[ActivationRow] = [
        ActivationRow(
            point=list(row.point),
            target=row.target,
            hidden=list(row.hidden),
            output=row.output,
            net=row.net,
            right=row.right,
        )
        for row in table.rows
    ]
    return TableRecord(
        act=table.act, scale=table.scale, right=table.right, of=len(rows), rows=list(rows)
    )
