"""What the grader knows of Part 3: for each language, which reference network stands for it.

The networks and all that was measured on them travel with the package and are the same for every
submission, so a result names them and holds their digest, not their thousands of numbers.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

from grader.results import SequenceResult
from reference.recurrent.trained import as_text, record


def sequence_results(languages: Sequence[str]) -> dict[str, SequenceResult]:
    """The reference network of each language of an assignment."""
    return {lang: SequenceResult(digest=record_digest(lang)) for lang in languages}


@cache
def record_digest(lang: str) -> str:
    """SHA-256 of the record of a reference network."""
    return hashlib.sha256(as_text(record(lang)).encode()).hexdigest()
