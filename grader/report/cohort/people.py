"""Names students in a cohort's report, and groups what is said of many of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from grader.cohort.standing import Standing
from grader.report import text

DIFFERS = "…"
MESSAGE_LIMIT = 320
NUMBER = re.compile(r"(?:(?<![\w.])|(?<=\dx))\d+(?:,\d{3})*(?:\.\d+)?(?:(?!\w)|(?=x\d))")
"""A figure of its own, or a size in "64x10"; the 2 of "conv2" is part of a name."""


@dataclass(frozen=True)
class Person:
    """A student: id, name (empty where it is not known), address of the report (may be empty)."""

    id: str
    name: str
    href: str


@dataclass(frozen=True)
class Said:
    """One message and all students who were given it; `key` is what it was said about."""

    key: tuple[str, ...]
    message: str
    people: list[Person]


def person(standing: Standing) -> Person:
    """The student of a standing; the address is relative to the cohort's report."""
    folder = quote(standing.folder.strip("/"))
    return Person(
        text.shorten(standing.student, 40),
        text.shorten(standing.name, 60),
        f"./{folder}/report.html" if folder else "",
    )


def group_messages(
    messages: Iterable[tuple[tuple[str, ...], str, Person]],
) -> list[Said]:
    """Bring equal messages about the same key together, the most frequent first.

    Messages that differ in their figures alone are one; a figure that differs is left out.

    >>> a, b = Person("a", "", ""), Person("b", "", "")
    >>> [said] = group_messages([(("x",), "8 of 9 right", a), (("x",), "7 of 9 right", b)])
    >>> said.message, len(said.people)
    ('… of 9 right', 2)
    """
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[list[str], dict[Person, None]]] = {}
    for key, message, who in messages:
        line = " ".join(message.split())
        texts, people = groups.setdefault((key, tuple(NUMBER.split(line))), ([], {}))
        texts.append(line)
        people[who] = None
    found = [
        Said(key, text.clip(_merged(texts), MESSAGE_LIMIT), list(people))
        for (key, _), (texts, people) in groups.items()
    ]
    return sorted(found, key=lambda said: (-len(said.people), said.key, said.message))


def _merged(texts: list[str]) -> str:
    """One text for texts that differ in their figures alone."""
    columns = zip(*map(NUMBER.findall, texts), strict=True)
    figures = iter([seen[0] if len(set(seen)) == 1 else DIFFERS for seen in columns])
    return NUMBER.sub(lambda _: next(figures), texts[0])
