"""All that claims are held against: what was computed, and on which images."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.results import ClassInfo, NetworkResult, PerceptronResult, Training


@dataclass(frozen=True)
class Facts:
    """Computed results, and what they were computed on.

    `official` is whether the images are those that the report speaks of: only then can an
    accuracy be compared. `margin` is how far two seeds of one network lie apart, in points.
    `stated` are trainings under the settings of the report, with these in words. `loose_pictures`
    is whether pictures were handed in beside the report: what it lacks may be among them.
    """

    submission: str
    official: bool
    dataset: str
    classes: list[ClassInfo]
    networks: Mapping[str, NetworkResult]
    perceptron: PerceptronResult | None
    margin: float
    learning_rate: float
    momentum: float
    epochs: int
    stated: Mapping[str, tuple[str, Training]] = field(default_factory=dict)
    loose_pictures: bool = False

    def name(self, label: int) -> str:
        """A class by its romanised name, or its number."""
        known = {c.label: c.roman for c in self.classes}
        return known.get(label) or str(label)
