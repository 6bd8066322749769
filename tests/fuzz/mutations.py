"""Bytes that are nearly right: a valid file with a few places changed, doubled or cut off."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "fresh" else 60
"""For each parser; the nightly environment takes its time."""

fuzzed = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

WORDS = rb"""
\x00 " { [ ]]]]]]]]] -1 1e999 NaN null 999999999999999999999999999999 ../ PK [[[[[[[[ \ud800
true false \n ' , ; = # ! !!python
"""
ODD = st.sampled_from([*WORDS.split(), b"\x00", b"\xff", b"\n", b"\xff" * 4, b"\x00" * 8])


def mutated(valid: bytes) -> st.SearchStrategy[bytes]:
    """The valid bytes with one to six edits; sometimes bytes without any sense."""
    place = st.integers(0, max(0, len(valid) - 1))
    edit = st.tuples(place, st.integers(0, 40), ODD | st.binary(max_size=12))
    return st.lists(edit, min_size=1, max_size=6).map(lambda edits: _edited(valid, edits)) | (
        st.binary(max_size=300)
    )


def _edited(valid: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    data = valid
    for at, length, new in edits:
        if length == 40:
            data = data[:at]  # cut off
        elif length > 30:
            data = data[:at] + data[at : at + 20] * (length - 29) + data[at:]
        else:
            data = data[:at] + new + data[at + length :]
    return data
