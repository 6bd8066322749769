"""Reads the report of one submission: in the sandbox, then for its claims, then for pictures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from grader.assignment_tables import REPORT, AssignmentTable
from grader.capturing.isolation import Isolation
from grader.capturing.sandbox import Limits
from grader.claims.figures import find_figures
from grader.claims.find import find_claims
from grader.claims.found import Found
from grader.claims.reading import cut_pictures, read_document
from grader.data import Dataset
from grader.data.kmnist import CLASSES, TEST_COUNTS
from grader.errors import CaptureError
from reference.perceptron import GRIDS

OFFICIAL = "KMNIST"


def read_report(
    source: Path | None,
    isolation: Isolation,
    limits: Limits,
    table: AssignmentTable,
    dataset: Dataset | None = None,
) -> Found:
    """Everything that the report says, not yet checked.

    Args:
        source: the file, None where it was not handed in.
        isolation: the sandbox that it is opened in.
        limits: bounds on the reader.
        table: the assignment.
        dataset: the images in use, whose class counts a matrix may have as well.
    """
    if source is None:
        return Found(problem=f"{REPORT} was not handed in")
    try:
        document = read_document(isolation, source, limits)
        perceptron = table.perceptron
        points = GRIDS[perceptron.grid].points if perceptron else ()
        found, places = find_claims(
            document,
            counts=class_counts(dataset),
            classes=[known.roman for known in CLASSES],
            points=[(round(x1), round(x2)) for x1, x2 in points],
            hidden=perceptron.hidden if perceptron else 0,
        )
        figures, whole = find_figures(document)
        pictures = cut_pictures(
            isolation, source, places.wanted | whole.places, limits, whole.widest
        )
    except CaptureError as error:  # the reader itself: no student's fault, and no reason to stop
        return Found(problem=f"the report could not be read: {error.found}")
    return found.model_copy(update={"pictures": pictures, "figures": figures})


def class_counts(dataset: Dataset | None) -> dict[str, Sequence[int]]:
    """Test images of each class: of the official set, and of the one in use."""
    counts: dict[str, Sequence[int]] = {OFFICIAL: TEST_COUNTS}
    if dataset is not None and not dataset.official:
        labels = np.bincount(dataset.test_labels, minlength=len(dataset.classes))
        counts[dataset.name] = [int(count) for count in labels]
    return counts
