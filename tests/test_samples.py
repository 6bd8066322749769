"""Every sample submission gets the outcomes that submissions/expected.toml says it must get."""

import tomllib
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.canonical import fingerprint, weights_digest
from grader.data import load_dataset
from grader.grading import Settings, grade
from grader.isolation import choose_isolation
from grader.results import Result
from grader.training import TrainingRun
from grader.training_pool import TrainingJob, TrainingPool

SUBMISSIONS = Path(__file__).resolve().parent.parent / "submissions"
EXPECTED = tomllib.loads((SUBMISSIONS / "expected.toml").read_text(encoding="utf-8"))


class OncePool:
    """Trains equal networks with equal weights once, however many samples share them."""

    def __init__(self, pool: TrainingPool) -> None:
        self._pool = pool
        self._runs: dict[tuple[str, str, int], Future[TrainingRun]] = {}

    def submit(self, job: TrainingJob) -> "Future[TrainingRun]":
        key = (fingerprint(job.network), weights_digest(job.network, job.seed), job.seed)
        if key not in self._runs:
            self._runs[key] = self._pool.submit(job)
        return self._runs[key]


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    assignment = load_assignment("comp9444-25t2")
    dataset = load_dataset("bundled")
    with TrainingPool(dataset, 2) as pool:
        yield Settings(assignment, dataset, assignment.protocol, choose_isolation(), OncePool(pool))


def outcomes(result: Result) -> dict[str, str]:
    return {c.id: c.outcome for q in result.questions for c in q.checks}


@pytest.mark.parametrize("sample", sorted(EXPECTED))
def test_sample_gets_what_it_must(sample: str, settings: Settings) -> None:
    result = grade(SUBMISSIONS / sample, settings)
    found = {name: o for name, o in outcomes(result).items() if o != "passed"}
    wanted = {name: entry["outcome"] for name, entry in EXPECTED[sample].items()}
    messages = {c.id: c.message for q in result.questions for c in q.checks if c.message}
    assert found == wanted, messages
    marks = result.marks
    assert marks.available == 17
    assert marks.earned >= 0
    assert marks.lost >= 0
