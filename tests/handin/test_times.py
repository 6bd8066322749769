import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.handin.times import TimeNotUnderstoodError, parse_time

AEDT = timezone(timedelta(hours=11))


@pytest.fixture(autouse=True)
def in_sydney(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "AEST-10AEDT,M10.1.0,M4.1.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "text",
    [
        "Monday, 3 March 2025, 11:59 PM",
        "Monday, 3 March 2025, 11:59\u202fPM",
        "Monday, March 3, 2025, 11:59 PM",
        "Mon, 3 Mar 2025 23:59:00",
        "3 March 2025, 23:59",
        "2025-03-03 23:59",
        "2025-03-03T23:59:00",
        "2025-03-03 12:59:00 UTC",
        "2025-03-03T12:59:00Z",
        "2025-03-03 12:59:00.000000000 Z",
        "2025-03-03 04:59:00 -0800",
    ],
)
def test_the_usual_forms_mean_the_same_moment(text: str) -> None:
    assert parse_time(text) == datetime(2025, 3, 3, 23, 59, tzinfo=AEDT)


def test_without_a_zone_the_one_of_this_machine_on_that_day_is_meant() -> None:
    assert parse_time("2025-03-03 12:00").utcoffset() == timedelta(hours=11)
    assert parse_time("2025-07-03 12:00").utcoffset() == timedelta(hours=10)


def test_a_zone_may_be_given_for_what_names_none() -> None:
    assert parse_time("2025-03-03 12:59", UTC) == parse_time("2025-03-03T12:59Z")
    assert parse_time("2025-03-03 12:59 +1100", UTC).utcoffset() == timedelta(hours=11)


def test_a_date_alone_is_its_first_moment() -> None:
    assert parse_time("2025-03-03") == datetime(2025, 3, 2, 13, tzinfo=UTC)


@pytest.mark.parametrize("text", ["3/03/2025 23:59", "yesterday", "", "0001-01-01", "31 June 2025"])
def test_what_would_be_a_guess_is_refused_with_the_forms_that_are_read(text: str) -> None:
    with pytest.raises(TimeNotUnderstoodError, match="Monday, 3 March 2025, 11:59 PM"):
        parse_time(text)
