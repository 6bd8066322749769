"""The base of every piece of the result, and words for what does not fit one."""

from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

MANY: Final = 1000
"""Faults that are counted and not listed: a stranger may make a million, which takes seconds."""


class Record(BaseModel):
    """A frozen, strictly checked piece of the result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def first_fault(error: ValidationError) -> str:
    """The first wrong field and what is wrong with it; how many are, where they are many."""
    count = error.error_count()
    if count > MANY:
        return f"{count} fields are wrong or unknown"
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, first["loc"])) or "the document"
    return f"{field}: {first['msg']}"
