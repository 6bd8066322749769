"""Reads times as learning systems write them, and never guesses between day and month."""

import re
from datetime import datetime, tzinfo
from itertools import product

DAYS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
CLOCKS = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S", "")
WEEKDAY = re.compile(
    r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\s*,?\s+", re.IGNORECASE
)
ZONE_APART = re.compile(r"\s+(Z|UTC|[+-]\d{2}:?\d{2})$")
FORMS = '"2025-03-03 23:59", "2025-03-03T12:59:00Z" or "Monday, 3 March 2025, 11:59 PM"'


class TimeNotUnderstoodError(ValueError):
    """A text that is no time in any of the usual forms; the text says which those are."""


def parse_time(text: str, zone: tzinfo | None = None) -> datetime:
    """The time a text stands for; where it names no zone, in `zone` or else this machine's.

    Raises:
        TimeNotUnderstoodError: it is in no form that names the month or begins with the year.
    """
    plain = " ".join(text.split())
    for read in (_iso, _in_words):
        if (time := read(plain)) is not None:
            return _with_zone(time, zone)
    raise TimeNotUnderstoodError(f"a time written like {FORMS}")


def _iso(text: str) -> datetime | None:
    """ISO 8601, also with a space before the zone, as Ruby and databases write it."""
    try:
        return datetime.fromisoformat(ZONE_APART.sub(r"\1", text).replace("UTC", "Z"))
    except ValueError:
        return None


def _in_words(text: str) -> datetime | None:
    """Day, month in English and year, in either order of day and month; commas do not matter."""
    plain = " ".join(WEEKDAY.sub("", text).replace(",", " ").split())
    for day, clock in product(DAYS, CLOCKS):
        try:
            return datetime.strptime(plain, f"{day} {clock}".strip())
        except ValueError:
            continue
    return None


def _with_zone(time: datetime, zone: tzinfo | None) -> datetime:
    if time.tzinfo is not None:
        return time
    try:
        return time.replace(tzinfo=zone) if zone is not None else time.astimezone()
    except (OverflowError, ValueError, OSError) as error:
        raise TimeNotUnderstoodError(f"a time written like {FORMS}") from error
