"""Marks as exact decimals, and as every sheet writes them."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.0001")
"""Results are kept to four places."""


def exact(value: float) -> Decimal:
    """The decimal a float was made from: 0.1 is 0.1."""
    return Decimal(str(value))


def total(values: Iterable[Decimal]) -> Decimal:
    """Their sum."""
    return sum(values, Decimal(0))


def rounded(value: Decimal) -> Decimal:
    """To four places, half up."""
    return value.quantize(PLACES, ROUND_HALF_UP)


def points(value: Decimal) -> str:
    """Up to four places, without zeros at the end.

    >>> points(Decimal("2.50")), points(Decimal("17")), points(Decimal("0.33335"))
    ('2.5', '17', '0.3334')
    """
    text = f"{rounded(value):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
