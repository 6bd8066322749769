"""Finds what 1.4(c) says of the worst confusions: how often at most, and for which pair."""

import re
from collections.abc import Sequence

from grader.claims.document import Spot
from grader.claims.found import WorstConfusion
from grader.claims.places import Places
from grader.claims.sections import Context, networks_in

_MOST = (
    re.compile(
        r"(?:up to|at most|no more than|(?:a )?maximum of|never more than)\s+(\d{1,4})\b(?!\s*%)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:most (?:frequent|common)|largest|highest|worst|biggest|maximum)"
        r"(?:\s+\w+){0,3}?\s+(?:confusion|mistake|error|misclassification)s?(?:\s+count)?\s+"
        r"(?:is|was|are|=|:)\s*(\d{1,4})\b(?!\s*%)",
        re.IGNORECASE,
    ),
)
_CONFUSED = re.compile(r"confus|mistak|misclass|mix|taken for", re.IGNORECASE)
_OF_ONE = r"\b(?:for|of|when)\s+(?:the\s+)?(?:character|class|letter|row)?\W{{0,3}}(?:{names})\b"
_PAIR = (
    r"\b(?P<target>{names})\b\W{{0,4}}(?:\w+\W+){{0,3}}?"
    r"(?:taken for|mistaken (?:for|as)|misclassified as|confused (?:with|as|for))\W{{1,4}}"
    r"(?P<predicted>{names})\b\D{{0,25}}?(?P<count>\d{{1,4}})\s*times?\b"
)


def find_confusions(
    lines: Sequence[Spot], contexts: Sequence[Context], names: Sequence[str], places: Places
) -> list[WorstConfusion]:
    """Claims in sentences of 1.4, each for the network that its sentence names.

    Args:
        lines: of the report.
        contexts: theirs.
        names: romanised names of the classes.
        places: makes the places.
    """
    found = []
    of_one = re.compile(_OF_ONE.format(names="|".join(map(re.escape, names))), re.IGNORECASE)
    pair = re.compile(_PAIR.format(names="|".join(map(re.escape, names))), re.IGNORECASE)
    network = ""
    for group in _sentences(lines, contexts):
        text = " ".join(words for words, _ in group)
        spots = list({spot.index: spot for _, spot in group}.values())
        named = networks_in(text)
        network = named[0] if len(named) == 1 else network if not named else ""
        if not network or not _CONFUSED.search(text):
            continue
        for match in pair.finditer(text):
            found.append(
                WorstConfusion(
                    network=network,
                    count=int(match["count"]),
                    target=match["target"].lower(),
                    predicted=match["predicted"].lower(),
                    place=places.of(spots),
                )
            )
        for pattern in _MOST:
            for match in pattern.finditer(text):
                if of_one.search(text[: match.end()]):
                    continue  # it is said of one character, not of the network
                found.append(
                    WorstConfusion(network=network, count=int(match[1]), place=places.of(spots))
                )
    return found


def _sentences(lines: Sequence[Spot], contexts: Sequence[Context]) -> list[list[tuple[str, Spot]]]:
    """The text of question 1.4 cut at full stops, each piece with the line it stands on."""
    sentences: list[list[tuple[str, Spot]]] = [[]]
    for spot, context in zip(lines, contexts, strict=True):
        if context.question != "1.4" or spot.line.picture >= 0:
            continue
        for i, piece in enumerate(re.split(r"(?<=[.;!?])\s+", spot.text)):
            if i or (sentences[-1] and sentences[-1][-1][0].endswith((".", ";", "!", "?"))):
                sentences.append([])
            sentences[-1].append((piece, spot))
    return [sentence for sentence in sentences if sentence]
