"""Shows on stderr how a cohort comes along: a live line on a terminal, plain lines in a pipe."""

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from grader.plain import one_line, printable

RECENT: Final = 20
"""Finished submissions that the rate is taken from."""
LONGEST: Final = 3
"""Students under way that are named."""


class CohortProgress:
    """Finished, running, failed, rate and time left. Silent but for failures when `quiet`."""

    def __init__(
        self,
        *,
        quiet: bool = False,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console or Console(
            stderr=True, highlight=False, soft_wrap=True, emoji=False, markup=False
        )
        self._quiet = quiet
        self._clock = clock
        self._live = (
            Live(console=self._console, refresh_per_second=4, transient=True)
            if self._console.is_terminal and not quiet
            else None
        )
        self._total = self._graded = self._kept = self._failed = 0
        self._running: dict[str, str] = {}
        self._ends: deque[float] = deque(maxlen=RECENT)

    def __enter__(self) -> Self:
        """Start the display."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the display away."""
        if self._live:
            self._live.stop()

    def expect(self, total: int) -> None:
        """So many students there are."""
        self._total = total
        self._ends.append(self._clock())
        self._refresh()

    def started(self, student: str) -> None:
        """Work on this student begins."""
        self.stage(student, "waiting")

    def stage(self, student: str, text: str) -> None:
        """The next stage of it begins."""
        self._running[student] = text
        self._refresh()

    def finished(self, student: str, text: str, seconds: float) -> None:
        """There are marks; `seconds` were spent on them."""
        self._graded += 1
        self._ended(student)
        if not self._live:
            self._say(f"{self._place()} {student}: {text} ({seconds:.1f} s)")

    def failed(self, student: str, reason: str) -> None:
        """There are none; why."""
        self._failed += 1
        self._ended(student)
        first = printable(reason).partition("\n")[0]
        self._console.print(one_line(f"{self._place()} {student}: no marks: {first}"))

    def kept(self, student: str) -> None:
        """An earlier run has graded the same; told in the sum alone."""
        self._kept += 1
        self._running.pop(student, None)
        self._refresh()

    def note(self, text: str) -> None:
        """Something that takes time, or that a person should know."""
        self._say(text)

    def line(self) -> str:
        """The state on one line."""
        parts = [
            f"{self._done} of {self._total}",
            f"{self._failed} without marks",
            f"{len(self._running)} under way",
        ]
        if self._kept:
            parts.insert(1, f"{self._kept} graded before")
        if (rate := self._rate()) is not None:
            left = (self._total - self._done) / rate
            parts += [f"{60 * rate:.1f} a minute", f"{_duration(left)} left"]
        names = [f"{student} ({stage})" for student, stage in self._running.items()]
        return one_line(f"{', '.join(parts)}: {', '.join(names[:LONGEST])}")

    @property
    def _done(self) -> int:
        return self._graded + self._kept + self._failed

    def _rate(self) -> float | None:
        """Submissions a second over the last ones that took work; None before there are any."""
        if len(self._ends) < 2 or self._ends[-1] <= self._ends[0]:
            return None
        return (len(self._ends) - 1) / (self._ends[-1] - self._ends[0])

    def _ended(self, student: str) -> None:
        if self._running.pop(student, None) is not None:
            self._ends.append(self._clock())
        self._refresh()

    def _place(self) -> str:
        return f"[{self._done}/{self._total}]"

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._console.print(one_line(text))

    def _refresh(self) -> None:
        if self._live:
            self._live.update(Text(self.line(), overflow="ellipsis", no_wrap=True))


def _duration(seconds: float) -> str:
    """Hours and minutes, or minutes and seconds.

    >>> _duration(75), _duration(3 * 3600 + 62)
    ('1 min 15 s', '3 h 01 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left:02} min" if hours else f"{minutes} min {rest:02} s"
