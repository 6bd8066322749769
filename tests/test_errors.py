import pytest

from grader import errors
from grader.errors import GraderError, UsageError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type)]


def test_an_error_has_four_parts() -> None:
    error = GraderError("kuzu.py", "is a folder", "a file", "rename it")
    assert str(error).splitlines() == [
        "kuzu.py: is a folder",
        "  expected: a file",
        "  what to do: rename it",
    ]


def test_parts_that_are_not_known_are_left_out() -> None:
    assert str(GraderError("kuzu.py", "is a folder")) == "kuzu.py: is a folder"


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_ends_the_command_with_a_code_of_its_own(kind: type[GraderError]) -> None:
    assert issubclass(kind, GraderError)
    assert kind.exit_code == (2 if kind is UsageError else 3)
    assert kind.__name__ in (errors.__doc__ or "")
