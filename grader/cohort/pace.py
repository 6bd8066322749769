"""How fast work gets done, from the last pieces of it, so that the time left is no guess."""

from collections import deque
from typing import Final

RECENT: Final = 30
"""Pieces that the pace is taken from: enough to be steady, few enough to follow a change."""
FEWEST: Final = 3
"""Pieces before which nothing is said."""


class Pace:
    """Pieces of work by the second at which they ended, on any clock."""

    def __init__(self) -> None:
        self._ends: deque[float] = deque(maxlen=RECENT + 1)

    def begin(self, now: float) -> None:
        """Work has begun; only the first call counts."""
        if not self._ends:
            self._ends.append(now)

    def end(self, now: float) -> None:
        """One more piece is done."""
        self._ends.append(now)

    def rate(self, now: float) -> float | None:
        """Pieces a second, falling while none ends; None while there were too few to say."""
        pieces = len(self._ends) - 1
        if pieces < FEWEST or now <= self._ends[0]:
            return None
        return pieces / (now - self._ends[0])
