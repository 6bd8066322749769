"""The base of every piece of the result."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen, strictly checked piece of the result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
