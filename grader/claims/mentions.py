"""Tells which questions with pictures a report speaks of at all, by a heading or by its words.

A picture is said to be missing only where nothing in the report speaks of it, so a word too many
does no harm here: it leaves the matter to a person.
"""

import re
from collections.abc import Iterable, Sequence

from grader.claims.document import Spot
from grader.claims.sections import Context

_NAMES = {
    "2.1": re.compile(r"hid[\s_]?5|out[\s_]?5|--hid[ =]5", re.IGNORECASE),
    "2.3": re.compile(r"hid[\s_]?4_|out[\s_]?4", re.IGNORECASE),
    "3.1": re.compile(r"srn", re.IGNORECASE),
    "3.4": re.compile(r"lstm", re.IGNORECASE),
}
"""What pictures and commands are called, wherever it stands."""

_WORDS = {
    "2.1": re.compile(
        r"sigmoid|--act[ =]sig|\b(?:five|5)\s+(?:\w+\s+){0,2}(?:hidden|nodes|units|neurons)",
        re.IGNORECASE,
    ),
    "2.3": re.compile(
        r"sigmoid|--act[ =]sig|scal(?:ed|ing|e)\b|multipl(?:y|ied|ier|ying)|\bfactor\b",
        re.IGNORECASE,
    ),
}
"""What is said of them, outside Part 3, whose networks have sigmoids and factors, too."""


def questions_named(contexts: Iterable[Context]) -> list[str]:
    """All questions with a heading of their own, in order."""
    return sorted({context.question for context in contexts if context.question})


def questions_mentioned(lines: Sequence[Spot], contexts: Sequence[Context]) -> list[str]:
    """Those of the questions with pictures that a heading, a name or a word speaks of."""
    found = set()
    for spot, context in zip(lines, contexts, strict=True):
        found |= {context.question} & set(_NAMES)
        found |= {question for question, name in _NAMES.items() if name.search(spot.text)}
        if not context.question.startswith("3"):
            found |= {question for question, word in _WORDS.items() if word.search(spot.text)}
    return sorted(found)
