"""Puts a mark on the scale of a school's system, which may count to 100 where we count to 17."""

from decimal import Decimal, InvalidOperation

from grader.errors import UsageError
from grader.export.figures import points, rounded
from grader.export.final_marks import FinalMark


def parse_points(text: str) -> Decimal | None:
    """A number as a school's system writes it, with a point or a comma; None for anything else."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def on_scale(mark: FinalMark, maximum: Decimal, where: str, *, rescale: bool) -> Decimal:
    """The final mark as a part of `maximum`.

    Args:
        mark: one that has a final mark.
        maximum: what the system gives at most.
        where: the file, and line, for the message.
        rescale: whether marks out of something else are converted.

    Raises:
        UsageError: the system counts to something else, and nobody asked to convert.
    """
    assert mark.final is not None
    of, available = mark.out_of, mark.available
    if of is None or maximum == of or (maximum == available and not rescale):
        return mark.final
    if not rescale:
        raise UsageError(
            where,
            f"at most {points(maximum)} marks there, {points(of)} here",
            "the same maximum in both",
            f"set it to {points(of)} in the school's system, or convert with --rescale",
        )
    return rounded(mark.final * maximum / of)
