"""What the sandbox adds to a capture: the same worker with walls and without, in turns.

Both import torch, set their limits and run each network once more: what is left is the price of
the walls alone.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from grader.assignment import Assignment
from grader.capturing.capture import Module, capture_submission
from grader.capturing.fork_server import standing_by
from grader.capturing.isolation import Isolation, Rlimits
from grader.capturing.sandbox import Limits
from grader.errors import CaptureError
from grader.grading import capture_targets
from grader.graphs.network import Network
from grader.process_tree import children_seconds
from grader.submission.intake import Submission, open_submission

ADDED_SECONDS: Final = 0.5
"""What this project promises at most for one submission, besides importing torch once."""


@dataclass(frozen=True)
class Cost:
    """Of one capture: wall-clock seconds and core-seconds of all its processes."""

    wall: float
    cores: float


@dataclass(frozen=True)
class SandboxCost:
    """Captures with the walls of a `tier` and without any, one of each a round."""

    tier: str
    walls: Sequence[Cost]
    bare: Sequence[Cost]

    @property
    def added(self) -> float:
        """Median over the rounds of what the walls add, in wall-clock seconds."""
        return median(w.wall - b.wall for w, b in zip(self.walls, self.bare, strict=True))

    @property
    def kept(self) -> bool:
        """Whether that is what was promised."""
        return self.added <= ADDED_SECONDS

    def rows(self) -> list[tuple[str, str, str, str]]:
        """What was measured, wall-clock and core-seconds (medians), and the promise."""
        named = ((self.tier, self.walls), ("no walls", self.bare))
        lines = [
            (name, f"{median(c.wall for c in costs):.2f} s",
             f"{median(c.cores for c in costs):.2f} core-s", "")
            for name, costs in named
        ]  # fmt: skip
        added_cores = median(w.cores - b.cores for w, b in zip(self.walls, self.bare, strict=True))
        promise = f"{ADDED_SECONDS:g} s: {'kept' if self.kept else 'MISSED'}"
        return [*lines, ("added", f"{self.added:+.2f} s", f"{added_cores:+.2f} core-s", promise)]


def measure_sandbox(
    path: Path, assignment: Assignment, isolation: Isolation, rounds: int
) -> SandboxCost:
    """Capture all networks of the submission at `path`, in turns with walls and without.

    Raises:
        CaptureError: a network cannot be captured, so that the times say nothing.
        IntakeError: there is no such submission.
    """
    walls, bare = [], []
    with standing_by(), tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        submission = open_submission(path, Path(folder), assignment.table.files)
        for _ in range(rounds):
            walls.append(_capture(submission, assignment, isolation))
            bare.append(_capture(submission, assignment, Rlimits()))
    return SandboxCost(isolation.tier, walls, bare)


def _capture(submission: Submission, assignment: Assignment, isolation: Isolation) -> Cost:
    sources = {name: submission.path_of(name) for name in capture_targets(assignment)}
    modules = {
        name: Module(source, tuple(capture_targets(assignment)[name]))
        for name, source in sources.items()
        if source is not None
    }
    begun, before = time.monotonic(), children_seconds()
    captures = capture_submission(isolation, modules, Limits())
    cost = Cost(time.monotonic() - begun, children_seconds() - before)
    for capture in captures.values():
        for name, network in capture.networks.items():
            if not isinstance(network, Network):
                raise CaptureError(name, network.message, "a submission whose networks all run")
    return cost
