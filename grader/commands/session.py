"""Opens everything that grading needs once, for however many submissions follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.progress import Progress

if TYPE_CHECKING:
    from grader.grading import Settings


@contextmanager
def grading_session(
    *,
    assignment: str,
    dataset: str,
    protocol: str,
    isolation: str,
    jobs: int,
    progress: Progress,
) -> Iterator["Settings"]:
    """Load the assignment and the data, choose the isolation, start the training processes.

    Raises:
        GraderError: any of these cannot be had; nothing has been graded yet.
    """
    from grader.assignment import load_assignment
    from grader.capturing.isolation import choose_isolation
    from grader.data import load_dataset
    from grader.grading import Settings
    from grader.train.protocol import decide, quick
    from grader.train.training_pool import TrainingPool

    loaded = load_assignment(assignment)
    images = load_dataset(dataset, progress=progress.note)
    box = choose_isolation(isolation)
    shorter = {"quick": quick, "decide": decide}.get(protocol)
    chosen = shorter(loaded.protocol) if shorter else loaded.protocol
    with TrainingPool(images, jobs, progress.epoch) as pool:
        yield Settings(loaded, images, chosen, box, pool, on_stage=progress.stage)
