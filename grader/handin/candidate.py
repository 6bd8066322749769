"""One student of a cohort as found among what was handed in, before anything is opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Literal

from grader.submission.collect import display_name, listed

Layout = Literal["folders", "moodle", "gradescope", "give"]
Problem = Literal["", "missing", "duplicate", "unreadable"]


@dataclass(frozen=True)
class Candidate:
    """A student and where the work lies.

    Attributes:
        student: student id in lower case or a cleaned name; safe as a folder's name.
        paths: one folder or archive, or the loose files of one submission; of a duplicate every
            submission; empty where nothing was handed in.
        name: as the school's system writes it; empty where not known.
        identifiers: what other systems call the student: "moodle" (participant number),
            "moodle_folder" (how names of a Moodle download begin), "gradescope" (submission
            number), "sid", "canvas", "canvas_user", "canvas_login", "canvas_section", "email".
        submitted: time of submission with its zone, where known.
        problem: why there is nothing to grade; empty where there is.
        reason: sentences for the tutor: about the problem, or what else is worth knowing.
    """

    student: str
    paths: tuple[Path, ...]
    layout: Layout
    name: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    submitted: datetime | None = None
    problem: Problem = ""
    reason: str = ""

    def noting(self, *sentences: str) -> "Candidate":
        """The same with more sentences at the end of its reason."""
        return replace(self, reason="; ".join(part for part in (self.reason, *sentences) if part))


@dataclass(frozen=True)
class LeftAside:
    """A name among the submissions that belongs to nobody, and why it was left where it is."""

    name: str
    reason: str


@dataclass(frozen=True)
class Found:
    """Everyone of a cohort, in the order of their ids, and what belongs to nobody."""

    layout: Layout
    candidates: list[Candidate]
    left_aside: tuple[LeftAside, ...] = ()

    @property
    def notes(self) -> list[str]:
        """One line for each reason to leave something aside, with the first names."""
        by_reason: dict[str, list[str]] = {}
        for left in self.left_aside:
            by_reason.setdefault(left.reason, []).append(left.name)
        return [f"left aside: {reason}: {listed(names)}" for reason, names in by_reason.items()]


def one_each(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Join the candidates of one student, sorted by id; two submissions are a duplicate.

    Ids that differ by capital letters alone are one: some file systems could not keep them apart.
    """
    ordered = sorted(candidates, key=lambda one: (one.student.casefold(), one.student))
    groups = groupby(ordered, key=lambda one: one.student.casefold())
    return sorted((_joined(list(group)) for _, group in groups), key=lambda one: one.student)


def _joined(group: list[Candidate]) -> Candidate:
    handed_in = [one for one in group if one.problem != "missing"]
    first = (handed_in or group)[0]
    reasons = dict.fromkeys(one.reason for one in group if one.reason not in {"", first.reason})
    if len(handed_in) < 2:
        return first.noting(*reasons)
    places = ", ".join(shown(one.paths) for one in handed_in)
    return replace(
        first,
        paths=tuple(path for one in handed_in for path in one.paths),
        problem="duplicate",
        reason=f"{len(handed_in)} submissions: {places}; none was graded: "
        "keep the one that counts, move the others away, and run the command again",
    ).noting(first.reason, *reasons)


def shown(paths: tuple[Path, ...]) -> str:
    """Where a submission lies, for a person: folder and name; loose files as first and count."""
    first = display_name(f"{paths[0].parent.name}/{paths[0].name}")
    return f"{first} and {len(paths) - 1} more files" if len(paths) > 1 else first
