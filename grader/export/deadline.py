"""Reads a deadline. It must name its zone: an hour more or less is five percent."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.errors import UsageError
from grader.handin.times import TimeNotUnderstoodError, parse_time

PLACE = re.compile(r"(?P<time>.+?)\s+(?P<zone>[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)")
UNNAMED = timezone(timedelta(0), "unnamed")
EXPECTED = '"2025-07-04 18:00 Australia/Sydney" or "2025-07-04T18:00+10:00"'


def parse_deadline(text: str) -> datetime:
    """The moment that a text names.

    Raises:
        UsageError: it is no time, or does not say in which zone.
    """
    place = PLACE.fullmatch(text.strip())
    try:
        zone = ZoneInfo(place["zone"]) if place else UNNAMED
        time = parse_time(place["time"] if place else text, zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        kind = "time" if isinstance(error, TimeNotUnderstoodError) else "time zone"
        raise _wrong(f"no such {kind}: {text!r}") from None
    if time.tzinfo is UNNAMED:
        raise _wrong(f"{text!r} does not say in which time zone")
    return time


def _wrong(found: str) -> UsageError:
    return UsageError(
        "--late-from", found, f"a time like {EXPECTED}", "write it so, quoted, with its zone"
    )
