"""The figures that a written answer should agree with, for a tutor to lay beside it."""

from collections.abc import Mapping

from grader.results import (
    ClassInfo,
    EvidenceItem,
    NetworkResult,
    PerceptronResult,
    Training,
)


def gather_evidence(
    networks: Mapping[str, NetworkResult],
    perceptron: PerceptronResult | None,
    classes: list[ClassInfo],
) -> dict[str, EvidenceItem]:
    """Every item that there is evidence for, by the names that assignment.toml uses."""
    items: dict[str, EvidenceItem] = {}
    for name, network in networks.items():
        if network.training:
            items[name] = EvidenceItem(
                title=f"What the grader measured for {name}",
                lines=[_accuracy(network.training), _worst(network.training, classes)],
            )
        if network.captured:
            items[f"{name}-parameters"] = _calculation(name, network)
    items |= _comparisons(networks, classes)
    if perceptron is not None and perceptron.weights is not None:
        items |= _perceptron_items(perceptron)
    return items


def _accuracy(training: Training) -> str:
    run = training.runs[training.decisive]
    stopped = ", where training was stopped" if run.stopped else ""
    return (
        f"{run.right} of {run.total} test images ({training.accuracy:.2f}%) after"
        f" {len(run.accuracies)} epochs{stopped}, seed {run.seed}"
    )


def _worst(training: Training, classes: list[ClassInfo]) -> str:
    names = [c.roman for c in classes]
    pairs = [
        f"{names[p.target]} taken for {names[p.predicted]} {p.count} times of {p.of}"
        for p in training.wrong_pairs
    ]
    return f"Most often {'; '.join(pairs)}" if pairs else "No confusions"


def _calculation(name: str, network: NetworkResult) -> EvidenceItem:
    lines = [f"{layer.name}: {layer.formula}" for layer in network.layers if layer.parameters]
    lines.append(f"in all {network.parameters}")
    return EvidenceItem(title=f"Independent parameters of {name}", lines=lines)


def _comparisons(
    networks: Mapping[str, NetworkResult], classes: list[ClassInfo]
) -> dict[str, EvidenceItem]:
    trained = {n: r.training for n, r in networks.items() if r.training}
    items = {}
    if trained:
        items["accuracies"] = EvidenceItem(
            title="Accuracies measured", lines=[f"{n}: {_accuracy(t)}" for n, t in trained.items()]
        )
        items["confusions"] = EvidenceItem(
            title="Confusions measured",
            lines=[f"{n}: {_worst(t, classes)}" for n, t in trained.items()],
        )
    counted = {n: r.parameters for n, r in networks.items() if r.captured}
    if counted:
        items["parameters"] = EvidenceItem(
            title="Independent parameters counted",
            lines=[f"{name}: {count}" for name, count in counted.items()],
        )
    return items


def _perceptron_items(perceptron: PerceptronResult) -> dict[str, EvidenceItem]:
    weights, step = perceptron.weights, perceptron.step
    assert weights is not None
    assert step is not None
    nodes = zip(weights.in_hid, weights.in_bias, weights.hid_out, strict=True)
    rows = [
        f"({row.point[0]:g}, {row.point[1]:g}): hidden "
        f"{' '.join(f'{h:g}' for h in row.hidden)}, output {row.output:g}, target {row.target}"
        for row in step.rows
    ]
    return {
        "weights": EvidenceItem(
            title="Weights that set_weights() leaves",
            lines=[
                f"hidden {i}: {pair[0]:g} and {pair[1]:g}, bias {bias:g}; to the output {out:g}"
                for i, (pair, bias, out) in enumerate(nodes, start=1)
            ]
            + [f"output: bias {weights.out_bias:g}"],
        ),
        "lines": EvidenceItem(
            title="Dividing lines of the hidden nodes",
            lines=[f"hidden {line.node}: {line.equation}" for line in perceptron.lines],
        ),
        "activations": EvidenceItem(title="Activations with step", lines=rows),
    }
