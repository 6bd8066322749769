from datetime import UTC, datetime

import pytest

from grader.errors import UsageError
from grader.export.deadline import parse_deadline


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-04 18:00 Australia/Sydney",
        "4 July 2025, 6:00 PM Australia/Sydney",
        "2025-07-04T18:00+10:00",
        "2025-07-04 18:00 +10:00",
        "2025-07-04T08:00Z",
        "2025-07-04 08:00 UTC",
    ],
)
def test_a_deadline_is_one_moment_however_it_is_written(text: str) -> None:
    assert parse_deadline(text) == datetime(2025, 7, 4, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2025-07-04 18:00", "does not say in which time zone"),
        ("2025-07-04 18:00 Atlantis/Centre", "no such time zone"),
        ("2025-07-04 18:00 ../etc/passwd", "no such time"),
        ("04/07/2025 18:00 Australia/Sydney", "no such time: "),
        ("soon", "no such time: "),
    ],
)
def test_a_deadline_that_could_be_another_is_refused(text: str, found: str) -> None:
    with pytest.raises(UsageError, match=found) as error:
        parse_deadline(text)
    assert "Australia/Sydney" in str(error.value)
