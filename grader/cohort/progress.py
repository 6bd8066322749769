"""Shows on stderr how a cohort comes along: a live display on a terminal, plain lines in a pipe."""

import time
from collections.abc import Callable
from itertools import islice
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from grader.cohort.pace import Pace
from grader.plain import one_line

NAMED: Final = 8
"""Students under way that are named."""
BAR: Final = 30
"""Columns."""
REPORT_SECONDS: Final = 60
"""In a pipe, the state of things is told this often."""


class CohortProgress:
    """Finished, running and failed students, rate and time left. Use it in a `with` block.

    When `quiet` it says nothing but who could not be graded.
    """

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
        self._total = self._graded = self._kept = self._failed = 0
        self._trained = self._reused = 0
        self._running: dict[str, str] = {}
        self._pace = Pace()
        self._told = clock()
        self._live = (
            Live(console=self._console, get_renderable=self._display, transient=True)
            if self._console.is_terminal and not quiet
            else None
        )

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

    def started(self, student: str) -> None:
        """Work on this student begins."""
        self._running[student] = "waiting"
        self._pace.begin(self._clock())

    def stage(self, student: str, text: str) -> None:
        """The next stage of it begins."""
        self._running[student] = text
        self._tell_now_and_then()

    def trained(self, cached: bool) -> None:
        """A network was trained, or an equal one had been."""
        self._trained += not cached
        self._reused += cached
        self._tell_now_and_then()

    def finished(self, student: str, text: str, seconds: float) -> None:
        """There are marks; `seconds` were spent on them."""
        self._graded += 1
        self._end(student)
        if not self._live:
            self._say(f"{self._place()} {student}: {text} ({seconds:.1f} s)")
        self._tell_now_and_then()

    def failed(self, student: str, reason: str) -> None:
        """There are none; why. Told even when quiet."""
        self._failed += 1
        self._end(student)
        first = reason.partition("\n")[0]
        self._console.print(one_line(f"{self._place()} {student}: no marks: {first}"))
        self._tell_now_and_then()

    def kept(self, student: str) -> None:
        """An earlier run has graded the same; told in the sum alone."""
        self._kept += 1
        self._running.pop(student, None)

    def note(self, text: str) -> None:
        """Something that takes time, or that a person should know."""
        self._say(text)

    @property
    def _done(self) -> int:
        return self._graded + self._kept + self._failed

    def _place(self) -> str:
        return f"[{self._done}/{self._total}]"

    def _end(self, student: str) -> None:
        """Whoever was never under way, for want of a submission, says nothing of the pace."""
        if self._running.pop(student, None) is not None:
            self._pace.end(self._clock())

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._console.print(one_line(text))

    def _tell_now_and_then(self) -> None:
        now = self._clock()
        if self._live is None and now - self._told >= REPORT_SECONDS:
            self._told = now
            self._say(f"{self._counts()}, {self._speed()}")

    def _counts(self) -> str:
        parts = [f"{self._done} of {self._total} done"]
        if self._kept:
            parts.append(f"{self._kept} of them before")
        return ", ".join([*parts, f"{self._failed} without marks", f"{len(self._running)} running"])

    def _speed(self) -> str:
        rate = self._pace.rate(self._clock())
        parts = [
            f"{60 * rate:.1f} a minute" if rate else "- a minute",
            f"time left {_duration((self._total - self._done) / rate) if rate else '-'}",
        ]
        if self._trained or self._reused:
            parts.append(f"trainings: {self._trained} made, {self._reused} had before")
        return ", ".join(parts)

    def _display(self) -> RenderableType:
        """Drawn four times a second, by another thread."""
        head = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=max(self._total, 1), completed=self._done, width=BAR)
        head.add_row(bar, _line(self._counts()))
        running = list(self._running.items())
        lines = [_line(f"{student}: {text}", indent=2) for student, text in islice(running, NAMED)]
        if len(running) > NAMED:
            lines.append(_line(f"and {len(running) - NAMED} more", indent=2))
        return Group(head, _line(self._speed()), *lines)


def _line(text: str, indent: int = 0) -> Text:
    """One line, cut where the terminal ends."""
    return Text(" " * indent + one_line(text), overflow="ellipsis", no_wrap=True)


def _duration(seconds: float) -> str:
    """Hours and minutes, or minutes and seconds.

    >>> _duration(75), _duration(3 * 3600 + 62)
    ('1 min 15 s', '3 h 01 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left:02} min" if hours else f"{minutes} min {rest:02} s"
