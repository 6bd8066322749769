"""Finds the student a line of somebody else's sheet is about."""

import re
from collections.abc import Iterable, Iterator

from grader.cohort.standing import Standing
from grader.handin.identity import student_number

Key = tuple[str, str]
PARTICIPANT = re.compile(r"participant\s+([0-9]{1,18})", re.IGNORECASE)
NUMBERS = ("sid", "canvas_user", "canvas_login")
"""Identifiers that hold a student number, or what the school has in its place."""


def participant(text: str) -> Key:
    """Moodle's "Participant 1234567", in whatever language, or the number alone."""
    match = re.search(r"[0-9]{1,18}$", text.strip())
    return "moodle", match[0] if match else ""


def canvas(text: str) -> Key:
    """Canvas' own number of a user."""
    return "canvas", text.strip()


def number(text: str) -> Key:
    """A student number, however it is written; or the id that the results have in its place."""
    return "student", student_number(text) or text.strip().casefold()


def email(text: str) -> Key:
    """An address."""
    return "email", text.strip().casefold()


def anything(text: str) -> list[Key]:
    """Whatever a tutor may write: a student number, an address, "Participant 1234567"."""
    if match := PARTICIPANT.fullmatch(text.strip()):
        return [("moodle", match[1])]
    return [number(text), email(text)]


class People:
    """Standings by whatever tells students apart; what two students share tells nothing."""

    def __init__(self, standings: Iterable[Standing]) -> None:
        self._by_key: dict[Key, Standing | None] = {}
        for standing in standings:
            for key in dict.fromkeys(_keys(standing)):
                self._by_key[key] = None if key in self._by_key else standing

    def find(self, keys: Iterable[Key]) -> Standing | None:
        """Whom the first of these keys that is known means."""
        known = (self._by_key.get(key) for key in keys if key[1])
        return next((standing for standing in known if standing is not None), None)


def _keys(standing: Standing) -> Iterator[Key]:
    known = standing.identifiers
    yield number(standing.student)
    yield from (number(known[name]) for name in NUMBERS if known.get(name))
    if address := known.get("email"):
        yield email(address)
        if student_number(address):
            yield number(address)
    for name in ("moodle", "canvas"):
        if known.get(name):
            yield name, known[name]
