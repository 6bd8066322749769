"""Finds test accuracies: as the course's program prints them, and in sentences."""

import re
from collections.abc import Sequence

from grader.claims.document import Spot
from grader.claims.found import Accuracy
from grader.claims.places import Places
from grader.claims.sections import Context, networks_in

_PRINTED = re.compile(
    r"Accuracy\s*:?\s*(\d{1,6})\s*/\s*(\d{2,6})\s*\(?\s*(\d{1,3}(?:\.\d+)?)\s*%", re.IGNORECASE
)
_LOSS = re.compile(r"Average\s*loss\s*:?\s*(\d+\.\d+)", re.IGNORECASE)
_PERCENT = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)\s*%")
_ABOUT_ACCURACY = re.compile(
    r"accura|result|reach|achiev|correct|\b(?:best|worst|last|first|second)\b", re.IGNORECASE
)
_NOT_FINAL = re.compile(
    r"train(?:ing)? (?:set )?accura|epoch\s*[1-9]\b|at least|threshold|require|expect|more than|"
    r"less than|over|improve|increase|differen|by \d|target|should|%\)\]|between|from",
    re.IGNORECASE,
)


def find_accuracies(
    lines: Sequence[Spot], contexts: Sequence[Context], places: Places
) -> list[Accuracy]:
    """Every accuracy of a network; of printed ones only the last of a run is final."""
    found: list[Accuracy] = []
    for spot, context in zip(lines, contexts, strict=True):
        printed = _PRINTED.search(spot.text)
        if printed is not None:
            found.append(_printed(printed, spot, context, places))
        elif spot.line.picture < 0 and _ABOUT_ACCURACY.search(spot.text):
            found += _spoken(spot, context, places)
    return found


def _printed(match: re.Match[str], spot: Spot, context: Context, places: Places) -> Accuracy:
    percent = match[3]
    loss = _LOSS.search(spot.text)
    return Accuracy(
        network=context.network,
        percent=float(percent),
        decimals=len(percent.partition(".")[2]),
        right=int(match[1]),
        total=int(match[2]),
        loss=float(loss[1]) if loss else None,
        pictured=spot.line.picture >= 0,
        place=places.of([spot]),
    )


def _spoken(spot: Spot, context: Context, places: Places) -> list[Accuracy]:
    """Percentages of a sentence, each with the network named nearest before it."""
    found = []
    if _NOT_FINAL.search(spot.text):
        return []
    for match in _PERCENT.finditer(spot.text):
        before = networks_in(spot.text[: match.start()])
        names = networks_in(spot.text)
        network = before[-1] if before else names[0] if len(names) == 1 else context.network
        value = float(match[1])
        if network and value > 20:
            decimals = len(match[1].partition(".")[2])
            found.append(
                Accuracy(
                    network=network,
                    percent=value,
                    decimals=decimals,
                    final=False,
                    place=places.of([spot], shown=False),
                )
            )
    return found
