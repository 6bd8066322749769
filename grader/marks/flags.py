"""Things that a human should look at, whatever the marks say."""

from collections.abc import Iterator, Mapping, Sequence

from grader.results import Flag, NetworkFailure, NetworkResult, PerceptronResult

CHANCE_FACTOR = 3.0
"""Initial accuracy above this multiple of chance is not what random weights give."""


def raise_flags(
    notes: Sequence[str],
    networks: Mapping[str, NetworkResult],
    perceptron: PerceptronResult | None,
    classes: int,
) -> list[Flag]:
    """All flags, in the order of the report."""
    flags = [Flag(severity="info", where="submission", message=note) for note in notes]
    for name, network in networks.items():
        flags += _network_flags(name, network, classes)
    if perceptron is not None:
        flags += _perceptron_flags(perceptron)
    return flags


def remark_flags(remarks: Mapping[str, str]) -> list[Flag]:
    """What was seen of networks while they were captured, by network."""
    return [Flag(severity="serious", where=n, message=said) for n, said in remarks.items()]


def _network_flags(name: str, network: NetworkResult, classes: int) -> Iterator[Flag]:
    if network.failure is not None and network.failure.stage == "export":
        message = f"runs, but was not captured: {_first_line(network.failure.message)}"
        yield Flag(severity="warning", where=name, message=message)
    if network.failure is not None and network.failure.stage == "fault":
        yield _fault(name, network.failure)
    for unused in network.unused:
        message = f"{unused} is registered and never used"
        yield Flag(severity="warning", where=name, message=message)
    for names in network.duplicates:
        message = f"one tensor is registered as {', '.join(names)}; it is counted once"
        yield Flag(severity="info", where=name, message=message)
    if network.drawn_alike:
        message = (
            f"{', '.join(network.drawn_alike)}: the same initial weights under every seed,"
            " drawn with a seed of its own or learnt before"
        )
        yield Flag(severity="warning", where=name, message=message)
    if network.half_drawn:
        named = ", ".join(f"{name} ({found:.2f})" for name, found in network.half_drawn.items())
        message = (
            f"initial weights correlate from seed to seed: {named}; drawn numbers were added to"
            " fixed ones, which may have been learnt before"
        )
        yield Flag(severity="serious", where=name, message=message)
    if network.training is None:
        return
    if network.training.where == "sandbox":
        message = "trained inside the sandbox, because its graph could not be captured"
        yield Flag(severity="warning", where=name, message=message)
    initial = max(run.initial_accuracy for run in network.training.runs)
    if initial > CHANCE_FACTOR * 100 / classes:
        message = f"names {initial:.1f}% of the test images before any training"
        yield Flag(severity="serious", where=name, message=message)


def _perceptron_flags(perceptron: PerceptronResult) -> Iterator[Flag]:
    if perceptron.failure is not None and perceptron.failure.stage == "fault":
        yield _fault("check.py", perceptron.failure)
    if perceptron.captured and perceptron.weights is None:
        message = "MLP is not one hidden layer and an output layer: its points were not computed"
        yield Flag(severity="serious", where="check.py", message=message)
    if perceptron.smallest_margin == 0:
        message = (
            "the output's net input is exactly 0 at some points; step is right there only because"
            " step(0) = 1"
        )
        yield Flag(severity="info", where="check.py", message=message)
    if perceptron.unscaled:
        message = f"holds the weights before rescaling: {perceptron.unscaled_reason}"
        yield Flag(severity="warning", where="check.py", message=message)
    for line in perceptron.disagreements:
        yield Flag(severity="serious", where="check.py", message=line)


def _fault(where: str, failure: NetworkFailure) -> Flag:
    message = f"not captured, a fault of the grader's: {_first_line(failure.message)}"
    return Flag(severity="serious", where=where, message=message)


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[0][:300]
