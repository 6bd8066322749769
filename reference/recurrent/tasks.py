"""What the course trains on what, for how long, and where it draws the line."""

from dataclasses import dataclass
from typing import Final

from reference.languages import LANGUAGES, Language
from reference.reber import GRAMMARS
from reference.recurrent.networks import Kind


@dataclass(frozen=True)
class Task:
    """One training of the assignment; the course's programs train one step more.

    `limit` is the printed loss that must consistently be undercut, None where no term names one.
    `shown` is the checkpoint, in thousands of steps, that the assignment asks to plot.
    """

    language: Language
    kind: Kind
    hidden: int
    steps: int
    limit: float | None
    shown: int

    @property
    def label(self) -> str:
        """As in the course's file names: anb2n_srn2."""
        return f"{self.language.name}_{self.kind}{self.hidden}"


TASKS: Final[dict[str, Task]] = {
    task.language.name: task
    for task in (
        Task(LANGUAGES["anb2n"], "srn", 2, 100_000, 0.05, 100),
        Task(LANGUAGES["anb2nc3n"], "lstm", 3, 100_000, 0.02, 50),
        Task(LANGUAGES["anbn"], "srn", 2, 100_000, 0.03, 100),
        Task(LANGUAGES["anbncn"], "srn", 3, 200_000, None, 200),
        Task(GRAMMARS["reber"], "srn", 2, 50_000, None, 50),
        Task(GRAMMARS["ereber"], "lstm", 4, 100_000, None, 100),
    )
}
