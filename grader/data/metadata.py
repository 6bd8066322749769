"""``dataset.json``: what a folder of images says about itself, beside the images.

Thresholds decide marks, so a typo must not pass: every field is checked, unknown ones are refused.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grader.data.dataset import Calibration, ClassName, Threshold
from grader.data.idx import CLASSES
from grader.errors import DatasetError

FILE_NAME = "dataset.json"
MOST_BYTES = 2**20

Percent = Annotated[float, Field(ge=0, le=100)]
NetworkName = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class _ClassName(_Strict):
    label: int
    roman: Annotated[str, Field(min_length=1, max_length=20)]
    kana: Annotated[str, Field(max_length=20)] = ""


class _Threshold(_Strict):
    low: Percent
    high: Percent | None = None
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _ordered(self) -> "_Threshold":
        if self.high is not None and self.high < self.low:
            raise ValueError(f"high ({self.high}) is below low ({self.low})")
        return self


class _Calibration(_Strict):
    seeds: Annotated[list[int], Field(min_length=1)]
    low: Annotated[list[Percent], Field(min_length=1)]
    high: Annotated[list[Percent], Field(min_length=1)]

    @model_validator(mode="after")
    def _paired(self) -> "_Calibration":
        if len(self.low) != len(self.high):
            raise ValueError(f"low has {len(self.low)} epochs, high has {len(self.high)}")
        if any(low > high for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError("low is above high in some epoch")
        return self


class Metadata(_Strict):
    """The content of a ``dataset.json``.

    ``official`` can only be false: what is official is told by checksums, never by the folder.
    """

    schema_: Literal["grader.dataset/1"] = Field(alias="schema")
    title: Annotated[str, Field(min_length=1, max_length=200)]
    official: Literal[False] = False
    classes: list[_ClassName]
    thresholds: dict[NetworkName, _Threshold] | None = None
    calibration: dict[NetworkName, _Calibration] | None = None

    @model_validator(mode="after")
    def _every_label_once(self) -> "Metadata":
        labels = [name.label for name in self.classes]
        if labels != list(range(CLASSES)):
            raise ValueError(f"classes: labels are {labels}, not 0 to {CLASSES - 1} in order")
        return self

    def class_names(self) -> tuple[ClassName, ...]:
        """Names in the order of the labels."""
        return tuple(ClassName(c.label, c.roman, c.kana) for c in self.classes)

    def threshold_map(self) -> Mapping[str, Threshold] | None:
        """Thresholds by network, percent."""
        if self.thresholds is None:
            return None
        return {name: Threshold(t.low, t.high, t.source) for name, t in self.thresholds.items()}

    def calibration_map(self) -> Mapping[str, Calibration] | None:
        """Accuracies of the reference networks by network, percent."""
        if self.calibration is None:
            return None
        return {
            name: Calibration(tuple(c.seeds), tuple(c.low), tuple(c.high))
            for name, c in self.calibration.items()
        }


def read_metadata(folder: Path) -> Metadata | None:
    """The folder's ``dataset.json``; None where it has none.

    Raises:
        DatasetError: the file is unreadable or wrong; the message names the field.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise DatasetError(
            str(path), error.strerror or str(error), "a readable file", "check its permissions"
        ) from error
    if len(content) > MOST_BYTES:
        raise DatasetError(
            str(path), "more than 1 MiB", "a short description", "leave only the known fields"
        )
    try:
        return Metadata.model_validate_json(content)
    except ValidationError as error:
        raise _explain(path, error) from error


def _explain(path: Path, error: ValidationError) -> DatasetError:
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"])) or "the document as a whole"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return DatasetError(
        str(path),
        f"{field}: {first['msg']}{more}",
        "the fields of grader/data/bundled/dataset.json, which is a complete example",
        "mend that field, or remove the file to use the assignment's own thresholds",
    )
