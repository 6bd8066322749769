"""Finds losses: those of Part 1's training, as printed or in sentences, and those of Part 3."""

import re
from collections.abc import Iterator, Sequence

from grader.claims.document import Spot
from grader.claims.found import Loss
from grader.claims.places import Places
from grader.claims.sections import Context, networks_in

_NUMBER = r"(\d{1,3}\.\d{1,8})(?![\d.%])"
_TRAINING = re.compile(rf"Train Epoch\b.*?\bLoss\s*[:=]?\s*{_NUMBER}", re.IGNORECASE)
_SAID = re.compile(
    rf"\b(train(?:ing)?|test)\s+loss\s*(?:is|was|of|to|at|[:=])?\s*{_NUMBER}", re.IGNORECASE
)
_SEQUENCE = re.compile(
    r"\b(?:loss|error)\b(?:\s+\w+){0,3}?\s*(?:is|was|of|to|at|below|under|around|about|[:=<≈~])?"
    rf"\s*{_NUMBER}",
    re.IGNORECASE,
)
_BOUND = re.compile(r"below|under|less than|smaller than|<", re.IGNORECASE)


def find_losses(lines: Sequence[Spot], contexts: Sequence[Context], places: Places) -> list[Loss]:
    """The last of each kind, network and question; the test loss beside an accuracy is its own."""
    last: dict[tuple[str, str, str], tuple[float, bool, Spot]] = {}
    counted: dict[tuple[str, str, str], int] = {}
    for spot, context in zip(lines, contexts, strict=True):
        for kind, network, value, bound in _losses(spot, context):
            key = (kind, network, context.question)
            last[key] = (value, bound, spot)
            counted[key] = counted.get(key, 0) + 1
    return [
        Loss(
            kind=kind,  # type: ignore[arg-type]
            network=network,
            question=question,
            value=value,
            bound=bound,
            printed=counted[kind, network, question],
            place=places.of([spot]),
        )
        for (kind, network, question), (value, bound, spot) in last.items()
    ]


def _losses(spot: Spot, context: Context) -> Iterator[tuple[str, str, float, bool]]:
    text = spot.text
    if context.question.startswith("3"):
        for match in _SEQUENCE.finditer(text):
            yield "sequence", "", float(match[1]), bool(_BOUND.search(match[0]))
        return
    names = networks_in(text)
    network = names[0] if len(names) == 1 else context.network
    if not network or context.question[:1] not in ("", "1"):
        return
    for match in _TRAINING.finditer(text):
        yield "batch", network, float(match[1]), False
    for match in _SAID.finditer(text):
        kind = "test" if match[1].lower() == "test" else "training"
        yield kind, network, float(match[2]), False
