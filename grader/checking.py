"""What an assignment's checks are written with, and what comes of them.

A check is a function `check_<id>(subject)` in a pytest module of the assignment. Its docstring is
the sentence the student reads. It returns when all is well, raises `Failure` otherwise, or uses a
plain `assert`. Anything else it raises is the grader's own fault and costs nobody a mark.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from grader.results import Outcome

Function = TypeVar("Function", bound=Callable[..., None])

PREFIX = "check_"


class CheckFailure(AssertionError):
    """What a check found wrong, in the parts a student needs.

    Args:
        found: what is there, with shapes or figures.
        expected: what was asked for.
        hint: what to do.
        score: from 0 to below 1; above 0 the check is partly passed.
        detail: further lines for a tutor.

    Raises:
        ValueError: the score is out of bounds.
    """

    def __init__(
        self,
        found: str,
        expected: str = "",
        hint: str = "",
        *,
        score: float = 0.0,
        detail: list[str] | None = None,
    ) -> None:
        if not 0 <= score < 1:
            raise ValueError(f"the score {score} is not from 0 to below 1")
        super().__init__(found)
        self.found = found
        self.expected = expected
        self.hint = hint
        self.score = score
        self.detail = detail or []

    @property
    def message(self) -> str:
        """Found and expected in one sentence each."""
        expected = f" Expected: {self.expected.rstrip('.')}." if self.expected else ""
        return f"Found: {self.found.rstrip('.')}.{expected}"


class Ungraded(Exception):
    """The check could not be made, through no fault of the student's."""


@dataclass(frozen=True)
class CheckOutcome:
    """What one check came to; `score` is from 0 to 1."""

    id: str
    title: str
    outcome: Outcome
    score: float
    message: str = ""
    hint: str = ""
    detail: list[str] = field(default_factory=list)


def check(*, needs: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Declare which checks must have passed (or partly passed) before this one makes sense."""

    def declare(function: Function) -> Function:
        function.needs = needs  # type: ignore[attr-defined]
        return function

    return declare
