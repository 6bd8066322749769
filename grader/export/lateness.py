"""What a late submission costs: a share of the assignment's marks for each started day.

UNSW takes 5% of the maximum mark a day and accepts nothing after five days. Sums are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from grader.export.figures import points

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class LateRule:
    """Attributes:
    deadline: the last moment that is on time.
    percent: of the assignment's available marks, for each started day.
    days: how many days are accepted; later than that the mark is 0.
    extensions: later deadlines, by student.
    """

    deadline: datetime
    percent: Decimal = Decimal(5)
    days: int = 5
    extensions: Mapping[str, datetime] = field(default_factory=dict)

    def days_late(self, student: str, submitted: datetime) -> int:
        """Started days of 24 hours after the student's own deadline; 0 up to that very moment."""
        due = self.extensions.get(student, self.deadline)
        # in UTC: Python subtracts two times of one zone by the clock on the wall, which jumps
        over = submitted.astimezone(UTC) - due.astimezone(UTC)
        return max(0, -(-over // DAY))

    def penalty(self, mark: Decimal, available: Decimal, days: int) -> Decimal:
        """What is taken off `mark`: never more than there is."""
        if days > self.days:
            return mark
        return min(mark, available * self.percent / 100 * days)

    @property
    def sentence(self) -> str:
        """The rule in words, for sheets and students."""
        return (
            f"Late submissions lose {points(self.percent)}% of the assignment's available marks for"
            f" each started day (24 hours) after {clock(self.deadline)} or the student's own"
            f" extension; after {self.days} days the mark is 0."
        )


def clock(time: datetime) -> str:
    """A time for a person, with its offset from UTC."""
    return time.isoformat(sep=" ", timespec="minutes" if time.second == 0 else "seconds")
