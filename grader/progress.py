"""Shows on stderr what is going on: a live line on a terminal, plain lines in a pipe."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status

from grader.plain import printable

_WORDS = {
    "intake": "taking in",
    "capture": "capturing the networks in the sandbox",
    "train": "training",
    "check": "checking",
    "score": "scoring",
    "report": "writing the report",
}


class Progress:
    """Progress of the submission in hand; silent when `quiet`. Use it in a `with` block."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(
            stderr=True, quiet=quiet, highlight=False, soft_wrap=True, emoji=False
        )
        live = self._console.is_terminal and not quiet
        self._status = Status("starting", console=self._console) if live else None
        self._last: dict[str, str] = {}
        self._stage = "starting"

    def __enter__(self) -> Self:
        """Start the live line."""
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the live line away."""
        if self._status:
            self._status.stop()

    def pause(self) -> None:
        """Take the live line away until the next stage, so that a result can be printed."""
        if self._status:
            self._status.stop()

    def note(self, text: str) -> None:
        """Something that takes time, or went wrong."""
        self._console.print(printable(text), markup=False)

    def stage(self, name: str) -> None:
        """The next stage begins."""
        self._stage = _WORDS.get(name, name)
        self._last = {}
        if self._status:
            self._status.start()
            self._refresh()
        else:
            self._console.print(f"{self._stage} ...", markup=False)

    def epoch(self, network: str, seed: int, epoch: int, epochs: int, accuracy: float) -> None:
        """One more epoch of one run is done; accuracy in percent. A pipe hears of the last only."""
        name = f"{network}, seed {seed}"
        if self._status:
            self._last[name] = f"epoch {epoch}/{epochs} {accuracy:.1f}%"
            self._refresh()
        elif epoch == epochs:
            line = f"  {name}: {accuracy:.2f}% after {epochs} epochs"
            self._console.print(line, markup=False)

    def _refresh(self) -> None:
        runs = "; ".join(f"{name}: {text}" for name, text in self._last.items())
        if self._status:
            self._status.update(f"{self._stage}  {runs}" if runs else self._stage)
