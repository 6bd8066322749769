"""The known ways to get a network wrong, each built from the right one by a small change.

They serve twice. A student's network that computes the same as a mistake, under its own weights,
is told so in the mistake's sentence. And the marking scheme itself is tested: every mistake must
fail the checks it names, and no other.
"""

from reference.mistakes.common import COMMON
from reference.mistakes.kuzu import PARTICULAR
from reference.mistakes.mistake import Mistake

__all__ = ["MISTAKES", "Mistake", "mistakes_of"]

MISTAKES: tuple[Mistake, ...] = COMMON + PARTICULAR


def mistakes_of(network: str) -> tuple[Mistake, ...]:
    """The known mistakes of one network: `NetLin`, `NetFull` or `NetConv`."""
    return tuple(mistake for mistake in MISTAKES if mistake.network == network)
